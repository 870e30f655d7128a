//! CLIENT: each action of the protocol as a call with its own kind of answer.

use serde::Serialize;
use umbra_protocol::{ClientMessage, GameValue, JoinAs, OkBody, RoomId, RoomSnapshot, RoomSpec, RoomSummary, Uid};

use umbra_client_core::ClientError;

use crate::client::Client;

/// Everything as the game wants it.
fn plain(game: &str) -> RoomSpec {
    RoomSpec { game: game.into(), seats: None, options: None }
}

/// JSON text of a value of the program's own.
///
/// # Panics
/// If the type cannot be JSON at all (a map with keys that are no text): a fault of the program, not of its input.
pub(crate) fn game_value(value: &impl Serialize) -> GameValue {
    GameValue::trusted(serde_json::to_string(value).expect("a game's own values serialize to JSON"))
}

impl Client {
    /// The public rooms, of one game if named.
    pub async fn list(&self, game: Option<&str>) -> Result<Vec<RoomSummary>, ClientError> {
        match self.send(ClientMessage::RoomList { game: game.map(str::to_owned) }).await? {
            OkBody::Rooms(rooms) => Ok(rooms),
            _ => Err(ClientError::UnexpectedAnswer),
        }
    }

    /// A new public room with the game's own seats and options.
    pub async fn create_room(&self, game: &str) -> Result<RoomSnapshot, ClientError> {
        self.create_room_with(plain(game), false).await
    }

    /// A new room. Private: neither listed nor found by quick join.
    pub async fn create_room_with(&self, spec: RoomSpec, private: bool) -> Result<RoomSnapshot, ClientError> {
        self.room(ClientMessage::RoomCreate { spec, private }).await
    }

    /// Into a room, on its lowest free seat.
    pub async fn join(&self, room_id: &RoomId) -> Result<RoomSnapshot, ClientError> {
        self.room(ClientMessage::RoomJoin { room_id: room_id.clone(), join_as: JoinAs::Player }).await
    }

    /// Into a room, to watch.
    pub async fn spectate(&self, room_id: &RoomId) -> Result<RoomSnapshot, ClientError> {
        self.room(ClientMessage::RoomJoin { room_id: room_id.clone(), join_as: JoinAs::Spectator }).await
    }

    /// Into any open room of that game, or into a new one.
    pub async fn quick_join(&self, game: &str) -> Result<RoomSnapshot, ClientError> {
        self.quick_join_with(plain(game)).await
    }

    /// Into an open room that fits, or into a new one.
    pub async fn quick_join_with(&self, spec: RoomSpec) -> Result<RoomSnapshot, ClientError> {
        self.room(ClientMessage::RoomQuickJoin { spec }).await
    }

    /// Out of the room for good; in game a forced exit.
    pub async fn leave(&self) -> Result<(), ClientError> {
        self.done(ClientMessage::RoomLeave).await
    }

    /// Ready for the host to start, or not.
    pub async fn ready(&self, ready: bool) -> Result<(), ClientError> {
        self.done(ClientMessage::RoomReady { ready }).await
    }

    /// As host: somebody out of the waiting room.
    pub async fn kick(&self, uid: &Uid) -> Result<(), ClientError> {
        self.done(ClientMessage::RoomKick { uid: uid.clone() }).await
    }

    /// As host: the end of the waiting room.
    pub async fn dissolve(&self) -> Result<(), ClientError> {
        self.done(ClientMessage::RoomDissolve).await
    }

    /// As host: the start of the match.
    pub async fn start_game(&self) -> Result<(), ClientError> {
        self.done(ClientMessage::GameStart).await
    }

    /// A move in the match, as the game wants it; returns the game's answer, if it gives one.
    pub async fn action(&self, action: impl Serialize) -> Result<Option<GameValue>, ClientError> {
        match self.send(ClientMessage::GameAction { action: game_value(&action) }).await? {
            OkBody::Answer(answer) => Ok(Some(answer)),
            OkBody::Empty => Ok(None),
            _ => Err(ClientError::UnexpectedAnswer),
        }
    }

    /// A line of text to everybody in the room, 1 to 500 characters.
    pub async fn chat(&self, text: &str) -> Result<(), ClientError> {
        self.done(ClientMessage::ChatSend { text: text.into() }).await
    }

    async fn room(&self, message: ClientMessage) -> Result<RoomSnapshot, ClientError> {
        match self.send(message).await? {
            OkBody::Room(room) => Ok(*room),
            _ => Err(ClientError::UnexpectedAnswer),
        }
    }

    async fn done(&self, message: ClientMessage) -> Result<(), ClientError> {
        match self.send(message).await? {
            OkBody::Empty => Ok(()),
            _ => Err(ClientError::UnexpectedAnswer),
        }
    }
}
