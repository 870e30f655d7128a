//! `HELLO`: sign in, resume, take over. Between the attach and its reply nothing else is said on the new socket.

use umbra_protocol::limits::INTEGER_MAX;
use umbra_protocol::{CloseCode, Control, EncodedEvent, Event, HelloOk, OkBody, RoomSnapshot, ServerFrame, WireError};

use super::line::Line;
use super::{Attach, AttachKind, Effect, Session};
use crate::room::OpId;

/// A connection that has signed in and waits for its `OK`.
pub(super) struct Greeting {
    reference: Option<u64>,
    session: String,
    /// What the client has, if it can be continued.
    resume: Option<(u64, u64)>,
    /// The client has been greeted, by a process that died.
    live: bool,
    /// The question to the room and when it has waited long enough; `None` while an earlier action is still under way,
    /// which has a deadline of its own.
    asked: Option<(OpId, u64)>,
}

impl Greeting {
    /// Waits for an action that began before it.
    pub fn deferred(&self) -> bool {
        self.asked.is_none()
    }

    /// When it is given up.
    pub fn due_ms(&self) -> Option<u64> {
        self.asked.map(|(_, due_ms)| due_ms)
    }
}

impl Session {
    /// A new connection: it replaces the present one, if any.
    pub(super) fn attach(&mut self, attach: Attach) {
        if self.is_out_of_date(&attach) {
            return;
        }
        self.unattended_until_ms = None;
        self.replace_line();
        let known = self.sid == attach.sid;
        let resume = match attach.kind {
            AttachKind::Resume { epoch, last_seq } if known => Some((epoch, last_seq)),
            AttachKind::Live if known => None,
            AttachKind::Resume { epoch, .. } => {
                self.begin_session(&attach, epoch);
                None
            }
            AttachKind::New | AttachKind::Live => {
                self.begin_session(&attach, 0);
                None
            }
        };
        self.line = Some(Line::new(&attach, &self.limits));
        self.user_name = attach.user_name;
        let live = attach.kind == AttachKind::Live;
        let (reference, session) = (attach.reference, attach.session);
        self.greeting = Some(Greeting { reference, session, resume, live, asked: None });
    }

    /// A socket asks again until it is heard, so the same attach can come twice; and one that was replaced by a newer
    /// connection, which the process that died had no time to tell it, is told so now.
    fn is_out_of_date(&mut self, attach: &Attach) -> bool {
        let Some(line) = self.line.as_ref() else { return false };
        if line.socket() == attach.socket {
            return true;
        }
        let replaced = attach.kind == AttachKind::Live && line.socket().0 > attach.socket.0;
        if replaced {
            self.say_replaced(&Line::new(attach, &self.limits));
        }
        replaced
    }

    fn replace_line(&mut self) {
        if let Some(old) = self.line.take() {
            self.say_replaced(&old);
        }
    }

    fn say_replaced(&mut self, line: &Line) {
        let socket = line.socket();
        let frames = line.alone(&ServerFrame::Control(Control::Replaced));
        self.effects.push(Effect::Deliver { socket, frames, answers: Vec::new() });
        self.effects.push(Effect::Close { socket, code: CloseCode::Replaced });
        self.effects.push(Effect::Forget { socket });
    }

    /// A sign-in of its own: `ref`s start at 1 again, and what an earlier one asked for is nobody's answer any more.
    fn begin_session(&mut self, attach: &Attach, epoch_known: u64) {
        self.sid.clone_from(&attach.sid);
        self.replies = super::Replies::default();
        self.actions.orphan();
        // An epoch that no client was ever told of: what is numbered before the greeting cannot be mistaken for what this
        // client had in an earlier life of its session.
        self.outbox.restart(self.outbox.epoch.max(epoch_known.min(INTEGER_MAX - 1)) + 1);
    }

    /// Asks the room for the present state, if there is a room.
    pub(super) fn ask_for_greeting(&mut self, now_ms: u64) {
        let Some(room_id) = self.room.clone() else {
            return self.greet(None);
        };
        let op = self.new_op();
        if let Some(greeting) = self.greeting.as_mut() {
            greeting.asked = Some((op, now_ms.saturating_add(self.limits.request_timeout_ms)));
            self.effects.push(Effect::Online { room_id, op });
        }
    }

    /// The room is somewhere else now: the question goes there.
    pub(super) fn ask_again_for_greeting(&mut self, now_ms: u64) {
        if self.greeting.as_ref().is_some_and(|greeting| !greeting.deferred()) {
            self.ask_for_greeting(now_ms);
        }
    }

    pub(super) fn greet_without_room(&mut self) {
        if self.greeting.as_ref().is_some_and(|greeting| !greeting.deferred()) {
            self.greet(None);
        }
    }

    /// The room's answer, if it was this one that was waited for.
    pub(super) fn greeting_answered(&mut self, op: OpId, result: &Result<OkBody, WireError>) -> bool {
        if self.greeting.as_ref().and_then(|greeting| greeting.asked).is_none_or(|(asked, _)| asked != op) {
            return false;
        }
        if let Ok(OkBody::Room(room)) = result {
            self.greet(Some(room.as_ref().clone()));
        } else {
            // The room does not know us: then neither do we know the room.
            if let Some(room_id) = self.room.clone() {
                self.leave_room(&room_id);
            }
            self.greet(None);
        }
        true
    }

    pub(super) fn give_up_on_greeting(&mut self, now_ms: u64) {
        if self.greeting.as_ref().and_then(Greeting::due_ms).is_some_and(|due_ms| due_ms <= now_ms) {
            self.hang_up(CloseCode::Internal);
        }
    }

    fn greet(&mut self, room: Option<RoomSnapshot>) {
        let (Some(greeting), Some(line)) = (self.greeting.take(), self.line.as_mut()) else {
            return;
        };
        if greeting.live {
            let epoch = self.outbox.epoch.min(INTEGER_MAX - 1) + 1;
            self.outbox.restart(epoch);
            let room = room.map(Box::new);
            self.outbox.push(EncodedEvent::new(&Event::Resync { epoch, room }));
            return line.go_on(&self.outbox);
        }
        let continued = greeting.resume.filter(|(epoch, seq)| self.outbox.continues_after(*epoch, *seq));
        let from_seq = match continued {
            Some((_, last_seq)) => {
                self.outbox.acknowledge(last_seq);
                last_seq + 1
            }
            None => {
                // Everything so far is in the snapshot. A session that has just begun has its epoch already.
                let epoch = self.outbox.epoch;
                let next = |(known, _): (u64, u64)| epoch.max(known.min(INTEGER_MAX - 1)) + 1;
                self.outbox.restart(greeting.resume.map_or(epoch, next));
                1
            }
        };
        let hello = HelloOk {
            uid: self.uid.clone(),
            user_name: self.user_name.clone(),
            session: greeting.session,
            epoch: self.outbox.epoch,
            resumed: continued.is_some(),
            last_ref: self.replies.last_ref(),
            server_time_ms: self.now_ms,
            heartbeat_ms: self.limits.heartbeat_ms,
            grace_ms: self.limits.seat_grace_ms,
            room,
        };
        let frame = ServerFrame::Ok { reference: greeting.reference, body: OkBody::Hello(Box::new(hello)) };
        line.greet(&frame, &self.outbox, from_seq);
    }
}
