//! Towards the room: one action at a time, in the order in which they came.

use std::collections::VecDeque;

use umbra_protocol::{ClientFrame, ClientMessage, Control, ErrorCode, OkBody, RoomSummary, ServerFrame, WireError};

use super::replies::{Replies, Seen};
use super::travel::Step;
use super::{Effect, Inbound, Session, SocketKey, internal};
use crate::room::{Command, OpId};

/// Actions that wait, and the one that is under way.
pub(super) struct Actions {
    waiting: VecDeque<Action>,
    current: Option<Current>,
    waiting_max: usize,
}

struct Action {
    reference: u64,
    what: Result<ClientMessage, WireError>,
}

/// The action that is under way.
pub(super) struct Current {
    pub op: OpId,
    /// `None` when nobody waits for the answer any more: a new session has begun since.
    pub reference: Option<u64>,
    pub step: Step,
    pub due_ms: u64,
}

impl Actions {
    pub fn new(waiting_max: usize) -> Self {
        Self { waiting: VecDeque::new(), current: None, waiting_max }
    }

    pub fn working(&self) -> bool {
        self.current.is_some()
    }

    pub fn due_ms(&self) -> Option<u64> {
        self.current.as_ref().map(|current| current.due_ms)
    }

    pub fn current(&self) -> Option<&Current> {
        self.current.as_ref()
    }

    /// The action under way, if `op` is its question.
    pub fn take(&mut self, op: OpId) -> Option<Current> {
        self.current.take_if(|current| current.op == op)
    }

    /// Whether the room that is known is one that has not answered yet.
    pub fn joining(&self) -> bool {
        matches!(self.current, Some(Current { step: Step::Joining { .. }, .. }))
    }

    /// A new session begins: what waits is forgotten, what is under way ends unanswered.
    pub fn orphan(&mut self) {
        self.waiting.clear();
        if let Some(current) = self.current.as_mut() {
            current.reference = None;
        }
    }

    fn waits(&self, reference: u64) -> bool {
        let current = self.current.as_ref().and_then(|current| current.reference);
        current == Some(reference) || self.waiting.iter().any(|action| action.reference == reference)
    }
}

impl Session {
    /// Something from a client: only the live socket is listened to.
    pub(super) fn client(&mut self, now_ms: u64, socket: SocketKey, inbound: Inbound) {
        if self.line.as_ref().is_none_or(|line| line.socket() != socket) {
            return;
        }
        match inbound {
            Inbound::Refused { reference, ack, error } => {
                self.acknowledge(ack);
                self.arrive(reference, Err(error));
            }
            Inbound::Frame(ClientFrame { reference, ack, message }) => {
                self.acknowledge(ack);
                match (message, reference) {
                    (ClientMessage::Ping { client_time_ms }, _) => {
                        self.control(Control::Pong { client_time_ms, server_time_ms: now_ms });
                    }
                    (ClientMessage::Hello(_), reference) => {
                        let message = "HELLO was said before on this connection, expected it once";
                        self.send_error(reference, ErrorCode::BadMessage, message);
                    }
                    (message, Some(reference)) => self.arrive(reference, Ok(message)),
                    (message, None) => {
                        let message = format!("field `ref` is missing, expected a number from 1 with {}", message.id());
                        self.send_error(None, ErrorCode::BadMessage, &message);
                    }
                }
            }
        }
    }

    fn send_error(&mut self, reference: Option<u64>, code: ErrorCode, message: &str) {
        self.send(&ServerFrame::Error { reference, error: WireError::new(code, message) });
    }

    fn acknowledge(&mut self, ack: Option<u64>) {
        let Some(seq) = ack.filter(|seq| *seq <= self.outbox.last_seq()) else {
            return;
        };
        self.outbox.acknowledge(seq);
        if let Some(line) = self.line.as_mut() {
            line.forget_events_up_to(seq);
        }
    }

    fn arrive(&mut self, reference: u64, what: Result<ClientMessage, WireError>) {
        match self.replies.arrive(reference) {
            Seen::New if self.actions.waiting.len() >= self.actions.waiting_max => {
                let max = self.actions.waiting_max;
                let message = format!("{max} actions wait already, expected fewer at once");
                let error = WireError::new(ErrorCode::RateLimited, message);
                let frame = self.replies.keep(reference, Err(error));
                self.send(&frame);
            }
            Seen::New => self.actions.waiting.push_back(Action { reference, what }),
            Seen::Answered(frame) => self.send(&frame),
            Seen::UnderWay if self.actions.waits(reference) => {}
            Seen::UnderWay => self.send(&Replies::stale(reference)),
        }
    }

    /// Begins the next action. False when there is none.
    pub(super) fn next_action(&mut self, now_ms: u64) -> bool {
        let Some(Action { reference, what }) = self.actions.waiting.pop_front() else {
            return false;
        };
        if self.line.is_none() && self.room.is_none() {
            // Nobody is there for whom a room could be made or joined; not carried out, so a resume sends it again.
            self.actions.waiting.clear();
            self.replies.forget_unanswered();
            return false;
        }
        match what.and_then(|message| self.first_step(message)) {
            Ok(step) => self.begin(now_ms, Some(reference), step),
            Err(error) => self.settle(Some(reference), Err(error)),
        }
        true
    }

    pub(super) fn begin(&mut self, now_ms: u64, reference: Option<u64>, step: Step) {
        let op = self.new_op();
        self.effects.push(step.effect(op));
        let due_ms = now_ms.saturating_add(self.limits.request_timeout_ms);
        self.actions.current = Some(Current { op, reference, step, due_ms });
    }

    /// Answers an action.
    pub(super) fn settle(&mut self, reference: Option<u64>, result: Result<OkBody, WireError>) {
        if let Some(reference) = reference {
            let frame = self.replies.settle(reference, result);
            if self.line.as_ref().is_some_and(super::Line::greeted) {
                self.send(&frame);
            }
        }
    }

    pub(super) fn listed(&mut self, op: OpId, rooms: Vec<RoomSummary>) {
        if let Some(current) = self.actions.take(op) {
            self.settle(current.reference, Ok(OkBody::Rooms(rooms)));
        }
    }

    /// The answer has not come in time.
    pub(super) fn give_up_on_action(&mut self, now_ms: u64) {
        let Some(current) = self.actions.current.take_if(|current| current.due_ms <= now_ms) else {
            return;
        };
        if let Step::Joining { room_id, .. } = current.step {
            // It may have let us in without saying so: no seat is to be left behind.
            self.effects.push(Effect::Offline { room_id: room_id.clone() });
            self.leave_room(&room_id);
        }
        self.settle(current.reference, Err(internal("the server did not answer in time")));
    }

    /// A command for the room this user is in.
    pub(super) fn in_room(&self, command: Command) -> Result<Step, WireError> {
        let room_id = self
            .room
            .clone()
            .ok_or_else(|| WireError::new(ErrorCode::NotInRoom, "you are in no room, join one first"))?;
        Ok(Step::InRoom { room_id, command })
    }
}
