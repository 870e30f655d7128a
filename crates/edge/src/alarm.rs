//! EDGE: wakes a connection when something is due, without a timer for every change of mind.
//!
//! Deadlines move with almost every message, mostly further away. An alarm that rings early costs one look; one that is
//! set anew for each message costs the timer wheel's lock each. So it is only ever set for earlier.

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

/// A connection's one alarm.
#[derive(Default)]
pub(crate) struct Alarm {
    sleep: Option<Pin<Box<Sleep>>>,
    rings_at_ms: Option<u64>,
}

impl Alarm {
    /// Sees to it that [`Self::poll_rings`] is ready by `due_ms` (Unix milliseconds).
    pub(crate) fn set(&mut self, now_ms: u64, due_ms: u64) {
        if self.rings_at_ms.is_some_and(|at| at <= due_ms) {
            return;
        }
        self.rings_at_ms = Some(due_ms);
        let after = Duration::from_millis(due_ms.saturating_sub(now_ms));
        match &mut self.sleep {
            Some(sleep) => sleep.as_mut().reset(Instant::now() + after),
            None => self.sleep = Some(Box::pin(sleep(after))),
        }
    }

    /// Ready once it has rung.
    pub(crate) fn poll_rings(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.rings_at_ms.is_none() {
            return Poll::Pending;
        }
        let Some(sleep) = &mut self.sleep else { return Poll::Pending };
        let rung = sleep.as_mut().poll(context);
        if rung.is_ready() {
            self.rings_at_ms = None;
        }
        rung
    }
}
