//! MACHINE: how long to stay away after a connection was lost.

use std::time::Duration;

/// The ceiling of the first wait.
pub const BACKOFF_FIRST: Duration = Duration::from_millis(250);
/// The ceiling that no wait exceeds (but for a wait that the server asked for).
pub const BACKOFF_MOST: Duration = Duration::from_secs(15);

/// Exponential backoff with full jitter: each wait is drawn from zero to a ceiling that doubles with every failure.
///
/// Full jitter and not a fixed share of it, because a node that comes back meets all of its clients at once.
#[derive(Debug)]
pub struct Backoff {
    failures: u32,
    random: fastrand::Rng,
}

impl Backoff {
    /// The same seed draws the same waits.
    pub fn new(seed: u64) -> Self {
        Self { failures: 0, random: fastrand::Rng::with_seed(seed) }
    }

    /// Counts one more failure and draws the wait that follows it.
    pub fn wait(&mut self) -> Duration {
        let ceiling = Self::ceiling(self.failures);
        self.failures = self.failures.saturating_add(1);
        // Millisecond grain is enough for people and keeps the arithmetic exact.
        Duration::from_millis(self.random.u64(0..=ceiling.as_millis() as u64))
    }

    /// A connection held: the next failure is a first one again.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// The most that the wait after `failures` earlier failures can be.
    pub fn ceiling(failures: u32) -> Duration {
        let doubled = 1u32.checked_shl(failures).unwrap_or(u32::MAX);
        BACKOFF_FIRST.saturating_mul(doubled).min(BACKOFF_MOST)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_wait_stays_between_zero_and_its_doubling_ceiling(seed: u64, failures in 1usize..80) {
            let mut backoff = Backoff::new(seed);
            for failure in 0..failures as u32 {
                let ceiling = (250u128 << failure.min(20)).min(15_000);
                prop_assert_eq!(Backoff::ceiling(failure).as_millis(), ceiling);
                prop_assert!(backoff.wait().as_millis() <= ceiling);
            }
        }
    }

    #[test]
    fn waits_are_spread_over_the_whole_range() {
        let mut backoff = Backoff::new(7);
        let waits: Vec<_> = (0..200).map(|_| backoff.wait()).skip(10).collect();
        assert!(waits.iter().any(|wait| *wait < BACKOFF_MOST / 10), "full jitter reaches down to zero");
        assert!(waits.iter().any(|wait| *wait > BACKOFF_MOST * 9 / 10), "and up to the ceiling");
    }

    #[test]
    fn a_connection_that_held_starts_the_waits_over() {
        let mut backoff = Backoff::new(7);
        for _ in 0..20 {
            backoff.wait();
        }
        backoff.reset();
        assert!(backoff.wait() <= BACKOFF_FIRST);
    }
}
