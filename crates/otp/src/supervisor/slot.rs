//! What a supervisor knows of one child at this moment.

use std::fmt;

use crate::ExitReason;
use crate::supervisor::starter::StartId;
use crate::supervisor::{ChildSpec, Started};

/// What the supervisor knows of one child.
pub(super) struct Slot {
    pub(super) spec: ChildSpec,
    pub(super) state: State,
}

pub(super) enum State {
    /// No process: not started yet, or stopped by us.
    Absent,
    /// There is a process.
    Present { child: Started, start: StartId, answer: Option<Result<(), String>> },
    /// It ended by itself, and nobody has dealt with it.
    Ended(Ending),
    /// It ended for good.
    Done,
}

/// How a child ended by itself.
#[derive(Debug)]
pub(super) enum Ending {
    Normal,
    Failed(ExitReason),
    NotStarted(String),
}

impl State {
    pub(super) fn is_gone(&self) -> bool {
        !matches!(self, State::Present { .. })
    }
}

impl Ending {
    pub(super) fn is_failure(&self) -> bool {
        match self {
            Ending::Normal => false,
            Ending::Failed(_) | Ending::NotStarted(_) => true,
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ending::Normal => write!(f, "ended normally"),
            Ending::Failed(reason) => write!(f, "failed ({reason})"),
            Ending::NotStarted(why) => write!(f, "could not be started ({why})"),
        }
    }
}
