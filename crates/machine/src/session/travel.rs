//! Into rooms and out of them: what each message takes, step by step.
//!
//! ```text
//! ROOM_CREATE      room manager: create ──► room: join ──► OK
//! ROOM_JOIN        room manager: find   ──► room: join ──► OK
//! ROOM_QUICK_JOIN  room manager: quick  ──► room: join ──► OK, or not open after all: quick again without that one
//! everything else                           room: command ──► OK
//! ```

use umbra_protocol::{
    ClientMessage, CloseCode, DissolveReason, ErrorCode, Event, JoinAs, OkBody, RoomId, RoomSpec, WireError,
};

use super::actions::Current;
use super::{Ask, Effect, Session, internal};
use crate::directory::Wish;
use crate::room::{Command, OpId};

/// Rooms a quick join tries before it asks for a new one.
const QUICK_TRIES_MAX: usize = 3;

/// The question of a command whose answer nobody waits for.
const NOBODY_ASKS: OpId = OpId(0);

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
    pub fn effect(&self, op: OpId) -> Effect {
        let ask = match self.clone() {
            Self::Listing { game } => Ask::List { game },
            Self::Creating { wish, private } => Ask::Create { wish, private },
            Self::Finding { room_id, .. } => Ask::Find { room_id },
            Self::Quick { wish, not } => Ask::Quick { wish, not },
            Self::Joining { room_id, join: command, .. } | Self::InRoom { room_id, command } => {
                return Effect::AskRoom { room_id, op, command };
            }
        };
        Effect::AskRooms { op, ask }
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
        let options = rules.options(given).map_err(|refused| {
            WireError::new(ErrorCode::BadOptions, format!("option `{}`: {}", refused.option, refused.message))
        })?;
        let any = !fill_in;
        Ok(Wish {
            game: spec.game.clone(),
            seats: spec.seats.unwrap_or(rules.default_seats()),
            any_seats: any && spec.seats.is_none(),
            options,
            any_options: any && spec.options.is_none(),
        })
    }

    /// The room manager has found (or made) a room, or not.
    pub(super) fn room_found(&mut self, now_ms: u64, op: OpId, found: Result<RoomId, WireError>) {
        if self.refreshing.is_some_and(|(refresh, _)| refresh == op) {
            return self.refreshed(now_ms, found);
        }
        let Some(Current { reference, step, .. }) = self.actions.take(op) else {
            return;
        };
        let room_id = match found {
            Ok(room_id) => room_id,
            Err(error) => return self.settle(reference, Err(error)),
        };
        let (join_as, quick) = match step {
            Step::Finding { join_as, .. } => (join_as, None),
            Step::Quick { wish, not } => (JoinAs::Player, Some((wish, not))),
            Step::Creating { .. } | Step::Listing { .. } | Step::Joining { .. } | Step::InRoom { .. } => {
                (JoinAs::Player, None)
            }
        };
        if reference.is_none() || self.line.is_none() {
            // Gone while the room was looked up: nobody joins. A room that was made for us gives up by itself.
            return self.settle(reference, Err(internal("the connection was lost before the room was joined")));
        }
        let join = Command::Join { user_name: self.user_name.clone(), join_as };
        self.room = Some(room_id.clone());
        self.begin(now_ms, reference, Step::Joining { room_id, join, quick });
    }

    /// The room's answer to a question of ours.
    pub(super) fn room_reply(&mut self, now_ms: u64, room_id: &RoomId, op: OpId, result: Result<OkBody, WireError>) {
        if self.greeting_answered(op, &result) {
            return;
        }
        if op == NOBODY_ASKS {
            return;
        }
        let Some(Current { reference, step, .. }) = self.actions.take(op) else {
            let text = format!("an answer of room {room_id} to a question that nobody asks any more");
            return self.effects.push(Effect::Odd(text));
        };
        match (step, result) {
            (Step::Joining { room_id, .. }, Ok(body)) => {
                self.settle(reference, Ok(body));
                if self.line.is_none() {
                    self.effects.push(Effect::Offline { room_id });
                }
            }
            (Step::Joining { room_id, quick, .. }, Err(error)) => {
                self.leave_room(&room_id);
                self.join_refused(now_ms, reference, room_id, quick, error);
            }
            (_, result) => self.settle(reference, result),
        }
    }

    fn join_refused(
        &mut self,
        now_ms: u64,
        reference: Option<u64>,
        room_id: RoomId,
        quick: Option<(Wish, Vec<RoomId>)>,
        error: WireError,
    ) {
        match quick {
            Some((wish, mut not)) => {
                not.push(room_id);
                let step = if not.len() < QUICK_TRIES_MAX {
                    Step::Quick { wish, not }
                } else {
                    Step::Creating { wish, private: false }
                };
                self.begin(now_ms, reference, step);
            }
            None => self.settle(reference, Err(error)),
        }
    }

    /// The room has let us go; what it said before is in the outbox already.
    pub(super) fn released(&mut self, room_id: &RoomId) {
        self.leave_room(room_id);
    }

    pub(super) fn leave_room(&mut self, room_id: &RoomId) {
        if self.room.as_ref() == Some(room_id) {
            self.room = None;
            self.refreshing = None;
            self.effects.push(Effect::LeaveRoom { room_id: room_id.clone() });
        }
    }

    /// Removed by an admin: out of the room, as if it had been asked for, then off the line.
    pub(super) fn throw_out(&mut self) {
        if let Some(room_id) = self.room.clone() {
            self.effects.push(Effect::AskRoom { room_id, op: NOBODY_ASKS, command: Command::Leave });
        }
        self.hang_up(CloseCode::Kicked);
    }

    /// The room's process ended without letting us go: ask where the room is now.
    pub(super) fn room_down(&mut self, now_ms: u64, room_id: &RoomId) {
        if self.room.as_ref() != Some(room_id) {
            return;
        }
        let joining = self.actions.current().filter(|current| matches!(current.step, Step::Joining { .. }));
        if let Some(op) = joining.map(|current| current.op) {
            let message = format!("there is no room {room_id} any more");
            let gone = Err(WireError::new(ErrorCode::RoomNotFound, message));
            return self.room_reply(now_ms, room_id, op, gone);
        }
        self.ask_where(now_ms, room_id.clone());
    }

    fn ask_where(&mut self, now_ms: u64, room_id: RoomId) {
        let op = self.new_op();
        self.refreshing = Some((op, now_ms.saturating_add(self.limits.request_timeout_ms)));
        self.effects.push(Effect::AskRooms { op, ask: Ask::Find { room_id } });
    }

    /// The room manager has not said where the room is: it may have been restarted, so it is asked again.
    pub(super) fn repeat_refresh(&mut self, now_ms: u64) {
        if let Some(room_id) = self.room.clone().filter(|_| self.refreshing.is_some_and(|(_, due)| due <= now_ms)) {
            self.ask_where(now_ms, room_id);
        }
    }

    /// Where the room is now; or it is no more, and what was asked of it fails.
    fn refreshed(&mut self, now_ms: u64, found: Result<RoomId, WireError>) {
        self.refreshing = None;
        let Some(room_id) = self.room.clone() else {
            return;
        };
        if found.is_ok() {
            if let Some(current) = self.actions.current() {
                self.effects.push(current.step.effect(current.op));
            }
            return self.ask_again_for_greeting(now_ms);
        }
        self.record_own(&Event::RoomDissolved { reason: DissolveReason::Failed });
        self.leave_room(&room_id);
        if let Some(op) = self.actions.current().map(|current| current.op)
            && let Some(current) = self.actions.take(op)
        {
            self.settle(current.reference, Err(internal("the room failed")));
        }
        self.greet_without_room();
    }
}
