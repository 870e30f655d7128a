//! Into rooms and out of them: what each message takes, step by step.
//!
//! ```text
//! ROOM_CREATE      room manager: create ──► room: join ──► OK
//! ROOM_JOIN        room manager: find   ──► room: join ──► OK
//! ROOM_QUICK_JOIN  room manager: quick  ──► room: join ──► OK, or not open after all: quick again without that one
//! everything else                           room: command ──► OK
//! ```

use umbra_protocol::{CloseCode, ErrorCode, JoinAs, OkBody, RoomId, WireError};

use super::actions::Current;
use super::step::Step;
use super::{Effect, Session, internal};
use crate::directory::Wish;
use crate::room::{Command, OpId};

/// Rooms a quick join tries before it asks for a new one.
const QUICK_TRIES_MAX: usize = 3;

/// A room that this user leaves although it never said whether it let the user in.
pub(super) struct Parting {
    pub room_id: RoomId,
    pub op: OpId,
}

impl Session {
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
        if !self.awaited(reference) {
            return;
        }
        let (join_as, quick) = match step {
            Step::Finding { join_as, .. } => (join_as, None),
            Step::Quick { wish, not } => (JoinAs::Player, Some((wish, not))),
            Step::Creating { .. } | Step::Listing { .. } | Step::Joining { .. } | Step::InRoom { .. } => {
                (JoinAs::Player, None)
            }
        };
        if self.parting.as_ref().is_some_and(|parting| parting.room_id == room_id) {
            let error = internal(&format!("room {room_id} has not answered yet"));
            return self.join_refused(now_ms, reference, room_id, quick, error);
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
        self.parting.take_if(|parting| parting.op == op);
        let Some(Current { reference, step, .. }) = self.actions.take(op) else {
            // Answers may come late: the connection was lost meanwhile, or the time was up. Nobody waits for them.
            if op.0 == 0 || op.0 > self.next_op {
                self.effects.push(Effect::Odd(format!("an answer of room {room_id} to a question never asked")));
            }
            return;
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
            Some(_) if !self.awaited(reference) => {}
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

    /// Whether somebody is here for whom a room is looked for. If not, nobody joins, and the action was not carried out:
    /// a resume sends it again. A room that was made for us gives up by itself.
    fn awaited(&mut self, reference: Option<u64>) -> bool {
        if self.line.is_none() {
            self.replies.forget_unanswered();
        }
        reference.is_some() && self.line.is_some()
    }

    /// A room that may have let us in without saying so is left: no seat is to stay behind. Until it has answered that,
    /// what it says is about a stay that never was.
    pub(super) fn part_from(&mut self, room_id: RoomId) {
        let op = self.new_op();
        let (room, command) = (room_id.clone(), Command::Leave);
        self.effects.push(Effect::AskRoom { room_id: room, op, origin: None, command });
        self.leave_room(&room_id);
        self.parting = Some(Parting { room_id, op });
    }

    /// The room has let us go; what it said before is in the outbox already. What it was asked and has not answered it
    /// will refuse, or never answer because it is no more: nobody waits for that.
    pub(super) fn released(&mut self, room_id: &RoomId) {
        if self.room.as_ref() != Some(room_id) {
            return;
        }
        self.leave_room(room_id);
        if let Some(Current { reference, step, .. }) = self.actions.take_in_room() {
            let result = match step {
                Step::InRoom { command: Command::Leave | Command::Dissolve, .. } => Ok(OkBody::Empty),
                _ => Err(WireError::new(ErrorCode::NotInRoom, "you are not in this room any more, join one first")),
            };
            self.settle(reference, result);
        }
        self.greet_without_room();
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
            let op = self.new_op();
            self.effects.push(Effect::AskRoom { room_id, op, origin: None, command: Command::Leave });
        }
        self.hang_up(CloseCode::Kicked);
    }
}
