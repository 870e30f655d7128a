//! Each `ref` is carried out once: what was answered is kept and said again.

use std::collections::VecDeque;
use std::ops::Range;

use umbra_protocol::limits::REPLIES_KEPT;
use umbra_protocol::{ErrorCode, OkBody, ServerFrame, WireError};

use crate::journal::Answer;

/// The session's numbering of actions.
#[derive(Default)]
pub(super) struct Replies {
    /// The highest `ref` that has arrived.
    received: u64,
    /// The highest `ref` that has been carried out.
    done: u64,
    kept: VecDeque<Answer>,
    /// No `ref` in `kept` is higher.
    kept_max: u64,
    /// After a rebirth: a `ref` in here whose answer is not kept was refused before it reached a room, if it arrived at
    /// all, and nobody knows of it any more: it may come again.
    unrecorded: Range<u64>,
}

/// What to do with a `ref`.
pub(super) enum Seen {
    /// Never seen: carry it out.
    New,
    /// Arrived before, and is not answered, or not any more.
    Before,
    /// Answered before: say it again.
    Answered(ServerFrame),
}

impl Replies {
    /// With the answers of an earlier process of this user.
    pub fn restored(answers: Vec<Answer>) -> Self {
        let references = || answers.iter().map(|(reference, _)| *reference);
        let done = references().max().unwrap_or(0);
        let oldest = if answers.len() < REPLIES_KEPT { 0 } else { references().min().unwrap_or(0) };
        Self { received: done, done, kept: answers.into(), kept_max: done, unrecorded: oldest + 1..done }
    }

    /// Every answer that is kept, in the order in which they were given.
    pub fn kept(&self) -> Vec<Answer> {
        self.kept.iter().cloned().collect()
    }

    /// Takes note of an arriving `ref`.
    pub fn arrive(&mut self, reference: u64) -> Seen {
        if reference <= self.kept_max
            && let Some((_, result)) = self.kept.iter().find(|(kept, _)| *kept == reference)
        {
            return Seen::Answered(reply(reference, result.clone()));
        }
        if reference > self.received {
            self.received = reference;
            return Seen::New;
        }
        Seen::Before
    }

    /// Whether a `ref` that is neither answered nor under way can be carried out all the same.
    pub fn is_unrecorded(&self, reference: u64) -> bool {
        self.unrecorded.contains(&reference)
    }

    /// The frame for a `ref` that is neither answered nor being worked on.
    pub fn stale(reference: u64) -> ServerFrame {
        let message = format!("ref {reference} is below refs carried out before, and its reply is no longer kept");
        reply(reference, Err(WireError::new(ErrorCode::StaleRef, message)))
    }

    /// Keeps the answer to an action that was carried out in its turn.
    pub fn settle(&mut self, reference: u64, result: Result<OkBody, WireError>) -> ServerFrame {
        self.done = self.done.max(reference);
        self.keep(reference, result)
    }

    /// Keeps the answer to an action that was refused out of turn, before those that wait.
    pub fn keep(&mut self, reference: u64, result: Result<OkBody, WireError>) -> ServerFrame {
        if self.kept.len() == REPLIES_KEPT {
            self.kept.pop_front();
            self.unrecorded = 0..0;
        }
        self.kept_max = self.kept_max.max(reference);
        self.kept.push_back((reference, result.clone()));
        reply(reference, result)
    }

    /// What has arrived and was not carried out counts as never seen. What was refused out of turn stays answered.
    pub fn forget_unanswered(&mut self) {
        self.received = self.done;
    }

    /// `lastRef`: the highest `ref` carried out.
    pub fn last_ref(&self) -> u64 {
        self.done
    }
}

fn reply(reference: u64, result: Result<OkBody, WireError>) -> ServerFrame {
    match result {
        Ok(body) => ServerFrame::Ok { reference: Some(reference), body },
        Err(error) => ServerFrame::Error { reference: Some(reference), error },
    }
}
