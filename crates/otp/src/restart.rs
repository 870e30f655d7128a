//! When a child that ended is started again, and when that has happened too often. Pure: time comes in as an argument.

use std::collections::VecDeque;

/// Which ends of a child call for a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restart {
    /// Always: the child is meant to live as long as its supervisor.
    Permanent,
    /// After a failure only: the child may end when its work is done.
    Transient,
    /// Never.
    Temporary,
}

impl Restart {
    /// Whether a child of this kind comes back after this end.
    pub fn wants_restart(self, failed: bool) -> bool {
        match self {
            Restart::Permanent => true,
            Restart::Transient => failed,
            Restart::Temporary => false,
        }
    }
}

/// How many restarts are borne: `max_restarts` within any `period_ms`. One more, and whoever restarts gives up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Intensity {
    /// Restarts that are borne within the period. 0: none at all.
    pub max_restarts: u32,
    /// Length of the period in milliseconds. A restart exactly this long ago no longer counts.
    pub period_ms: u64,
}

/// What to do about one more failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Restart.
    Restart,
    /// Too many: end, and let somebody higher up decide.
    GiveUp,
}

/// The restarts of the last period.
#[derive(Clone, Debug)]
pub struct RestartWindow {
    intensity: Intensity,
    recent_ms: VecDeque<u64>,
}

impl RestartWindow {
    /// No restarts yet.
    pub fn new(intensity: Intensity) -> Self {
        RestartWindow {
            intensity,
            recent_ms: VecDeque::new(),
        }
    }

    /// Notes that a restart is due at `now_ms`, and says whether it may happen.
    pub fn record(&mut self, now_ms: u64) -> Verdict {
        let period_ms = self.intensity.period_ms;
        while let Some(&oldest_ms) = self.recent_ms.front() {
            if now_ms.saturating_sub(oldest_ms) < period_ms {
                break;
            }
            self.recent_ms.pop_front();
        }
        self.recent_ms.push_back(now_ms);
        if self.recent_ms.len() > self.intensity.max_restarts as usize {
            Verdict::GiveUp
        } else {
            Verdict::Restart
        }
    }
}
