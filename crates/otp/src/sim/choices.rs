//! Asks the schedule, and keeps what it answered.

use super::kernel::Kernel;
use super::{Choice, Schedule, Trail};
use crate::ProcessId;

pub(super) struct Choices {
    schedule: Box<dyn Schedule>,
    place: u64,
    trail: Trail,
}

impl Choices {
    pub(super) fn new(schedule: Box<dyn Schedule>) -> Self {
        Choices { schedule, place: 0, trail: Trail::default() }
    }

    /// Where there is only one option, nobody is asked.
    pub(super) fn ask(&mut self, choice: &Choice<'_>) -> usize {
        let options = choice.options();
        if options < 2 {
            return 0;
        }
        let answer = self.schedule.choose(choice);
        assert!(answer < options, "a schedule answered {answer} to {choice:?}, which has {options} options");
        if answer > 0 {
            self.trail.0.push((self.place, answer));
        }
        self.place += 1;
        answer
    }

    pub(super) fn trail(&self) -> &Trail {
        &self.trail
    }
}

impl Kernel {
    /// The process that goes next, by `until_ms` at the latest. Rings timers, and moves the clock, as it has to.
    pub(super) fn choose_next(&mut self, until_ms: u64) -> Option<ProcessId> {
        loop {
            let timer = self.next_timer();
            if self.runnable.is_empty() {
                let (due_ms, _) = timer.filter(|(due_ms, _)| *due_ms <= until_ms)?;
                let receivers = self.due_at(due_ms);
                let which = self.choices.ask(&Choice::Ring { receivers: &receivers });
                self.ring(due_ms, which);
                continue;
            }
            let near_ms = until_ms.min(self.passed_ms.saturating_add(self.options.early_ms));
            let near = timer.filter(|(due_ms, _)| *due_ms <= near_ms);
            let runnable = &*self.runnable.make_contiguous();
            let next = self.choices.ask(&Choice::Next { runnable, timer: near.map(|(_, to)| to) });
            match near {
                Some((due_ms, _)) if next == self.runnable.len() => self.ring(due_ms, 0),
                Some(_) | None => return self.runnable.remove(next),
            }
        }
    }
}
