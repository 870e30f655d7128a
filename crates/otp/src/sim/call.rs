//! What a process asks of the runtime, as a [`World`](crate::sim::World) shows it to whoever watches.

use std::fmt;

use crate::ProcessId;

/// A process is about to make a call.
#[derive(Clone, Copy, Debug)]
pub struct HostCall<'a> {
    /// The time in the world, as [`World::passed_ms`](crate::sim::World::passed_ms).
    pub at_ms: u64,
    /// Which process.
    pub who: ProcessId,
    /// Its kind: the name of the type of its messages; of its argument, if it has no mailbox.
    pub kind: &'static str,
    /// Its how many-th call this is, from 1.
    pub nth: u64,
    /// The how many-th call of all processes of this kind, those before it included, from 1.
    pub nth_of_kind: u64,
    /// What it asks.
    pub what: What<'a>,
    /// The kind of the process that the call concerns: to which something is sent, which is monitored or killed. None if there is
    /// none, or it is dead.
    pub target_kind: Option<&'static str>,
}

/// What a process asks of the runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What<'a> {
    /// Put a message into a mailbox.
    Send(ProcessId),
    /// The same, later.
    SendLater {
        /// Whose mailbox.
        to: ProcessId,
        /// In how many milliseconds.
        after_ms: u64,
    },
    /// Call back a message that is under way.
    CancelTimer,
    /// Take the next message out of its own mailbox, or wait for one.
    Receive,
    /// Start a process.
    Spawn {
        /// Of which kind.
        kind: &'static str,
        /// Whether they are to be linked.
        linked: bool,
    },
    /// Be told of an end.
    Monitor(ProcessId),
    /// Not be told of it after all.
    StopMonitoring(ProcessId),
    /// Whether a process still runs.
    IsAlive(ProcessId),
    /// End a process.
    Kill(ProcessId),
    /// Hear of the failure of a link instead of failing too.
    HearOfLinks,
    /// Give a name to a process.
    Register(&'a str),
    /// Who has a name.
    WhereIs(&'a str),
    /// Wait for so many milliseconds.
    Sleep(u64),
    /// What time it is.
    Clock,
    /// A random number.
    Random,
    /// The process comes to its end by itself. A kill before this makes a failure of a normal end.
    End {
        /// Whether it has failed.
        failed: bool,
    },
}

impl What<'_> {
    /// The process that the call concerns.
    pub(super) fn target(&self) -> Option<ProcessId> {
        match self {
            What::Send(to) | What::SendLater { to, .. } => Some(*to),
            What::Monitor(id) | What::StopMonitoring(id) | What::IsAlive(id) | What::Kill(id) => Some(*id),
            What::CancelTimer
            | What::Receive
            | What::Spawn { .. }
            | What::HearOfLinks
            | What::Register(_)
            | What::WhereIs(_)
            | What::Sleep(_)
            | What::Clock
            | What::Random
            | What::End { .. } => None,
        }
    }

    /// Whether anybody else could tell that it happened, at once or later. Before a call that nobody can tell of, a kill is the
    /// same as before the next one: whoever tries them all may leave these out.
    pub fn shows(&self) -> bool {
        match self {
            What::Send(_)
            | What::SendLater { .. }
            | What::CancelTimer
            | What::Receive
            | What::Spawn { .. }
            | What::Monitor(_)
            | What::StopMonitoring(_)
            | What::Kill(_)
            | What::HearOfLinks
            | What::Register(_)
            | What::Sleep(_)
            | What::End { .. } => true,
            What::IsAlive(_) | What::WhereIs(_) | What::Clock | What::Random => false,
        }
    }

    /// Whether it matters if somebody else gets in just after it: it shows at once, or it looks at what others do.
    pub(crate) fn may_be_interleaved(&self) -> bool {
        match self {
            What::Send(_)
            | What::Spawn { .. }
            | What::Monitor(_)
            | What::StopMonitoring(_)
            | What::IsAlive(_)
            | What::Kill(_)
            | What::Register(_)
            | What::WhereIs(_) => true,
            What::SendLater { .. }
            | What::CancelTimer
            | What::Receive
            | What::HearOfLinks
            | What::Sleep(_)
            | What::Clock
            | What::Random
            | What::End { .. } => false,
        }
    }
}

/// What becomes of the process that makes a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It makes the call and goes on.
    GoesOn,
    /// It is killed before the call: nothing of the call happens.
    IsKilled,
}

impl fmt::Display for HostCall<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms: {} {} call {}: {:?}", self.at_ms, self.kind, self.who, self.nth, self.what)?;
        self.target_kind.map_or(Ok(()), |kind| write!(f, " ({kind})"))
    }
}
