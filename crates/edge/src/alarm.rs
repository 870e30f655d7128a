//! EDGE: wakes a connection when something is due, without a timer for every change of mind.
//!
//! Deadlines move with almost every message, mostly further away. An alarm that rings early costs one look; one that is
//! set anew for each message costs the timer wheel's lock each. So it is only ever set for earlier.

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// A connection's one alarm.
#[derive(Default)]
pub(crate) struct Alarm {
    sleep: Option<Pin<Box<Sleep>>>,
    /// Unix milliseconds, while it is set.
    rings_at_ms: Option<u64>,
}

impl Alarm {
    /// Sees to it that this task is woken by `due_ms` (Unix milliseconds), to look again what is due. Ready: it is woken for
    /// that now.
    pub(crate) fn poll_set(&mut self, now_ms: u64, due_ms: u64, context: &mut Context<'_>) -> Poll<()> {
        let early_enough = self.rings_at_ms.is_some_and(|at_ms| at_ms <= due_ms);
        match &mut self.sleep {
            // The task is always the same one. Asked without a look at a clock.
            Some(sleep) if early_enough && !sleep.is_elapsed() => return Poll::Pending,
            Some(_) if early_enough => {}
            sleep => {
                self.rings_at_ms = Some(due_ms);
                let instant = Instant::now() + Duration::from_millis(due_ms.saturating_sub(now_ms));
                match sleep {
                    Some(sleep) => sleep.as_mut().reset(instant),
                    None => *sleep = Some(Box::pin(sleep_until(instant))),
                }
            }
        }
        let Some(sleep) = &mut self.sleep else { return Poll::Pending };
        let rung = sleep.as_mut().poll(context);
        if rung.is_ready() {
            self.rings_at_ms = None;
        }
        rung
    }
}
