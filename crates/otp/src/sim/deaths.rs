//! How processes of a world have ended.

use std::fmt;

use crate::ProcessId;

/// A process that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Death {
    /// When, as [`World::passed_ms`](crate::sim::World::passed_ms).
    pub at_ms: u64,
    /// Which process.
    pub id: ProcessId,
    /// Its kind: the name of the type of its messages; of its argument, if it had no mailbox.
    pub kind: &'static str,
    /// How it ended.
    pub ending: Ending,
}

/// How a process has ended. All but the first are failures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Its entry function returned.
    Normal,
    /// It ended on purpose, as a failure.
    Failed,
    /// It panicked, with this message and place.
    Panicked(String),
    /// It was killed, or failed with something it was linked to.
    Killed,
}

impl Ending {
    /// Whether links take it for a failure.
    pub fn is_failure(&self) -> bool {
        match self {
            Ending::Normal => false,
            Ending::Failed | Ending::Panicked(_) | Ending::Killed => true,
        }
    }
}

impl fmt::Display for Death {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms: {} {} ", self.at_ms, self.kind, self.id)?;
        match &self.ending {
            Ending::Normal => write!(f, "ended"),
            Ending::Failed => write!(f, "failed"),
            Ending::Panicked(what) => write!(f, "panicked: {what}"),
            Ending::Killed => write!(f, "was killed"),
        }
    }
}
