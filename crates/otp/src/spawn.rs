//! How a process comes to life: with limits, with its argument as its first message, and with an error instead of a panic when
//! there is no room for it.
//!
//! | | with a mailbox | without one |
//! |---|---|---|
//! | linked to its parent | [`spawn_link`], [`Inbox::spawn_link`] | [`spawn_link_plain`], [`Inbox::spawn_link_plain`] |
//! | on its own | [`spawn`] | [`spawn_plain`] |

use lunatic::{LunaticError, ProcessConfig, Tag, WasmModule};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::control::{self, ARGUMENT};
use crate::entrance::{ENTRANCE, Entry};
use crate::exit::Parent;
use crate::{ChildTag, Handle, Inbox, ProcessId};

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
    start(argument, Entry::with_inbox(entry), limits, None, |_| {})
}

/// As [`spawn`], for a process without a mailbox. The failure of a child that it links to ends it.
pub fn spawn_plain<A>(argument: A, entry: fn(A), limits: &ProcessLimits) -> Result<Handle<()>, SpawnError>
where
    A: Serialize + DeserializeOwned,
{
    start(argument, Entry::plain(entry), limits, None, |_| {})
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
    A: Serialize + DeserializeOwned,
    M: Serialize + DeserializeOwned,
{
    let tag = Tag::new();
    let child = |handle| Child { handle, tag: ChildTag(tag.id()) };
    start(argument, entry, limits, Some(tag), |handle| before_start(&child(handle))).map(child)
}

fn start<A, M>(
    argument: A,
    entry: Entry,
    limits: &ProcessLimits,
    link: Option<Tag>,
    before_start: impl FnOnce(Handle<M>),
) -> Result<Handle<M>, SpawnError>
where
    A: Serialize + DeserializeOwned,
    M: Serialize + DeserializeOwned,
{
    let config = config(limits)?;
    let handle: Handle<M> = match link {
        Some(tag) => WasmModule::Inherit.spawn_link_config(ENTRANCE, &entry.params(), &config, tag),
        None => WasmModule::Inherit.spawn_config(ENTRANCE, &entry.params(), &config),
    }
    .map_err(refused)?;
    before_start(handle);
    let parent = link.map(|tag| Parent { id: ProcessId::this(), tag: ChildTag(tag.id()) });
    control::post(ProcessId::of(&handle), ARGUMENT, (parent, argument));
    Ok(handle)
}

fn config(limits: &ProcessLimits) -> Result<ProcessConfig, SpawnError> {
    let mut config = ProcessConfig::new().map_err(refused)?;
    if let Some(bytes) = limits.memory_bytes {
        config.set_max_memory(bytes);
    }
    // Who spawns has to make a configuration first, so the two rights go together. Without the first, the runtime would end a
    // process that tries; without the second, `ProcessConfig::new` is an error before it gets that far.
    config.set_can_spawn_processes(limits.may_spawn);
    config.set_can_create_configs(limits.may_spawn);
    Ok(config)
}

fn refused(error: LunaticError) -> SpawnError {
    match error {
        LunaticError::PermissionDenied => SpawnError::NotAllowed,
        LunaticError::Error(_) | LunaticError::NameAlreadyRegistered(..) => SpawnError::Refused(error.to_string()),
    }
}
