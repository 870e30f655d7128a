//! When the room's process is lost: where is the room now, and what becomes of what was asked of it?

use umbra_protocol::{DissolveReason, ErrorCode, Event, RoomId, WireError};

use super::actions::Current;
use super::step::Step;
use super::{Ask, Effect, Session, internal};

/// Milliseconds after which the room manager is asked again: it may have died with the question, and is back soon.
const ASK_AGAIN_MS: u64 = 100;

impl Session {
    /// The room's process ended without letting us go: ask where the room is now.
    pub(super) fn room_down(&mut self, now_ms: u64, room_id: &RoomId) {
        if self.room.as_ref() != Some(room_id) {
            return;
        }
        self.ask_where(now_ms, room_id.clone());
    }

    pub(super) fn ask_where(&mut self, now_ms: u64, room_id: RoomId) {
        let op = self.new_op();
        self.refreshing = Some((op, now_ms.saturating_add(ASK_AGAIN_MS)));
        self.effects.push(Effect::AskRooms { op, ask: Ask::Find { room_id } });
    }

    /// The room manager has not said where the room is: it may have been restarted, so it is asked again.
    pub(super) fn repeat_refresh(&mut self, now_ms: u64) {
        if let Some(room_id) = self.room.clone().filter(|_| self.refreshing.is_some_and(|(_, due)| due <= now_ms)) {
            self.ask_where(now_ms, room_id);
        }
    }

    /// The room manager has died with the question of the action under way, or was not there to be asked.
    pub(super) fn ask_rooms_again_soon(&mut self, now_ms: u64) {
        if let Some(current) = self.actions.current_mut().filter(|current| current.step.asks_rooms()) {
            current.ask_again_ms = Some(now_ms.saturating_add(ASK_AGAIN_MS));
        }
    }

    pub(super) fn ask_rooms_again(&mut self, now_ms: u64) {
        let due = |current: &&mut Current| current.ask_again_ms.is_some_and(|at| at <= now_ms);
        if let Some(current) = self.actions.current_mut().filter(due) {
            current.ask_again_ms = None;
            let again = current.step.effect(current.op, None);
            self.effects.push(again);
        }
    }

    /// Where the room is now; or it is no more, and what was asked of it fails.
    pub(super) fn refreshed(&mut self, now_ms: u64, found: Result<RoomId, WireError>) {
        self.refreshing = None;
        let Some(room_id) = self.room.clone() else {
            return;
        };
        if found.is_ok() {
            if self.line.is_none() {
                // Said before, perhaps to a process that was no more.
                self.effects.push(Effect::Offline { room_id: room_id.clone() });
            }
            if let Some(Current { op, step: step @ (Step::InRoom { .. } | Step::Joining { .. }), reference, .. }) =
                self.actions.current()
            {
                let again = step.effect(*op, self.origin(*reference));
                self.effects.push(again);
            }
            return self.ask_again_for_greeting(now_ms);
        }
        let joining = self.actions.current().filter(|current| matches!(current.step, Step::Joining { .. }));
        if let Some(op) = joining.map(|current| current.op) {
            let message = format!("there is no room {room_id} any more");
            let gone = Err(WireError::new(ErrorCode::RoomNotFound, message));
            return self.room_reply(now_ms, &room_id, op, gone);
        }
        self.record_own(&Event::RoomDissolved { reason: DissolveReason::Failed });
        self.leave_room(&room_id);
        if let Some(current) = self.actions.take_in_room() {
            self.settle(current.reference, Err(internal("the room failed")));
        }
        self.greet_without_room();
    }
}
