//! How a process comes to life: with limits, with its argument as its first message, and with an error instead of a panic when
//! there is no room for it.
//!
//! | | with a mailbox | without one |
//! |---|---|---|
//! | linked to its parent | [`spawn_link`], [`Inbox::spawn_link`] | [`spawn_link_plain`], [`Inbox::spawn_link_plain`] |
//! | on its own | [`spawn`] | [`spawn_plain`] |

use lunatic::host::api::message;
use lunatic::serializer::CanSerialize;
use lunatic::{LunaticError, Param, ProcessConfig, Tag, WasmModule};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::control::{self, ARGUMENT};
use crate::exit::{Parent, remember_parent};
use crate::{ChildTag, Handle, Inbox, ProcessId, Wire};

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

/// A function to run in another process. All processes are instances of one module, so its number in the table of functions
/// means the same function there; its type cannot travel, so the number of a function that knows the type goes along.
struct Entry {
    typed: fn(usize),
    entry: usize,
}

impl Entry {
    fn with_inbox<A, M>(entry: fn(A, Inbox<M>)) -> Self
    where
        A: Serialize + DeserializeOwned,
        M: Serialize + DeserializeOwned,
    {
        Entry { typed: run_with_inbox::<A, M>, entry: entry as usize }
    }

    fn plain<A>(entry: fn(A)) -> Self
    where
        A: Serialize + DeserializeOwned,
    {
        Entry { typed: run_plain::<A>, entry: entry as usize }
    }

    fn params(&self) -> [Param; 2] {
        [Param::I32(self.typed as usize as i32), Param::I32(self.entry as i32)]
    }
}

/// The version keeps two versions of this crate in one program apart.
const ENTRANCE: &str = concat!("_umbra_otp_entrance_", env!("CARGO_PKG_VERSION"));

/// Where every process that this crate spawns comes in.
#[unsafe(export_name = concat!("_umbra_otp_entrance_", env!("CARGO_PKG_VERSION")))]
extern "C" fn entrance(typed: usize, entry: usize) {
    // SAFETY: the runtime calls this by its name with the parameters of `Entry::params`, whose first is a `fn(usize)`.
    let typed: fn(usize) = unsafe { std::mem::transmute(typed) };
    typed(entry);
}

fn run_with_inbox<A, M>(entry: usize)
where
    A: Serialize + DeserializeOwned,
    M: Serialize + DeserializeOwned,
{
    // SAFETY: `Entry::with_inbox` paired this function with an entry of exactly this type.
    let entry: fn(A, Inbox<M>) = unsafe { std::mem::transmute(entry) };
    let argument = receive_argument();
    // SAFETY: the handle that the parent got back for this process has the same type.
    let this = unsafe { Handle::this() };
    entry(argument, Inbox::of_this_process(this));
}

fn run_plain<A>(entry: usize)
where
    A: Serialize + DeserializeOwned,
{
    // SAFETY: `Entry::plain` paired this function with an entry of exactly this type.
    let entry: fn(A) = unsafe { std::mem::transmute(entry) };
    entry(receive_argument());
}

fn receive_argument<A: Serialize + DeserializeOwned>() -> A {
    let tags = [ARGUMENT];
    // SAFETY: the list of tags lives through the call; u64::MAX means no time limit. Only data messages carry this tag.
    unsafe { message::receive(tags.as_ptr(), tags.len(), u64::MAX) };
    let (parent, argument): (Option<Parent>, A) =
        Wire::decode().expect("the parent encoded the argument with the type that this function was paired with");
    if let Some(parent) = parent {
        remember_parent(parent);
    }
    argument
}
