//! Who a process is: the typed [`Handle`] that messages go to, and the bare names ([`ProcessId`], [`ChildTag`]) that deaths carry.

use std::fmt;

use lunatic::host::api;
use serde::{Deserialize, Serialize};

use crate::Wire;

/// Where messages of type `M` go: `Copy`, and may itself travel inside a message.
///
/// `send` never blocks and has no result: a message to a dead process is dropped without a word, so whoever needs to know
/// monitors the process ([`Inbox::monitor`](crate::Inbox::monitor)) or waits for an answer with a deadline
/// ([`Calls`](crate::Calls)).
pub type Handle<M> = lunatic::Process<M, Wire>;

/// The number of a process of this node, whatever messages it takes. Numbers are never used twice in a node's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ProcessId(pub u64);

impl ProcessId {
    /// The id behind a handle.
    pub fn of<M, S>(handle: &lunatic::Process<M, S>) -> Self {
        ProcessId(handle.id())
    }

    /// The id of the process that asks.
    pub fn this() -> Self {
        ProcessId(lunatic::host::process_id())
    }

    /// Where messages to the process go. Whoever calls this knows which type it takes: a message of another arrives there
    /// as [`Incoming::Garbled`](crate::Incoming::Garbled).
    pub fn handle<M>(self) -> Handle<M> {
        // SAFETY: only makes a number into a number with a type; what is sent through it is decoded with care.
        unsafe { Handle::new(lunatic::host::node_id(), self.0) }
    }

    /// Whether the process still runs. False as soon as its death begins to be told to others, true for one that has
    /// received a kill and has not yet acted on it.
    pub fn is_alive(self) -> bool {
        // SAFETY: takes a number, touches no memory of ours.
        unsafe { api::process::exists(self.0) != 0 }
    }

    /// Asks the runtime to end the process, which counts as a failure. Takes effect the next time the process yields
    /// (within 100,000 instructions), never inside a blocking file operation. Nothing happens if it is already dead.
    pub fn kill(self) {
        // SAFETY: takes a number, touches no memory of ours.
        unsafe { api::process::kill(self.0) }
    }
}

impl fmt::Display for ProcessId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// Names a linked child to its parent, and to nobody else: two parents may use the same tag for different children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ChildTag(pub i64);

impl ChildTag {
    /// What a child's link to its *parent* carries: only children know this tag, as the news that the parent failed.
    pub(crate) const PARENT: ChildTag = ChildTag(0);
}
