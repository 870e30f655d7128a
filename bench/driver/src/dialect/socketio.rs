//! DRIVER: Socket.IO's language: its packets inside Engine.IO's, as text, over WebSocket from the start.

use anyhow::{Result, ensure};
use umbra_client::raw::{Connection, Frame};

use super::stamp::Stamp;
use super::{Dialect, Heard, Seated, goodbye, text};

/// As spoken by `bench/peers/socketio`.
#[derive(Clone, Copy, Debug)]
pub struct SocketIo;

/// Engine.IO `message`, Socket.IO `event`, and the name of it.
const RELAYED: &[u8] = br#"42["relay",""#;
const PING: &[u8] = b"2";
const PONG: &str = "3";
/// Engine.IO `message`, Socket.IO `connect`.
const CONNECT: &str = "40";
/// Engine.IO `message`, Socket.IO `acknowledgement`; the packet's number follows.
const ACKNOWLEDGED: &str = "43";

async fn join(addr: &str, room: &str) -> Result<Connection> {
    let mut connection = Connection::open(addr, "/socket.io/?EIO=4&transport=websocket", &[]).await?;
    ensure!(text(&mut connection).await?.starts_with("0{"), "no opening packet");
    connection.send_text(CONNECT).await?;
    ensure!(text(&mut connection).await?.starts_with(CONNECT), "not let in");
    // The digit after the packet's kind asks for an acknowledgement.
    ask(&mut connection, &format!(r#"421["join","{room}"]"#)).await?;
    Ok(connection)
}

async fn ask(connection: &mut Connection, packet: &str) -> Result<()> {
    connection.send_text(packet).await?;
    loop {
        let answer = text(connection).await?;
        if answer.starts_with(ACKNOWLEDGED) {
            return Ok(());
        }
        if answer.as_bytes() == PING {
            connection.send_text(PONG).await?;
        }
    }
}

impl Dialect for SocketIo {
    /// Its number among all.
    type Member = u32;

    async fn fill(&self, addr: &str, number: usize, first: u32, size: u8) -> Result<Vec<Seated<u32>>> {
        let mut seated = Vec::new();
        for member in (first..).take(size.into()) {
            seated.push(Seated { connection: join(addr, &format!("room {number}")).await?, member });
        }
        Ok(seated)
    }

    async fn visit(&self, addr: &str, visitor: usize, room_size: u8) -> Result<()> {
        let mut connection = join(addr, &format!("visited {}", visitor / usize::from(room_size))).await?;
        ask(&mut connection, r#"422["leave"]"#).await?;
        connection.send_frame(&goodbye()).await?;
        Ok(())
    }

    fn act(&self, member: &mut u32, due_ns: u64, to: &mut Vec<u8>) {
        let mut packet = RELAYED.to_vec();
        Stamp { due_ns, sender: *member }.write(&mut packet);
        packet.extend_from_slice(br#""]"#);
        Frame::text(packet).encode(to);
    }

    fn hear(&self, member: &mut u32, message: &[u8]) -> Result<Heard> {
        if message == PING {
            return Ok(Heard::Asked(PONG));
        }
        Ok(match message.strip_prefix(RELAYED).and_then(Stamp::read) {
            Some(stamp) => Heard::Delivered { due_ns: stamp.due_ns, answers: stamp.sender == *member },
            None => Heard::Nothing,
        })
    }

    fn leave(&self, _member: &mut u32, to: &mut Vec<u8>) {
        goodbye().encode(to);
    }
}
