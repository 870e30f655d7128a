//! TWINS, receipts: when the owner of a connection tells its user that what was delivered is written.
//!
//! Where we are: `**socket** → user → room → user → **socket**`. The user keeps a bounded number of batches under way to one
//! connection (`session/line.rs`) and needs to hear of those that are written; each such word wakes it. So an owner
//! that has stated a window of several batches lets receipts collect: until half the window is written, until the
//! oldest of them is [`receipt_due_ms`] old, or until it has something else to tell the user, which takes them along.
//!
//! A batch counts only towards the process that delivered it: the next process of a user knows nothing of what is still
//! being written for the one before it.

use std::collections::VecDeque;

/// A window of one: the user delivers a batch, and hears that it is written before it delivers the next.
pub const ONE_AT_A_TIME: u16 = 1;
/// Milliseconds after which a batch that is written is acknowledged at the latest, where `slow_socket_ms` allows for it.
pub const RECEIPT_MS: u64 = 1_000;
/// The part of `slow_socket_ms` that a receipt may take: the user counts it as time that the client was slow.
const RECEIPT_PART: u64 = 4;

/// Milliseconds that a receipt may be kept back. Always less than `slow_socket_ms`, so that no connection which is written
/// to at once is ever too slow.
pub fn receipt_due_ms(slow_socket_ms: u64) -> u64 {
    RECEIPT_MS.min(slow_socket_ms / RECEIPT_PART)
}

/// The batches of one connection.
#[derive(Clone, Debug)]
pub struct Receipts {
    window: u16,
    due_ms: u64,
    /// Of each batch that was delivered and is not acknowledged, when it came; the oldest first, the written before the
    /// others.
    delivered_at_ms: VecDeque<u64>,
    /// How many of these are written.
    written: u16,
    /// Batches of a process that is no more, still to be written.
    orphaned: usize,
}

impl Receipts {
    /// With room for `window` batches, at least one.
    pub fn new(window: u16, slow_socket_ms: u64) -> Self {
        Self {
            window: window.max(ONE_AT_A_TIME),
            due_ms: receipt_due_ms(slow_socket_ms),
            delivered_at_ms: VecDeque::new(),
            written: 0,
            orphaned: 0,
        }
    }

    /// How many batches the user may have under way: what the owner states when it signs in.
    pub fn window(&self) -> u16 {
        self.window
    }

    /// A batch came from the user.
    pub fn delivered(&mut self, now_ms: u64) {
        self.delivered_at_ms.push_back(now_ms);
    }

    /// The oldest batch that was not written yet is.
    pub fn written(&mut self) {
        if self.orphaned > 0 {
            self.orphaned -= 1;
        } else if usize::from(self.written) < self.delivered_at_ms.len() {
            self.written += 1;
        }
    }

    /// There is another process of the user, to which nothing that was delivered so far is acknowledged.
    pub fn another_user(&mut self) {
        self.orphaned += self.delivered_at_ms.len() - usize::from(self.written);
        self.delivered_at_ms.clear();
        self.written = 0;
    }

    /// Batches to acknowledge by a message of their own, now: 0 for none yet. They are taken as acknowledged.
    pub fn due(&mut self, now_ms: u64) -> u16 {
        let many = self.written >= self.window.div_ceil(2);
        let old = self.next_deadline().is_some_and(|at_ms| at_ms <= now_ms);
        if many || old { self.take() } else { 0 }
    }

    /// Batches to acknowledge along with something else that is said to the user. They are taken as acknowledged.
    pub fn take(&mut self) -> u16 {
        let batches = std::mem::take(&mut self.written);
        self.delivered_at_ms.drain(..usize::from(batches));
        batches
    }

    /// When [`Receipts::due`] is to be asked at the latest, Unix milliseconds; `None` while nothing is kept back.
    pub fn next_deadline(&self) -> Option<u64> {
        let oldest_ms = self.delivered_at_ms.front().filter(|_| self.written > 0)?;
        Some(oldest_ms.saturating_add(self.due_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLOW_MS: u64 = 10_000;

    fn written(window: u16, batches: u16) -> Receipts {
        let mut receipts = Receipts::new(window, SLOW_MS);
        for _ in 0..batches {
            receipts.delivered(0);
            receipts.written();
        }
        receipts
    }

    #[test]
    fn with_a_window_of_one_each_batch_is_acknowledged_at_once() {
        let mut receipts = written(ONE_AT_A_TIME, 1);
        assert_eq!(receipts.due(0), 1);
        assert_eq!(receipts.due(0), 0);
    }

    #[test]
    fn half_a_window_is_acknowledged_at_once_and_less_is_kept_back() {
        assert_eq!(written(16, 7).due(0), 0);
        assert_eq!(written(16, 8).due(0), 8);
        assert_eq!(written(3, 1).due(0), 0);
        assert_eq!(written(3, 2).due(0), 2);
    }

    #[test]
    fn what_is_kept_back_is_due_after_a_second_and_not_before() {
        let mut receipts = written(16, 1);
        assert_eq!(receipts.next_deadline(), Some(RECEIPT_MS));
        assert_eq!(receipts.due(RECEIPT_MS - 1), 0);
        assert_eq!(receipts.due(RECEIPT_MS), 1);
        assert_eq!(receipts.next_deadline(), None);
    }

    #[test]
    fn a_receipt_never_takes_so_long_that_the_connection_counts_as_slow() {
        for slow_socket_ms in [10, 500, 10_000, 86_400_000] {
            assert!(receipt_due_ms(slow_socket_ms) <= slow_socket_ms / 2, "{slow_socket_ms}");
        }
    }

    #[test]
    fn a_batch_that_took_long_to_write_is_acknowledged_when_it_is_written() {
        let mut receipts = Receipts::new(16, SLOW_MS);
        receipts.delivered(0);
        assert_eq!(receipts.due(5_000), 0, "it is not written");
        assert_eq!(receipts.next_deadline(), None);
        receipts.written();
        assert_eq!(receipts.due(5_000), 1);
    }

    #[test]
    fn whatever_else_is_said_takes_along_what_is_kept_back() {
        let mut receipts = written(16, 3);
        assert_eq!(receipts.take(), 3);
        assert_eq!(receipts.due(RECEIPT_MS), 0);
    }

    #[test]
    fn what_a_dead_process_had_delivered_is_acknowledged_to_nobody() {
        let mut receipts = written(16, 2);
        receipts.delivered(0);
        receipts.delivered(0);
        receipts.another_user();
        receipts.delivered(0);
        receipts.written();
        receipts.written();
        assert_eq!(receipts.take(), 0, "these were the dead one's");
        receipts.written();
        assert_eq!(receipts.take(), 1);
    }

    #[test]
    fn more_is_never_acknowledged_than_was_delivered() {
        let mut receipts = written(4, 1);
        receipts.written();
        assert_eq!(receipts.take(), 1);
    }
}
