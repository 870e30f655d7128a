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
    rings_at: Option<Moment>,
}

/// In Unix milliseconds, and by the clock that nobody sets.
struct Moment {
    ms: u64,
    instant: Instant,
}

impl Alarm {
    /// Sees to it that this task is woken by `due_ms` (Unix milliseconds), to look again what is due. Ready: it is woken for
    /// that now.
    pub(crate) fn poll_set(&mut self, now_ms: u64, due_ms: u64, context: &mut Context<'_>) -> Poll<()> {
        let now = Instant::now();
        match &self.rings_at {
            // It is set, and the task is always the same one.
            Some(at) if at.ms <= due_ms && at.instant > now => return Poll::Pending,
            Some(at) if at.ms <= due_ms => {}
            Some(_) | None => {
                let instant = now + Duration::from_millis(due_ms.saturating_sub(now_ms));
                self.rings_at = Some(Moment { ms: due_ms, instant });
                match &mut self.sleep {
                    Some(sleep) => sleep.as_mut().reset(instant),
                    None => self.sleep = Some(Box::pin(sleep_until(instant))),
                }
            }
        }
        let Some(sleep) = &mut self.sleep else { return Poll::Pending };
        let rung = sleep.as_mut().poll(context);
        if rung.is_ready() {
            self.rings_at = None;
        }
        rung
    }
}
