//! DRIVER: Colyseus' language: a seat is reserved over HTTP, taken over WebSocket, and messages are msgpack behind a byte
//! that says their kind.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use umbra_client::raw::{Connection, Frame, Received};

use super::stamp::{CHARS, Stamp};
use super::{Dialect, Heard, Seated, goodbye, message};

/// As spoken by `bench/peers/colyseus`.
#[derive(Clone, Copy, Debug)]
pub struct Colyseus;

/// Kinds of messages, `@colyseus/shared-types`' `Protocol`.
const JOIN_ROOM: u8 = 10;
const LEAVE_ROOM: u8 = 12;
const ROOM_DATA: u8 = 13;
/// Room data, the type "relay" as a msgpack string, and the head of a msgpack string of [`CHARS`].
const RELAYED: &[u8] = &[ROOM_DATA, 0xa5, b'r', b'e', b'l', b'a', b'y', 0xd9, CHARS as u8];
const RESERVATION_TIMEOUT: Duration = Duration::from_secs(60);

/// What the matchmaker answers.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reservation {
    session_id: String,
    room_id: String,
    process_id: String,
}

async fn reserve(addr: &str, how: &str, options: &str) -> Result<Reservation> {
    let mut connection = Connection::tcp(addr).await?;
    let request = format!(
        "POST /matchmake/{how} HTTP/1.1\r\nHost: {addr}\r\nAccept: application/json\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{options}",
        options.len()
    );
    connection.send_bytes(request.as_bytes()).await?;
    let response = connection.read_response(RESERVATION_TIMEOUT).await?;
    ensure!(response.status == 200, "no seat: {} {}", response.status, response.text());
    serde_json::from_slice(&response.body).with_context(|| format!("an odd reservation: {}", response.text()))
}

async fn take(addr: &str, reservation: &Reservation) -> Result<Connection> {
    let Reservation { session_id, room_id, process_id } = reservation;
    let path = format!("/{process_id}/{room_id}?sessionId={session_id}");
    let mut connection = Connection::open(addr, &path, &[]).await?;
    match message(&mut connection).await? {
        Received::Binary(bytes) if bytes.first() == Some(&JOIN_ROOM) => {}
        other => bail!("not let in: {other:?}"),
    }
    connection.send_binary(&[JOIN_ROOM]).await?;
    Ok(connection)
}

impl Dialect for Colyseus {
    /// Its number among all.
    type Member = u32;

    async fn fill(&self, addr: &str, _number: usize, first: u32, size: u8) -> Result<Vec<Seated<u32>>> {
        let mut seated = Vec::new();
        let mut room: Option<String> = None;
        for member in (first..).take(size.into()) {
            let reservation = match &room {
                None => reserve(addr, "create/relay", &format!(r#"{{"seats":{size}}}"#)).await?,
                Some(room) => reserve(addr, &format!("joinById/{room}"), "{}").await?,
            };
            seated.push(Seated { connection: take(addr, &reservation).await?, member });
            room = Some(reservation.room_id);
        }
        Ok(seated)
    }

    async fn visit(&self, addr: &str, _visitor: usize, room_size: u8) -> Result<()> {
        let reservation = reserve(addr, "joinOrCreate/relay", &format!(r#"{{"seats":{room_size}}}"#)).await?;
        let mut connection = take(addr, &reservation).await?;
        connection.send_binary(&[LEAVE_ROOM]).await?;
        // It answers by closing.
        loop {
            match connection.read(RESERVATION_TIMEOUT).await? {
                Received::Close { .. } | Received::Eof => break,
                Received::Ping(_) | Received::Pong(_) => {}
                other => bail!("not let out: {other:?}"),
            }
        }
        connection.send_frame(&goodbye()).await.or_else(|error| match error.kind() {
            std::io::ErrorKind::BrokenPipe | std::io::ErrorKind::ConnectionReset => Ok(()),
            _ => Err(error),
        })?;
        Ok(())
    }

    fn act(&self, member: &mut u32, due_ns: u64, to: &mut Vec<u8>) {
        let mut bytes = RELAYED.to_vec();
        Stamp { due_ns, sender: *member }.write(&mut bytes);
        Frame::binary(bytes).encode(to);
    }

    fn hear(&self, member: &mut u32, message: &[u8]) -> Result<Heard> {
        Ok(match message.strip_prefix(RELAYED).and_then(Stamp::read) {
            Some(stamp) => Heard::Delivered { due_ns: stamp.due_ns, answers: stamp.sender == *member },
            None => Heard::Nothing,
        })
    }

    fn leave(&self, _member: &mut u32, to: &mut Vec<u8>) {
        Frame::binary([LEAVE_ROOM]).encode(to);
    }
}
