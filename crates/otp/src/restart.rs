//! When a child that ended is started again, and when that has happened too often. Pure: time comes in as an argument.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// Which ends of a child call for a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
        RestartWindow { intensity, recent_ms: VecDeque::new() }
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
        if self.recent_ms.len() > self.intensity.max_restarts as usize { Verdict::GiveUp } else { Verdict::Restart }
    }
}

#[cfg(test)]
mod tests {
    use lunatic::test;

    use super::*;

    const THREE_A_SECOND: Intensity = Intensity { max_restarts: 3, period_ms: 1000 };

    #[test]
    fn as_many_restarts_as_allowed_are_borne_and_one_more_is_not() {
        let mut window = RestartWindow::new(THREE_A_SECOND);
        for now_ms in [0, 0, 999] {
            assert_eq!(window.record(now_ms), Verdict::Restart);
        }
        assert_eq!(window.record(999), Verdict::GiveUp);
    }

    #[test]
    fn a_restart_counts_until_the_period_has_passed_and_not_longer() {
        for (fourth_ms, verdict) in [(1999, Verdict::GiveUp), (2000, Verdict::Restart)] {
            let mut window = RestartWindow::new(THREE_A_SECOND);
            for now_ms in [1000, 1500, 1999] {
                assert_eq!(window.record(now_ms), Verdict::Restart);
            }
            assert_eq!(window.record(fourth_ms), verdict, "at {fourth_ms}");
        }
    }

    #[test]
    fn an_intensity_of_zero_bears_no_restart() {
        let mut window = RestartWindow::new(Intensity { max_restarts: 0, period_ms: 1000 });
        assert_eq!(window.record(0), Verdict::GiveUp);
    }

    #[test]
    fn a_slow_drip_of_failures_is_borne_for_ever() {
        let mut window = RestartWindow::new(THREE_A_SECOND);
        for failure in 0..1000 {
            assert_eq!(window.record(failure * 400), Verdict::Restart);
        }
        assert!(window.recent_ms.len() <= 3, "old restarts are forgotten");
    }
}
