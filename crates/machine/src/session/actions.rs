//! Towards the room: one action at a time, in the order in which they came.

use std::collections::VecDeque;

use umbra_protocol::{ClientMessage, OkBody, RoomSummary, WireError};

use super::step::Step;
use super::{Session, internal};
use crate::journal::Origin;
use crate::room::OpId;

/// Actions that wait, and the one that is under way.
pub(super) struct Actions {
    pub waiting: VecDeque<Action>,
    current: Option<Current>,
    pub waiting_max: usize,
}

pub(super) struct Action {
    pub reference: u64,
    pub what: Result<ClientMessage, WireError>,
}

/// The action that is under way.
pub(super) struct Current {
    pub op: OpId,
    /// `None` when nobody waits for the answer any more: a new session has begun since.
    pub reference: Option<u64>,
    pub step: Step,
    pub due_ms: u64,
    /// The room manager that was asked is no more: when the next one is.
    pub ask_again_ms: Option<u64>,
}

impl Actions {
    pub fn new(waiting_max: usize) -> Self {
        Self { waiting: VecDeque::new(), current: None, waiting_max }
    }

    pub fn working(&self) -> bool {
        self.current.is_some()
    }

    pub fn due_ms(&self) -> Option<u64> {
        self.current.as_ref().map(|current| current.ask_again_ms.unwrap_or(u64::MAX).min(current.due_ms))
    }

    pub fn current(&self) -> Option<&Current> {
        self.current.as_ref()
    }

    pub fn current_mut(&mut self) -> Option<&mut Current> {
        self.current.as_mut()
    }

    /// The action under way, if `op` is its question.
    pub fn take(&mut self, op: OpId) -> Option<Current> {
        self.current.take_if(|current| current.op == op)
    }

    /// The action under way, if the room is asked for it.
    pub fn take_in_room(&mut self) -> Option<Current> {
        self.current.take_if(|current| matches!(current.step, Step::InRoom { .. }))
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

    pub fn waits(&self, reference: u64) -> bool {
        let current = self.current.as_ref().and_then(|current| current.reference);
        current == Some(reference) || self.waiting.iter().any(|action| action.reference == reference)
    }
}

impl Session {
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
        self.effects.push(step.effect(op, self.origin(reference)));
        let due_ms = now_ms.saturating_add(self.limits.request_timeout_ms);
        self.actions.current = Some(Current { op, reference, step, due_ms, ask_again_ms: None });
    }

    pub(super) fn origin(&self, reference: Option<u64>) -> Option<Origin> {
        Some(Origin { sid: self.sid.clone(), reference: reference? })
    }

    /// Answers an action.
    pub(super) fn settle(&mut self, reference: Option<u64>, result: Result<OkBody, WireError>) {
        if let Some(reference) = reference {
            let frame = self.replies.settle(reference, result);
            // On a connection that is still to be greeted nobody waits for it, unless it was asked for there too.
            if self.line.as_ref().is_some_and(|line| line.greeted() || line.owes(reference)) {
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
            self.part_from(room_id);
        }
        self.settle(current.reference, Err(internal("the server did not answer in time")));
    }
}
