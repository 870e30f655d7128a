//! Who a process is: the typed [`Handle`] that messages go to, and the bare names ([`ProcessId`], [`ChildTag`]) that deaths carry.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::control::{self, AFTER_OTHERS, MESSAGE, UNHURRIED};
use crate::host::{self, TimerId};

/// Where messages of type `M` go: `Copy`, and may itself travel inside a message (as two numbers, node and process).
///
/// `send` never blocks and has no result: a message to a dead process is dropped without a word, so whoever needs to know
/// monitors the process ([`Inbox::monitor`](crate::Inbox::monitor)) or waits for an answer with a deadline
/// ([`Calls`](crate::Calls)).
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Handle<M> {
    /// Kept for the day on which messages can go to another node. On that day, not before, does it mean anything here.
    node: u64,
    id: ProcessId,
    #[serde(skip)]
    takes: PhantomData<fn(M)>,
}

impl<M> Handle<M> {
    /// Asks the runtime to end the process: see [`ProcessId::kill`].
    pub fn kill(&self) {
        self.id.kill();
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl<M> Handle<M> {
    /// From outside of a process, where nobody can be asked for the node.
    pub(crate) fn of_node(node: u64, id: ProcessId) -> Self {
        Handle { node, id, takes: PhantomData }
    }
}

impl<M: Serialize> Handle<M> {
    /// Puts a message into the mailbox of the process, behind those that this process has sent it before.
    ///
    /// # Panics
    /// If the message cannot be encoded, which is a mistake in its `Serialize`.
    pub fn send(&self, message: M) {
        control::post(self.id, MESSAGE, &message);
    }

    /// As [`Handle::send`], for what nobody waits for: on the launcher the process need not be woken by it, and receives it in
    /// its turn when it is awake for something else, when some dozens of such messages wait, or about a second later.
    ///
    /// # Panics
    /// As [`Handle::send`].
    pub fn send_unhurried(&self, message: &M) {
        control::post(self.id, UNHURRIED, message);
    }

    /// As [`Handle::send`], to this process itself, and if the runtime can do that, after what others are about to send.
    pub(crate) fn send_after_others(&self, message: M) {
        control::post(self.id, AFTER_OTHERS, &message);
    }

    /// As [`Handle::send`], once `after` has passed; also if this process has ended by then.
    pub(crate) fn send_after(&self, message: M, after: Duration) -> TimerId {
        control::post_later(self.id, MESSAGE, &message, after)
    }
}

/// What comes out as an `M` where it is received: a message itself, or something that is written down byte by byte as one, such as the
/// message with what it holds elsewhere. If it is not, the receiver gets garbled messages.
pub trait EncodesAs<M>: Serialize {}

impl<M: Serialize> EncodesAs<M> for M {}

/// Puts the same message into the mailbox of each of these processes, as [`Handle::send`] does, and encodes it only once.
/// It cannot carry a connection, of which there is only one.
///
/// # Panics
/// If the message cannot be encoded, which is a mistake in its `Serialize`.
pub fn send_to_all<M>(receivers: impl IntoIterator<Item = Handle<M>>, message: &impl EncodesAs<M>) {
    control::post_to_all(receivers.into_iter().map(|receiver| receiver.id), MESSAGE, message);
}

// By hand: derived, they would ask the same of the messages.
impl<M> Clone for Handle<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Handle<M> {}

impl<M> PartialEq for Handle<M> {
    fn eq(&self, other: &Self) -> bool {
        (self.node, self.id) == (other.node, other.id)
    }
}

impl<M> Eq for Handle<M> {}

impl<M> Hash for Handle<M> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.node, self.id).hash(state);
    }
}

impl<M> fmt::Debug for Handle<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handle({})", self.id)
    }
}

/// The number of a process of this node, whatever messages it takes. Numbers are never used twice in a node's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ProcessId(pub u64);

impl ProcessId {
    /// The id behind a handle.
    pub fn of<M>(handle: &Handle<M>) -> Self {
        handle.id
    }

    /// The id of the process that asks.
    pub fn this() -> Self {
        host::this()
    }

    /// Where messages to the process go. Whoever calls this knows which type it takes: a message of another arrives there
    /// as [`Incoming::Garbled`](crate::Incoming::Garbled).
    pub fn handle<M>(self) -> Handle<M> {
        Handle { node: host::node(), id: self, takes: PhantomData }
    }

    /// Whether the process still runs. False as soon as its death begins to be told to others, true for one that has
    /// received a kill and has not yet acted on it.
    pub fn is_alive(self) -> bool {
        host::is_alive(self)
    }

    /// Asks the runtime to end the process, which counts as a failure. Takes effect the next time the process yields (on
    /// stock lunatic within 100,000 instructions, on Umbra's launcher within milliseconds), never inside a blocking file
    /// operation. Nothing happens if it is already dead.
    pub fn kill(self) {
        host::kill(self);
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
