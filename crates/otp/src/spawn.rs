//! How a process comes to life: with limits, with its argument as its first message, and with an error instead of a panic when
//! there is no room for it.
//!
//! | | with a mailbox | without one |
//! |---|---|---|
//! | linked to its parent | [`spawn_link`], [`Inbox::spawn_link`] | [`spawn_link_plain`], [`Inbox::spawn_link_plain`] |
//! | on its own | [`spawn`] | [`spawn_plain`] |

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::control::{self, ARGUMENT};
use crate::entrance::Entry;
use crate::exit::Parent;
use crate::{ChildTag, Handle, Inbox, ProcessId, host};

/// What a new process may do. Beyond this it gets nothing: no environment variables, no directories, no file descriptors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProcessLimits {
    /// The most memory it may have, in bytes; None for the runtime's 4 GiB. Less than a module starts with (17 pages of
    /// 64 KiB and its data) makes the spawn fail. A process that grows past it traps. What waits in its mailbox is not counted.
    pub memory_bytes: Option<u64>,
    /// Whether it may spawn processes itself. If not, its spawns are [`SpawnError::NotAllowed`].
    pub may_spawn: bool,
}

/// Why a process was not started. Its argument is gone; a connection in it is closed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpawnError {
    /// The running process was started without [`ProcessLimits::may_spawn`]: a mistake in the program.
    #[error("this process may not spawn others")]
    NotAllowed,
    /// The runtime has no room: memory, address space or mappings have run out, or the limits are too small. Worth trying again
    /// later, or for refusing whoever wanted the process.
    #[error("the runtime refused a process: {0}")]
    Refused(String),
    /// A keeper of children has a living child under this key. See [`Children::get`](crate::Children::get).
    #[error("there is such a child already")]
    AlreadyRunning,
}

/// A linked child.
#[derive(Debug)]
pub struct Child<M> {
    /// Where its messages go.
    pub handle: Handle<M>,
    /// What [`Incoming::LinkDied`](crate::Incoming::LinkDied) will call it.
    pub tag: ChildTag,
}

/// Starts `entry` in a new process, linked to this one: if this one fails the child ends; if the child fails,
/// [`Incoming::LinkDied`](crate::Incoming::LinkDied) comes, or this process ends too if it has no [`Inbox`].
///
/// `argument` is moved, a `TcpStream` in it included. The child's normal end is silent: [`Inbox::spawn_link`] tells of it.
pub fn spawn_link<A, M>(argument: A, entry: fn(A, Inbox<M>), limits: &ProcessLimits) -> Result<Child<M>, SpawnError>
where
    A: Serialize + DeserializeOwned,
    M: Serialize + DeserializeOwned,
{
    spawn_child(argument, entry, limits, |_| {})
}

/// As [`spawn_link`], for a process that waits for something else than messages, such as a connection. It has no mailbox, and the
/// failure of any link, of its parent or of a child, ends it at once wherever it waits.
pub fn spawn_link_plain<A>(argument: A, entry: fn(A), limits: &ProcessLimits) -> Result<Child<()>, SpawnError>
where
    A: Serialize + DeserializeOwned,
{
    spawn_child_plain(argument, entry, limits, |_| {})
}

/// Starts `entry` in a new process on its own: nobody is told of its end, unless they monitor it.
pub fn spawn<A, M>(argument: A, entry: fn(A, Inbox<M>), limits: &ProcessLimits) -> Result<Handle<M>, SpawnError>
where
    A: Serialize + DeserializeOwned,
    M: Serialize + DeserializeOwned,
{
    alone(argument, Entry::with_inbox(entry), limits)
}

/// As [`spawn`], for a process without a mailbox. The failure of a child that it links to ends it.
pub fn spawn_plain<A>(argument: A, entry: fn(A), limits: &ProcessLimits) -> Result<Handle<()>, SpawnError>
where
    A: Serialize + DeserializeOwned,
{
    alone(argument, Entry::plain(entry), limits)
}

/// `before_start` runs when the child exists and cannot have done anything yet.
pub(crate) fn spawn_child<A, M>(
    argument: A,
    entry: fn(A, Inbox<M>),
    limits: &ProcessLimits,
    before_start: impl FnOnce(&Child<M>),
) -> Result<Child<M>, SpawnError>
where
    A: Serialize + DeserializeOwned,
    M: Serialize + DeserializeOwned,
{
    link(argument, Entry::with_inbox(entry), limits, before_start)
}

pub(crate) fn spawn_child_plain<A>(
    argument: A,
    entry: fn(A),
    limits: &ProcessLimits,
    before_start: impl FnOnce(&Child<()>),
) -> Result<Child<()>, SpawnError>
where
    A: Serialize + DeserializeOwned,
{
    link(argument, Entry::plain(entry), limits, before_start)
}

fn link<A, M>(
    argument: A,
    entry: Entry,
    limits: &ProcessLimits,
    before_start: impl FnOnce(&Child<M>),
) -> Result<Child<M>, SpawnError>
where
    A: Serialize,
{
    let (id, tag) = host::spawn(&entry, limits, true)?;
    let tag = tag.expect("whoever is linked has a tag");
    let child = Child { handle: id.handle(), tag };
    before_start(&child);
    control::post(id, ARGUMENT, &(Some(Parent { id: ProcessId::this(), tag }), argument));
    Ok(child)
}

fn alone<A, M>(argument: A, entry: Entry, limits: &ProcessLimits) -> Result<Handle<M>, SpawnError>
where
    A: Serialize,
{
    let (id, _) = host::spawn(&entry, limits, false)?;
    control::post(id, ARGUMENT, &(None::<Parent>, argument));
    Ok(id.handle())
}
