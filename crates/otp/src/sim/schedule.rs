//! Who runs next, and when somebody else gets in: the one thing about a world that a test chooses anew for each run.

use crate::ProcessId;

/// Decides wherever more than one thing can happen next.
///
/// A world in which everything else is the same takes the same course under the same answers.
pub trait Schedule {
    /// One of `0..choice.options()`. 0 is what a world does that nobody disturbs: processes run in the order in which they
    /// became able to, each until it has to wait.
    fn choose(&mut self, choice: &Choice<'_>) -> usize;
}

/// A place where more than one thing can happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice<'a> {
    /// Which process goes next. The option after the last of them, if there is a `timer`: the next one rings first.
    Next {
        /// Those that can run, in the order in which they became able to.
        runnable: &'a [ProcessId],
        /// Whom the next timer is for, if it is near enough: see [`WorldOptions::early_ms`](crate::sim::WorldOptions).
        timer: Option<ProcessId>,
    },
    /// Nobody can run, and several timers are due in the same instant: which one rings first.
    Ring {
        /// Whom they are for, in the order in which they were set.
        receivers: &'a [ProcessId],
    },
    /// Option 1: the process stops where it is, and others get in.
    PreEmpt {
        /// The one that runs.
        who: ProcessId,
        /// How many others can run.
        others: usize,
    },
    /// A process was killed while it was at work (not while it waited). Option 1: it does not notice yet, as one that runs on
    /// another thread would not, and makes some more calls.
    Linger {
        /// The one that was killed.
        who: ProcessId,
    },
    /// A process ends by itself, and somebody has begun to monitor it since it last waited. Option 1: that monitor has come too
    /// late and says nothing.
    LoseMonitor {
        /// Who ends.
        who: ProcessId,
        /// Who has begun to monitor it.
        by: ProcessId,
    },
}

impl Choice<'_> {
    /// How many things can happen.
    pub fn options(&self) -> usize {
        match self {
            Choice::Next { runnable, timer } => runnable.len() + usize::from(timer.is_some()),
            Choice::Ring { receivers } => receivers.len(),
            Choice::PreEmpt { .. } | Choice::Linger { .. } | Choice::LoseMonitor { .. } => 2,
        }
    }
}

/// What happens in a world that nobody disturbs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fifo;

impl Schedule for Fifo {
    fn choose(&mut self, _: &Choice<'_>) -> usize {
        0
    }
}

/// Chance, from a seed.
#[derive(Clone, Debug)]
pub struct Random {
    dice: fastrand::Rng,
    pre_emption: f64,
}

impl Random {
    /// Everybody who can run is as likely to be next as anybody else. After a call that matters to others, somebody else gets in
    /// with the probability `pre_emption`, between 0 and 1; what is rare on lunatic (lingering, lost monitors) is as likely.
    pub fn new(seed: u64, pre_emption: f64) -> Self {
        Random { dice: fastrand::Rng::with_seed(seed), pre_emption }
    }
}

impl Schedule for Random {
    fn choose(&mut self, choice: &Choice<'_>) -> usize {
        match choice {
            Choice::Next { .. } | Choice::Ring { .. } => self.dice.usize(..choice.options()),
            Choice::PreEmpt { .. } | Choice::Linger { .. } | Choice::LoseMonitor { .. } => {
                usize::from(self.dice.f64() < self.pre_emption)
            }
        }
    }
}
