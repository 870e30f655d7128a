//! One-shot alarms that a process sets for itself, told apart from their own past by an epoch.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Inbox;
use crate::host::TimerId;

/// Which arming of a [`Timer`] a tick belongs to. Travels in the tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Epoch(u64);

/// A one-shot timer to oneself. Armed again, it forgets what it was armed for before.
///
/// Cancelling cannot call back a tick that already waits in the mailbox. So each tick carries its [`Epoch`], and the receiver
/// asks [`Timer::fired`] before it believes one. About a millisecond late; in order with other messages.
#[derive(Default)]
pub struct Timer {
    epoch: u64,
    pending: Option<TimerId>,
    /// The tick waits in the mailbox already.
    sent: bool,
}

impl Timer {
    /// A timer that is not armed.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sends `message(epoch)` to this process once `after` has passed. An earlier arming is void.
    pub fn arm<M>(&mut self, inbox: &Inbox<M>, after: Duration, message: impl FnOnce(Epoch) -> M)
    where
        M: Serialize,
    {
        self.cancel();
        self.pending = Some(inbox.this().send_after(message(Epoch(self.epoch)), after));
    }

    /// Sends `message(epoch)` to this process now: it comes after all that waits in the mailbox and, on the launcher, after
    /// what others were about to send. An earlier arming is void.
    pub fn arm_at_once<M>(&mut self, inbox: &Inbox<M>, message: impl FnOnce(Epoch) -> M)
    where
        M: Serialize,
    {
        self.cancel();
        self.sent = true;
        inbox.this().send_after_others(message(Epoch(self.epoch)));
    }

    /// Whatever is under way is void. Nothing happens to a timer that is not armed.
    pub fn cancel(&mut self) {
        self.epoch += 1;
        self.sent = false;
        if let Some(pending) = self.pending.take() {
            pending.cancel();
        }
    }

    /// Whether a tick belongs to the arming that now counts.
    pub fn is_current(&self, epoch: Epoch) -> bool {
        self.is_armed() && epoch.0 == self.epoch
    }

    /// Takes a tick: true if it is current, and then the timer is no longer armed. False for a tick to ignore.
    pub fn fired(&mut self, epoch: Epoch) -> bool {
        let current = self.is_current(epoch);
        if current {
            self.pending = None;
            self.sent = false;
        }
        current
    }

    /// Whether a tick is to be expected.
    pub fn is_armed(&self) -> bool {
        self.sent || self.pending.is_some()
    }
}
