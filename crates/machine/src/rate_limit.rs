//! TWINS, rate limit: how many messages one connection may send, as a token bucket.
//!
//! The bucket starts full, so that a client that resends its backlog after a reconnect is not refused at once.

/// A bucket that refills evenly with time. Deterministic: the time is an argument.
#[derive(Clone, Debug)]
pub struct RateLimit {
    per_second: u64,
    capacity: u64,
    /// In thousandths of a message, so that a millisecond refills a whole number of them.
    available: u64,
    filled_at_ms: u64,
    denials_in_a_row: u32,
}

/// What becomes of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is within the rate.
    Allowed,
    /// It is not; `in_a_row` counts the refused messages since the last allowed one, this one included, and lets the
    /// caller close on who does not slow down.
    Denied {
        /// From 1.
        in_a_row: u32,
    },
}

const ONE: u64 = 1000;

impl RateLimit {
    /// A full bucket of `burst` messages that refills at `per_second`.
    pub fn new(per_second: u32, burst: u32, now_ms: u64) -> Self {
        let capacity = u64::from(burst) * ONE;
        Self {
            per_second: u64::from(per_second),
            capacity,
            available: capacity,
            filled_at_ms: now_ms,
            denials_in_a_row: 0,
        }
    }

    /// Judges one message. A clock that went backwards refills nothing until it has caught up.
    pub fn take(&mut self, now_ms: u64) -> Verdict {
        let elapsed_ms = now_ms.saturating_sub(self.filled_at_ms);
        let refill = elapsed_ms.saturating_mul(self.per_second);
        self.available = self.available.saturating_add(refill).min(self.capacity);
        self.filled_at_ms = self.filled_at_ms.max(now_ms);

        if self.available < ONE {
            self.denials_in_a_row = self.denials_in_a_row.saturating_add(1);
            return Verdict::Denied { in_a_row: self.denials_in_a_row };
        }
        self.available -= ONE;
        self.denials_in_a_row = 0;
        Verdict::Allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of `count` messages at `now_ms` are allowed.
    fn allowed(limit: &mut RateLimit, count: u32, now_ms: u64) -> usize {
        (0..count).filter(|_| limit.take(now_ms) == Verdict::Allowed).count()
    }

    #[test]
    fn the_burst_is_allowed_at_once_and_one_more_is_not() {
        let mut limit = RateLimit::new(500, 1000, 7);
        assert_eq!(allowed(&mut limit, 1000, 7), 1000);
        assert_eq!(limit.take(7), Verdict::Denied { in_a_row: 1 });
    }

    #[test]
    fn an_empty_bucket_allows_the_rate_and_no_more() {
        let mut limit = RateLimit::new(500, 1000, 0);
        allowed(&mut limit, 1000, 0);
        let over_ten_seconds: usize = (1..=10_000).map(|now_ms| allowed(&mut limit, 3, now_ms)).sum();
        assert_eq!(over_ten_seconds, 5000);
    }

    #[test]
    fn a_rate_below_one_a_millisecond_is_kept_exactly() {
        let mut limit = RateLimit::new(3, 1, 0);
        allowed(&mut limit, 1, 0);
        assert_eq!(limit.take(333), Verdict::Denied { in_a_row: 1 });
        assert_eq!(limit.take(334), Verdict::Allowed);
    }

    #[test]
    fn a_long_silence_fills_the_bucket_to_the_burst_and_not_further() {
        let mut limit = RateLimit::new(500, 10, 0);
        allowed(&mut limit, 10, 0);
        assert_eq!(allowed(&mut limit, 20, u64::MAX), 10);
    }

    #[test]
    fn denials_are_counted_until_a_message_is_allowed() {
        let mut limit = RateLimit::new(1000, 1, 0);
        assert_eq!(limit.take(0), Verdict::Allowed);
        assert_eq!(limit.take(0), Verdict::Denied { in_a_row: 1 });
        assert_eq!(limit.take(0), Verdict::Denied { in_a_row: 2 });
        assert_eq!(limit.take(1), Verdict::Allowed);
        assert_eq!(limit.take(1), Verdict::Denied { in_a_row: 1 });
    }

    #[test]
    fn a_clock_that_goes_backwards_refills_nothing_twice() {
        let mut limit = RateLimit::new(1000, 1, 100);
        assert_eq!(limit.take(100), Verdict::Allowed);
        assert_eq!(limit.take(50), Verdict::Denied { in_a_row: 1 });
        assert_eq!(limit.take(100), Verdict::Denied { in_a_row: 2 });
        assert_eq!(limit.take(101), Verdict::Allowed);
    }
}
