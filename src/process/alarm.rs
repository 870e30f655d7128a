//! Wakes a process when its twin has something due, without a timer for every change of mind.
//!
//! Deadlines move with almost every message, mostly further away. A timer that rings early costs one look at the twin;
//! one that is set anew for each message costs a timer of the runtime each. So it is only ever set for earlier.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use umbra_otp::{Epoch, Inbox, Timer, now_ms};

/// A process's one alarm.
#[derive(Default)]
pub struct Alarm {
    timer: Timer,
    rings_at_ms: Option<u64>,
}

impl Alarm {
    /// Sees to it that `message` comes by `due_ms` (Unix milliseconds), if anything is due. Looks at the clock only if
    /// that takes a timer.
    pub fn set<M>(&mut self, inbox: &Inbox<M>, due_ms: Option<u64>, message: fn(Epoch) -> M)
    where
        M: Serialize + DeserializeOwned,
    {
        let Some(due_ms) = due_ms else {
            return;
        };
        if self.rings_at_ms.is_none_or(|at| due_ms < at) {
            self.rings_at_ms = Some(due_ms);
            self.timer.arm(inbox, Duration::from_millis(due_ms.saturating_sub(now_ms())), message);
        }
    }

    /// Takes a ring: false for one that was superseded.
    pub fn rang(&mut self, epoch: Epoch) -> bool {
        let current = self.timer.fired(epoch);
        if current {
            self.rings_at_ms = None;
        }
        current
    }
}
