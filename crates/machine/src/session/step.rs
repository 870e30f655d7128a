//! What each message takes: whom it asks first, with what it goes on, and what is refused before anybody is asked.

use std::borrow::Cow;

use umbra_protocol::{ClientMessage, ErrorCode, JoinAs, RoomId, RoomSpec, WireError};

use super::{Ask, Effect, Session, internal};
use crate::directory::Wish;
use crate::journal::Origin;
use crate::room::{Command, OpId};

/// Where an action stands: whom it waits for, and with what it goes on.
#[derive(Clone)]
pub(super) enum Step {
    Listing { game: Option<String> },
    Creating { wish: Wish, private: bool },
    Finding { room_id: RoomId, join_as: JoinAs },
    Quick { wish: Wish, not: Vec<RoomId> },
    Joining { room_id: RoomId, join: Command, quick: Option<(Wish, Vec<RoomId>)> },
    InRoom { room_id: RoomId, command: Command },
}

impl Step {
    pub fn effect(&self, op: OpId, origin: Option<Origin>) -> Effect {
        let ask = match self.clone() {
            Self::Listing { game } => Ask::List { game },
            Self::Creating { wish, private } => Ask::Create { wish, private },
            Self::Finding { room_id, .. } => Ask::Find { room_id },
            Self::Quick { wish, not } => Ask::Quick { wish, not },
            Self::Joining { room_id, join: command, .. } | Self::InRoom { room_id, command } => {
                return Effect::AskRoom { room_id, op, origin, command };
            }
        };
        Effect::AskRooms { op, ask }
    }

    /// Whether it is the room manager that is asked.
    pub fn asks_rooms(&self) -> bool {
        match self {
            Self::Listing { .. } | Self::Creating { .. } | Self::Finding { .. } | Self::Quick { .. } => true,
            Self::Joining { .. } | Self::InRoom { .. } => false,
        }
    }
}

impl Session {
    /// What a message asks for first, or why it cannot be done.
    pub(super) fn first_step(&self, message: ClientMessage) -> Result<Step, WireError> {
        match message {
            ClientMessage::RoomList { game } => Ok(Step::Listing { game }),
            ClientMessage::RoomCreate { spec, private } => {
                self.only_outside_rooms()?;
                Ok(Step::Creating { wish: self.wish(&spec, true)?, private })
            }
            ClientMessage::RoomJoin { room_id, join_as } => {
                self.only_outside_rooms()?;
                Ok(Step::Finding { room_id, join_as })
            }
            ClientMessage::RoomQuickJoin { spec } => {
                self.only_outside_rooms()?;
                Ok(Step::Quick { wish: self.wish(&spec, false)?, not: Vec::new() })
            }
            ClientMessage::RoomLeave => self.in_room(Command::Leave),
            ClientMessage::RoomReady { ready } => self.in_room(Command::Ready { ready }),
            ClientMessage::RoomKick { uid } => self.in_room(Command::Kick { uid }),
            ClientMessage::RoomDissolve => self.in_room(Command::Dissolve),
            ClientMessage::GameStart => self.in_room(Command::Start),
            ClientMessage::GameAction { action } => self.in_room(Command::Action { action }),
            ClientMessage::ChatSend { text } => self.in_room(Command::Chat { text }),
            ClientMessage::Hello(_) | ClientMessage::Ping { .. } => {
                // Answered where they arrive; they have no place among the numbered actions.
                Err(internal("the message came out of its place"))
            }
        }
    }

    fn only_outside_rooms(&self) -> Result<(), WireError> {
        match &self.room {
            None => Ok(()),
            Some(room_id) => {
                let message = format!("you are in room {room_id}, leave it first");
                Err(WireError::new(ErrorCode::AlreadyInRoom, message))
            }
        }
    }

    /// Checks what kind of room is wanted; what was not said is filled in, or left open for quick join.
    fn wish(&self, spec: &RoomSpec, fill_in: bool) -> Result<Wish, WireError> {
        let Some(rules) = self.catalog.get(&spec.game) else {
            let message =
                format!("there is no game `{}`, expected one of {}", spec.game, self.catalog.names().join(", "));
            return Err(WireError::new(ErrorCode::UnknownGame, message));
        };
        let range = rules.min_seats()..=rules.max_seats();
        if let Some(seats) = spec.seats.filter(|seats| !range.contains(seats)) {
            let (game, least, most) = (rules.name(), range.start(), range.end());
            let message = format!("`seats` is {seats}, expected {least} to {most} for {game}");
            return Err(WireError::new(ErrorCode::BadOptions, message));
        }
        let given = spec.options.as_ref().map(umbra_protocol::GameValue::as_str);
        let (seed, given) = if self.limits.chaos { split_seed(given) } else { (None, given.map(Cow::Borrowed)) };
        let options = rules.options(given.as_deref()).map_err(|refused| {
            let (option, message) = (refused.option, refused.message);
            let named = message.contains(&option);
            WireError::new(ErrorCode::BadOptions, if named { message } else { format!("option {option}: {message}") })
        })?;
        let any = !fill_in;
        Ok(Wish {
            game: spec.game.clone(),
            seats: spec.seats.unwrap_or(rules.default_seats()),
            any_seats: any && spec.seats.is_none(),
            options,
            any_options: any && spec.options.is_none(),
            seed,
        })
    }

    /// A command for the room this user is in.
    fn in_room(&self, command: Command) -> Result<Step, WireError> {
        let room_id = self
            .room
            .clone()
            .ok_or_else(|| WireError::new(ErrorCode::NotInRoom, "you are in no room, join one first"))?;
        Ok(Step::InRoom { room_id, command })
    }
}

/// For tests: the option `seed` is the room's and not the game's.
fn split_seed(given: Option<&str>) -> (Option<u64>, Option<Cow<'_, str>>) {
    let Some(text) = given else { return (None, None) };
    let Ok(mut options) = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text) else {
        return (None, Some(Cow::Borrowed(text)));
    };
    match options.get("seed").and_then(serde_json::Value::as_u64) {
        Some(seed) => {
            options.remove("seed");
            (Some(seed), Some(Cow::Owned(serde_json::Value::Object(options).to_string())))
        }
        None => (None, Some(Cow::Borrowed(text))),
    }
}
