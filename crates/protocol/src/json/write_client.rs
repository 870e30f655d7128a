//! Client side: what a client says → the text of a frame.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::{ClientFrame, ClientMessage, Hello, RoomSpec};

/// Writes one frame: `id`, then `ref` and `ack` where they are, then `body`.
pub fn encode_client_json(frame: &ClientFrame) -> String {
    serde_json::to_string(&Frame(frame)).expect("keys are strings and every GameValue is JSON")
}

struct Frame<'a>(&'a ClientFrame);

impl Serialize for Frame<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", self.0.message.id())?;
        entry_if_some(&mut map, "ref", &self.0.reference)?;
        entry_if_some(&mut map, "ack", &self.0.ack)?;
        map.serialize_entry("body", &Body(&self.0.message))?;
        map.end()
    }
}

struct Body<'a>(&'a ClientMessage);

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self.0 {
            ClientMessage::Hello(Hello::Guest { user_name }) => map.serialize_entry("userName", user_name)?,
            ClientMessage::Hello(Hello::Token { token }) => map.serialize_entry("token", token)?,
            ClientMessage::Hello(Hello::Resume { session, epoch, last_seq }) => {
                map.serialize_entry("session", session)?;
                map.serialize_entry("epoch", epoch)?;
                map.serialize_entry("lastSeq", last_seq)?;
            }
            ClientMessage::Ping { client_time_ms } => map.serialize_entry("clientTimeMs", client_time_ms)?,
            ClientMessage::RoomList { game } => entry_if_some(&mut map, "game", game)?,
            ClientMessage::RoomCreate { spec: RoomSpec { game, seats, options }, private } => {
                map.serialize_entry("game", game)?;
                entry_if_some(&mut map, "seats", seats)?;
                map.serialize_entry("private", private)?;
                entry_if_some(&mut map, "options", options)?;
            }
            ClientMessage::RoomQuickJoin { spec: RoomSpec { game, seats, options } } => {
                map.serialize_entry("game", game)?;
                entry_if_some(&mut map, "seats", seats)?;
                entry_if_some(&mut map, "options", options)?;
            }
            ClientMessage::RoomJoin { room_id, join_as } => {
                map.serialize_entry("roomId", room_id)?;
                map.serialize_entry("as", join_as)?;
            }
            ClientMessage::RoomReady { ready } => map.serialize_entry("ready", ready)?,
            ClientMessage::RoomKick { uid } => map.serialize_entry("uid", uid)?,
            ClientMessage::GameAction { action } => map.serialize_entry("action", action)?,
            ClientMessage::ChatSend { text } => map.serialize_entry("text", text)?,
            ClientMessage::RoomLeave | ClientMessage::RoomDissolve | ClientMessage::GameStart => {}
        }
        map.end()
    }
}

fn entry_if_some<M: SerializeMap>(
    map: &mut M,
    name: &'static str,
    value: &Option<impl Serialize>,
) -> Result<(), M::Error> {
    match value {
        Some(value) => map.serialize_entry(name, value),
        None => Ok(()),
    }
}
