//! Players: signed in, seated, ready to be measured.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use futures_util::future::try_join_all;
use umbra_client::Subprotocol;
use umbra_client::raw::{Connection, Frame, Received};
use umbra_protocol::{
    ClientMessage, Event, GameValue, Hello, JoinAs, OkBody, ReplyKind, RoomId, RoomSpec, ServerFrame,
    decode_server_binary, decode_server_json,
};

use crate::action;

/// How long the server may take over anything before the measurement begins.
const SETUP_TIMEOUT: Duration = Duration::from_secs(60);
/// How many rooms are set up at a time.
const ROOMS_AT_A_TIME: usize = 16;

/// A player between two messages.
#[derive(Debug)]
pub struct Player {
    /// The connection; nothing is under way on it but events.
    pub connection: Connection,
    /// Its encoding.
    pub subprotocol: Subprotocol,
    /// The `ref` of its last action.
    pub last_ref: u64,
    /// The last event it took in.
    pub last_seq: u64,
}

impl Player {
    /// Connects and signs in as a guest.
    ///
    /// # Errors
    /// The server's, in words.
    pub async fn sign_in(addr: &str, subprotocol: Subprotocol, name: &str) -> Result<Self> {
        let mut player = Self::connect(addr, subprotocol).await?;
        player.greet(name).await?;
        Ok(player)
    }

    /// Connects, and says nothing yet.
    ///
    /// # Errors
    /// There is no server, or it speaks something else.
    pub async fn connect(addr: &str, subprotocol: Subprotocol) -> Result<Self> {
        let headers = [("Sec-WebSocket-Protocol", subprotocol.name())];
        let connection = Connection::open(addr, "/ws", &headers).await?;
        Ok(Self { connection, subprotocol, last_ref: 0, last_seq: 0 })
    }

    /// Signs in as a guest, once.
    ///
    /// # Errors
    /// The server's, in words.
    pub async fn greet(&mut self, name: &str) -> Result<()> {
        let hello = ClientMessage::Hello(Hello::Guest { user_name: name.into() });
        self.request(hello, ReplyKind::Hello).await?;
        // `HELLO` is outside the numbering.
        self.last_ref = 0;
        Ok(())
    }

    /// Asks and waits for the answer; events on the way are taken in.
    ///
    /// # Errors
    /// A refusal, or whatever ended the connection.
    pub async fn request(&mut self, message: ClientMessage, expected: ReplyKind) -> Result<OkBody> {
        self.last_ref += 1;
        let mut bytes = Vec::new();
        let (id, ack) = (message.id(), Some(self.last_seq).filter(|seq| *seq > 0));
        action::encode(self.subprotocol, self.last_ref, ack, message, &mut bytes);
        self.connection.send_bytes(&bytes).await?;
        loop {
            match self.next(expected).await.context(id)? {
                ServerFrame::Ok { reference, body } if reference == Some(self.last_ref) => return Ok(body),
                ServerFrame::Error { error, .. } => bail!("{id} was refused: {}", error.message),
                ServerFrame::Ok { .. } | ServerFrame::Event { .. } | ServerFrame::Control(_) => {}
            }
        }
    }

    /// Waits for the match to begin.
    ///
    /// # Errors
    /// Whatever ended the connection.
    pub async fn until_started(&mut self) -> Result<()> {
        loop {
            if let ServerFrame::Event { event: Event::GameStarted { .. }, .. } = self.next(ReplyKind::Empty).await? {
                return Ok(());
            }
        }
    }

    async fn next(&mut self, expected: ReplyKind) -> Result<ServerFrame> {
        loop {
            let frame = match self.connection.read(SETUP_TIMEOUT).await? {
                Received::Text(text) => decode_server_json(&text, |_| expected)?,
                Received::Binary(bytes) => decode_server_binary(&bytes)?,
                Received::Ping(payload) => {
                    self.connection.send_frame(&Frame::pong(payload)).await?;
                    continue;
                }
                Received::Pong(_) => continue,
                Received::Close { code, reason } => bail!("the server closed: {code} {reason}"),
                Received::Eof => bail!("the server cut the connection"),
            };
            if let ServerFrame::Event { seq, .. } = &frame {
                self.last_seq = *seq;
            }
            return Ok(frame);
        }
    }
}

/// Signs `users` players in and seats them in rooms of `room_size`, each with a running match of `relay`.
///
/// # Errors
/// The first that any of them met.
pub async fn seat(addr: &str, subprotocol: Subprotocol, users: usize, room_size: u8) -> Result<Vec<Vec<Player>>> {
    ensure!(users.is_multiple_of(room_size.into()), "{users} users do not fill rooms of {room_size}");
    let mut rooms = Vec::new();
    let all = users / usize::from(room_size);
    while rooms.len() < all {
        let batch = ROOMS_AT_A_TIME.min(all - rooms.len());
        let room = |number| one_room(addr, subprotocol, number, room_size);
        rooms.extend(try_join_all((rooms.len()..rooms.len() + batch).map(room)).await?);
    }
    Ok(rooms)
}

async fn one_room(addr: &str, subprotocol: Subprotocol, number: usize, room_size: u8) -> Result<Vec<Player>> {
    let mut players = Vec::new();
    let mut room_id: Option<RoomId> = None;
    for seat in 0..room_size {
        let mut player = Player::sign_in(addr, subprotocol, &format!("load {number} {seat}")).await?;
        let message = match room_id.take() {
            None => ClientMessage::RoomCreate {
                spec: RoomSpec {
                    game: "relay".into(),
                    seats: Some(room_size),
                    options: Some(GameValue::trusted(r#"{"autoStart":true}"#.into())),
                },
                private: false,
            },
            Some(room_id) => ClientMessage::RoomJoin { room_id, join_as: JoinAs::Player },
        };
        let OkBody::Room(room) = player.request(message, ReplyKind::Room).await? else {
            bail!("no room in the answer");
        };
        room_id = Some(room.room_id);
        players.push(player);
    }
    // The last to sit down may have heard of the start before the answer to its own joining.
    let (_, others) = players.split_last_mut().context("a room of nobody")?;
    for player in others {
        player.until_started().await?;
    }
    Ok(players)
}
