//! DRIVER: decides when each member acts, and counts what they hear. The crowd asks and tells; the time is an argument.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use umbra_load::load::Pace;
use umbra_load::tally::Tally;

use crate::dialect::Heard;

/// Latencies of the driver itself above this are counted as this.
const LATE_MOST: Duration = Duration::from_secs(60);

/// When the next action of a timetable is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Now, or it has been: by this member.
    Now {
        /// The member's place in the crowd.
        member: usize,
        /// When it was due.
        due_ns: u64,
    },
    /// Not before then.
    At(u64),
    /// Nobody acts by a timetable.
    Never,
}

/// One measurement's plan and its counts.
#[derive(Debug)]
pub struct Conductor {
    /// What was counted of the actions due in the window.
    pub tally: Tally,
    /// All deliveries so far, whenever they were due.
    pub delivered: u64,
    pace: Option<Pace>,
    /// Members in the order of the timetable: one of each room in turn, so that it spreads over the rooms.
    order: Vec<usize>,
    next: usize,
    began_ns: u64,
    interval_ns: f64,
    over: bool,
    late_us: Histogram<u64>,
}

impl Conductor {
    /// For rooms of `room_size` that were seated one after the other. Without a pace nobody acts.
    pub fn new(start: Instant, members: usize, room_size: usize, pace: Option<Pace>) -> Self {
        let order = (0..room_size).flat_map(|seat| (seat..members).step_by(room_size)).collect();
        let interval_ns = match pace {
            Some(Pace::Open { events_per_second }) => room_size as f64 / events_per_second * 1e9,
            Some(Pace::Closed) | None => f64::INFINITY,
        };
        let tally = Tally::new(start);
        let most = LATE_MOST.as_micros() as u64;
        let late_us = Histogram::new_with_bounds(1, most, 3).expect("constant bounds that the histogram allows");
        Self { began_ns: tally.now_ns(), tally, delivered: 0, pace, order, next: 0, interval_ns, over: false, late_us }
    }

    /// Nobody begins an action any more, but what has begun still counts.
    pub fn end(&mut self) {
        self.over = true;
    }

    /// All actions that count have been sent.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Whether members act in turn with their answers, and so all have to begin at once.
    pub fn is_closed_loop(&self) -> bool {
        self.pace == Some(Pace::Closed)
    }

    /// A member has heard something. If it is to act at once, the time at which that is due.
    pub fn heard(&mut self, heard: Heard, now_ns: u64) -> Option<u64> {
        let answers = match heard {
            Heard::Delivered { due_ns, answers } => {
                self.tally.delivered(due_ns, now_ns);
                self.delivered += 1;
                answers
            }
            Heard::Refused => {
                self.tally.refused += 1;
                true
            }
            Heard::Answered => true,
            Heard::Asked(_) | Heard::Nothing => false,
        };
        (answers && self.is_closed_loop() && !self.over).then_some(now_ns)
    }

    /// Who is due by the timetable. Whoever is told `Now` acts.
    pub fn due(&mut self, now_ns: u64) -> Due {
        if self.over || !self.interval_ns.is_finite() || self.order.is_empty() {
            return Due::Never;
        }
        // From the beginning and not from the last, so that nothing adds up.
        let due_ns = self.began_ns + (self.next as f64 * self.interval_ns) as u64;
        if self.tally.is_past(due_ns) {
            // Not by the clock: what was due within the window is sent and counts, however late the driver is with it.
            self.over = true;
            return Due::Never;
        }
        if due_ns > now_ns {
            return Due::At(due_ns);
        }
        let member = self.order[self.next % self.order.len()];
        self.next += 1;
        Due::Now { member, due_ns }
    }

    /// A member acts now on what was due then.
    pub fn acts(&mut self, due_ns: u64, now_ns: u64) {
        self.tally.acted(due_ns);
        self.late_us.saturating_record((now_ns.saturating_sub(due_ns) / 1000).max(1));
    }

    /// How late the driver itself was with 99 of 100 actions.
    pub fn own_delay(&self) -> Duration {
        Duration::from_micros(self.late_us.value_at_quantile(0.99))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: Option<Pace> = Some(Pace::Open { events_per_second: 8000.0 });

    fn delivered(answers: bool) -> Heard {
        Heard::Delivered { due_ns: 5, answers }
    }

    #[test]
    fn in_a_closed_loop_an_answer_is_followed_by_an_action_until_the_end() {
        let mut conductor = Conductor::new(Instant::now(), 8, 4, Some(Pace::Closed));
        assert_eq!(conductor.heard(delivered(false), 70), None, "somebody else's");
        for answer in [delivered(true), Heard::Answered, Heard::Refused] {
            assert_eq!(conductor.heard(answer, 70), Some(70));
        }
        assert_eq!((conductor.due(u64::MAX), conductor.tally.refused), (Due::Never, 1));
        conductor.end();
        assert_eq!(conductor.heard(delivered(true), 80), None);
    }

    #[test]
    fn a_timetable_goes_through_the_rooms_and_does_not_wait_for_answers() {
        let mut conductor = Conductor::new(Instant::now(), 8, 4, OPEN);
        let start = conductor.began_ns;
        // 8,000 events a second in rooms of four: an action every 500 µs.
        assert_eq!(conductor.due(start), Due::Now { member: 0, due_ns: start });
        assert_eq!(conductor.due(start), Due::At(start + 500_000));
        assert_eq!(conductor.heard(delivered(true), start), None);
        let late = start + 1_500_000;
        let members: Vec<_> = (1..4).map(|_| conductor.due(late)).collect();
        let expected = [(4, 500_000), (1, 1_000_000), (5, 1_500_000)];
        assert_eq!(members, expected.map(|(member, due)| Due::Now { member, due_ns: start + due }));
        assert_eq!(conductor.due(late), Due::At(start + 2_000_000));
    }

    #[test]
    fn what_was_due_within_the_window_is_still_owed_after_it() {
        let mut conductor = Conductor::new(Instant::now(), 4, 4, OPEN);
        conductor.tally.open_window(Duration::from_millis(2));
        let mut acted = 0;
        while let Due::Now { due_ns, .. } = conductor.due(u64::MAX) {
            conductor.acts(due_ns, due_ns + 3_000_000);
            acted += 1;
        }
        assert!(conductor.is_over());
        // The timetable began a little before the window, so the first may or may not count.
        assert!(
            (4..=5).contains(&acted) && (3..=4).contains(&conductor.tally.actions),
            "{acted} {:?}",
            conductor.tally
        );
        assert!(conductor.own_delay() >= Duration::from_millis(3));
    }
}
