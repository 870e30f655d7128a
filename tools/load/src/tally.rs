//! What is counted while it runs, in one window of time.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

/// Latencies above this are counted as this.
const LATENCY_MOST: Duration = Duration::from_secs(60);

/// Counts of the actions that were due within the window, and of all that came of them, whenever it came.
///
/// By the time an action was due and not by the time its events came: what a slow server still owes at the end of the
/// window is counted with the latency it then has, instead of being left out.
#[derive(Debug)]
pub struct Tally {
    start: Instant,
    window: Option<(u64, u64)>,
    /// Actions due in the window.
    pub actions: u64,
    /// Events that came of them, over all receivers.
    pub delivered: u64,
    /// Refusals, at any time.
    pub refused: u64,
    latencies_us: Histogram<u64>,
}

impl Tally {
    /// `start` is the zero of all times.
    pub fn new(start: Instant) -> Self {
        let most = LATENCY_MOST.as_micros() as u64;
        let latencies_us = Histogram::new_with_bounds(1, most, 3).expect("constant bounds that the histogram allows");
        Self { start, window: None, actions: 0, delivered: 0, refused: 0, latencies_us }
    }

    /// Nanoseconds since the start.
    pub fn now_ns(&self) -> u64 {
        self.start.elapsed().as_nanos() as u64
    }

    /// From now on, for so long.
    pub fn open_window(&mut self, length: Duration) {
        let now = self.now_ns();
        self.window = Some((now, now + length.as_nanos() as u64));
    }

    /// Whether the window has been opened and ends before what is due then.
    pub fn is_past(&self, due_ns: u64) -> bool {
        self.window.is_some_and(|(_, to)| due_ns >= to)
    }

    /// An action is about to be sent.
    pub fn acted(&mut self, due_ns: u64) {
        self.actions += u64::from(self.counts(due_ns));
    }

    /// One receiver got the event of the action that was due then.
    pub fn delivered(&mut self, due_ns: u64, now_ns: u64) {
        if self.counts(due_ns) {
            self.delivered += 1;
            self.latencies_us.saturating_record((now_ns.saturating_sub(due_ns) / 1000).max(1));
        }
    }

    /// The latency that this share of events stayed within.
    pub fn latency(&self, quantile: f64) -> Duration {
        Duration::from_micros(self.latencies_us.value_at_quantile(quantile))
    }

    fn counts(&self, due_ns: u64) -> bool {
        self.window.is_some_and(|(from, to)| (from..to).contains(&due_ns))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_counts_by_when_it_was_due_however_late_its_events_come() {
        let mut tally = Tally::new(Instant::now());
        tally.delivered(0, 1);
        tally.open_window(Duration::from_secs(1));
        let (from, to) = tally.window.unwrap();
        for due in [from - 1, from, to - 1, to] {
            tally.acted(due);
            tally.delivered(due, due + 5_000_000_000);
        }
        assert_eq!((tally.actions, tally.delivered), (2, 2));
        assert!(tally.is_past(to) && !tally.is_past(to - 1));
        let off_by = tally.latency(0.5).abs_diff(Duration::from_secs(5));
        assert!(off_by < Duration::from_millis(10), "three digits: {off_by:?}");
    }
}
