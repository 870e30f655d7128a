//! How a user whose process died comes back: what was it, what has its room still carried out for it, and which of its
//! actions are answered?
//!
//! ```text
//! journal: who was I? ──► no room: done
//!                    └──► room manager: where is my room? ──► room: I am another process now ──► journal: what is answered?
//! ```
//! The room is asked before the answers are: whatever the former process had still asked of it stands before our question
//! in its mailbox, and is with the journal by the time it answers.
//!
//! Whoever speaks to the user meanwhile waits until it is done ([`Session::restored`](super::Session::restored) then takes
//! over).

use umbra_protocol::{ErrorCode, OkBody, RoomId, WireError};

use crate::journal::UserRecord;
use crate::room::OpId;

/// Milliseconds after which whoever has not answered is asked again: it may have died with the question.
const ASK_AGAIN_MS: u64 = 100;

/// A user on its way back.
pub struct Rebirth {
    stage: Stage,
    record: Option<UserRecord>,
    /// Questions asked so far.
    ops: u64,
    ask_again_ms: u64,
    /// Gives up what it cannot learn.
    until_ms: u64,
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Stage {
    Remembering,
    LookingForRoom(RoomId),
    /// The question to the room; `None` while its process is lost again.
    Reporting(RoomId, OpId),
    Recollecting,
    Back,
}

/// What the shell has to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Ask the journal for the record: [`Rebirth::recalled`].
    Recall,
    /// Ask the room manager where the room is: [`Rebirth::found`].
    Find {
        /// Comes back in the answer.
        op: OpId,
        /// Which room.
        room_id: RoomId,
    },
    /// Tell the room which process its member is now: [`Rebirth::answered`].
    Report {
        /// Which room.
        room_id: RoomId,
        /// Comes back in the answer.
        op: OpId,
    },
    /// The room has no such member, or is no more: forget its handle.
    LeaveRoom {
        /// Which room.
        room_id: RoomId,
    },
    /// All that can be known is known: `None` when nobody knew this user.
    Back(Option<Box<UserRecord>>),
}

impl Rebirth {
    /// Begins at `now_ms`; what is not known after `timeout_ms` is given up.
    pub fn new(now_ms: u64, timeout_ms: u64) -> Self {
        let mut rebirth = Self {
            stage: Stage::Remembering,
            record: None,
            ops: 0,
            ask_again_ms: 0,
            until_ms: now_ms.saturating_add(timeout_ms),
            steps: Vec::new(),
        };
        rebirth.recall(now_ms, Stage::Remembering);
        rebirth
    }

    /// What the shell has to do now, in order.
    pub fn steps(&mut self) -> Vec<Step> {
        std::mem::take(&mut self.steps)
    }

    /// How many questions were asked: the session's begin behind them.
    pub fn ops(&self) -> u64 {
        self.ops
    }

    /// When [`Rebirth::tick`] is due, Unix milliseconds.
    pub fn next_deadline(&self) -> Option<u64> {
        (self.stage != Stage::Back).then(|| self.ask_again_ms.min(self.until_ms))
    }

    /// The journal's answer.
    pub fn recalled(&mut self, now_ms: u64, record: Option<UserRecord>) {
        match &self.stage {
            Stage::Remembering => {
                let room = record.as_ref().and_then(|record| record.facts.room.clone());
                self.record = record;
                match room {
                    Some(room_id) => self.look_for(now_ms, room_id),
                    None => self.back(),
                }
            }
            Stage::Recollecting => {
                if let (Some(known), Some(now)) = (self.record.as_mut(), record) {
                    known.answers = now.answers;
                }
                self.back();
            }
            Stage::LookingForRoom(_) | Stage::Reporting(..) | Stage::Back => {}
        }
    }

    /// The room manager's answer.
    pub fn found(&mut self, now_ms: u64, op: OpId, found: Result<RoomId, WireError>) {
        let Stage::LookingForRoom(room_id) = &self.stage else { return };
        let room_id = room_id.clone();
        if op.0 != self.ops {
            return;
        }
        if found.is_err() {
            return self.without_room(now_ms, room_id);
        }
        let op = self.new_op();
        self.stage = Stage::Reporting(room_id.clone(), op);
        self.ask_again_ms = u64::MAX;
        self.steps.push(Step::Report { room_id, op });
    }

    /// The room's answer; false if it is the answer to another's question.
    pub fn answered(&mut self, now_ms: u64, op: OpId, result: &Result<OkBody, WireError>) -> bool {
        let Stage::Reporting(room_id, asked) = &self.stage else { return false };
        if *asked != op {
            return false;
        }
        match result {
            Err(error) if error.code == ErrorCode::NotInRoom || error.code == ErrorCode::RoomNotFound => {
                let room_id = room_id.clone();
                self.without_room(now_ms, room_id);
            }
            Ok(_) | Err(_) => self.recall(now_ms, Stage::Recollecting),
        }
        true
    }

    /// The room's process ended before it had answered: where is it now?
    pub fn room_down(&mut self, now_ms: u64) {
        if let Stage::Reporting(room_id, _) = &self.stage {
            self.look_for(now_ms, room_id.clone());
        }
    }

    /// Asks again, or gives up.
    pub fn tick(&mut self, now_ms: u64) {
        if self.stage != Stage::Back && self.until_ms <= now_ms {
            return self.back();
        }
        if now_ms < self.ask_again_ms {
            return;
        }
        match self.stage.clone() {
            stage @ (Stage::Remembering | Stage::Recollecting) => self.recall(now_ms, stage),
            Stage::LookingForRoom(room_id) => self.look_for(now_ms, room_id),
            Stage::Reporting(..) | Stage::Back => {}
        }
    }

    fn recall(&mut self, now_ms: u64, stage: Stage) {
        self.stage = stage;
        self.ask_again_ms = now_ms.saturating_add(ASK_AGAIN_MS);
        self.steps.push(Step::Recall);
    }

    fn look_for(&mut self, now_ms: u64, room_id: RoomId) {
        self.ask_again_ms = now_ms.saturating_add(ASK_AGAIN_MS);
        let op = self.new_op();
        self.steps.push(Step::Find { op, room_id: room_id.clone() });
        self.stage = Stage::LookingForRoom(room_id);
    }

    fn without_room(&mut self, now_ms: u64, room_id: RoomId) {
        self.steps.push(Step::LeaveRoom { room_id });
        if let Some(record) = self.record.as_mut() {
            record.facts.room = None;
        }
        // It may have answered our former process before it let us go.
        self.recall(now_ms, Stage::Recollecting);
    }

    fn back(&mut self) {
        self.stage = Stage::Back;
        self.steps.push(Step::Back(self.record.take().map(Box::new)));
    }

    fn new_op(&mut self) -> OpId {
        self.ops += 1;
        OpId(self.ops)
    }
}
