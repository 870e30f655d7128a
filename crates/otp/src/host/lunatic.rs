//! The runtime that is lunatic: each function is a thin cover of the host's calls.

use std::cell::Cell;
use std::io::{self, Write};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use lunatic::host::api::{message, process, registry, timer};
use lunatic::serializer::MessageRw;
use lunatic::{LunaticError, Param, ProcessConfig, Tag, WasmModule};

use super::Arrival;
use crate::entrance::{ENTRANCE, Entry};
use crate::exit::Parent;
use crate::{ChildTag, ProcessId, ProcessLimits, SpawnError};

/// The process that asks.
pub(crate) fn this() -> ProcessId {
    ProcessId(lunatic::host::process_id())
}

/// The node that asks.
pub(crate) fn node() -> u64 {
    lunatic::host::node_id()
}

pub(crate) fn is_alive(id: ProcessId) -> bool {
    // SAFETY: takes a number, touches no memory of ours.
    unsafe { process::exists(id.0) != 0 }
}

pub(crate) fn kill(id: ProcessId) {
    // SAFETY: takes a number, touches no memory of ours.
    unsafe { process::kill(id.0) }
}

/// Never speaks of a process that is dead already.
pub(crate) fn monitor(id: ProcessId) {
    // SAFETY: takes a number, touches no memory of ours.
    unsafe { process::monitor(id.0) }
}

pub(crate) fn stop_monitoring(id: ProcessId) {
    // SAFETY: takes a number, touches no memory of ours.
    unsafe { process::stop_monitoring(id.0) }
}

/// From here on the failure of a link is a message.
pub(crate) fn hear_of_links() {
    // SAFETY: takes a flag, touches no memory of ours.
    unsafe { process::die_when_link_dies(0) }
}

/// Waits for a message with one of these tags; for any message, if there are none.
pub(crate) fn receive(tags: &[i64]) -> Arrival {
    // SAFETY: the list of tags lives through the call; u64::MAX means no time limit.
    unsafe { arrival(message::receive(tags.as_ptr(), tags.len(), u64::MAX), &NO_LETTERBOX) }
}

const NO_LETTERBOX: Letterbox =
    Letterbox { mark: MARK, buffer: std::ptr::null_mut(), room_bytes: 0, tag: 0, bytes: NOT_LAID };

/// What was received: it is asked for what is not in the letterbox.
///
/// # Safety
/// `kind` is what the runtime has just said.
unsafe fn arrival(kind: u32, letterbox: &Letterbox) -> Arrival {
    const DATA: u32 = 0;
    const LINK_DIED: u32 = 1;
    const PROCESS_DIED: u32 = 2;
    // SAFETY: what is asked for belongs to the message that was just received.
    unsafe {
        match kind {
            DATA if letterbox.bytes != NOT_LAID => Arrival::Data(letterbox.tag),
            DATA => Arrival::Data(message::get_tag()),
            LINK_DIED => Arrival::LinkDied(ChildTag(message::get_tag())),
            PROCESS_DIED => Arrival::Down(ProcessId(message::get_process_id())),
            unknown => Arrival::Unknown(unknown),
        }
    }
}

/// Where a message is to be laid: for a runtime that knows this, so that it takes one call to receive a message, and not three. It is told
/// by the place of the list of tags, when there are none in that; lunatic's own does not look there then.
#[repr(C)]
struct Letterbox {
    mark: [u8; 16],
    buffer: *mut u8,
    room_bytes: usize,
    tag: i64,
    /// Of the whole message, of which there may be more than there is room for; or [`NOT_LAID`].
    bytes: usize,
}

const MARK: [u8; 16] = *b"umbra letterbox1";
const NOT_LAID: usize = usize::MAX;

/// Waits for any message. If it has bytes, they lie in `into` afterwards, and nothing else.
pub(crate) fn receive_into(into: &mut Vec<u8>) -> Arrival {
    into.clear();
    if into.capacity() == 0 {
        into.reserve(USUAL_BYTES);
    }
    let room = into.spare_capacity_mut();
    let mut letterbox =
        Letterbox { mark: MARK, buffer: room.as_mut_ptr().cast(), room_bytes: room.len(), tag: 0, bytes: NOT_LAID };
    // SAFETY: the letterbox and what it points to live through the call, and nobody else looks into them.
    let arrival = unsafe { arrival(message::receive((&raw mut letterbox).cast(), 0, u64::MAX), &letterbox) };
    if let Arrival::Data(_) = arrival {
        let laid = if letterbox.bytes == NOT_LAID { 0 } else { letterbox.bytes.min(letterbox.room_bytes) };
        // SAFETY: so many bytes were written.
        unsafe { into.set_len(laid) };
        if laid < letterbox.bytes {
            body(into);
        }
    }
    arrival
}

/// The buffer that a process begins with. Nearly all messages fit.
const USUAL_BYTES: usize = 512;

/// Appends the bytes of the message that was received last. One that fits into what the buffer has room for, and it has some, takes one
/// call.
pub(crate) fn body(into: &mut Vec<u8>) {
    loop {
        if into.capacity() == into.len() {
            into.reserve(into.len().max(USUAL_BYTES));
        }
        let room = into.spare_capacity_mut();
        let room_bytes = room.len();
        // SAFETY: called only after a data message was received, of which each call gives what comes next. It writes no more
        // than there is room for, and says how much.
        let read = unsafe {
            let read = message::read_data(room.as_mut_ptr().cast(), room_bytes);
            into.set_len(into.len() + read);
            read
        };
        if read < room_bytes {
            return;
        }
    }
}

/// A message that is being written. The runtime has one of them at a time for each process.
pub(crate) struct Letter(MessageRw);

impl Letter {
    pub(crate) fn new(tag: i64) -> Self {
        // SAFETY: takes numbers, touches no memory of ours.
        unsafe { message::create_data(tag, 0) };
        Letter(MessageRw {})
    }

    pub(crate) fn send(self, to: ProcessId) {
        // SAFETY: a message was created.
        unsafe { message::send(to.0) };
    }

    pub(crate) fn send_after(self, to: ProcessId, after: Duration) -> TimerId {
        // SAFETY: a message was created.
        TimerId(unsafe { timer::send_after(to.0, after.as_millis() as u64) })
    }
}

impl Write for Letter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A message that is under way.
pub(crate) struct TimerId(u64);

impl TimerId {
    /// Nothing happens if it has arrived.
    pub(crate) fn cancel(self) {
        // SAFETY: takes a number, touches no memory of ours.
        unsafe { timer::cancel_timer(self.0) };
    }
}

/// Starts a process at `entry`. If it is `linked`, this one will hear of its failure under the tag.
pub(crate) fn spawn(
    entry: &Entry,
    limits: &ProcessLimits,
    linked: bool,
) -> Result<(ProcessId, Option<ChildTag>), SpawnError> {
    let config = config(limits)?;
    // The type is a formality: of what is spawned only the number is kept.
    let (process, tag) = if linked {
        let tag = Tag::new();
        let spawned = WasmModule::Inherit.spawn_link_config::<(), crate::Wire>(ENTRANCE, &params(entry), &config, tag);
        (spawned, Some(ChildTag(tag.id())))
    } else {
        (WasmModule::Inherit.spawn_config(ENTRANCE, &params(entry), &config), None)
    };
    Ok((ProcessId(process.map_err(refused)?.id()), tag))
}

fn params(entry: &Entry) -> [Param; 2] {
    [Param::I32(entry.typed as usize as i32), Param::I32(entry.entry as i32)]
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

/// Never forgotten, unless for another process.
pub(crate) fn register(name: &str, id: ProcessId) {
    // SAFETY: the name lives through the call.
    unsafe { registry::put(name.as_ptr(), name.len(), node(), id.0) }
}

/// Dead processes included.
pub(crate) fn whereis(name: &str) -> Option<ProcessId> {
    let (mut node, mut id) = (0, 0);
    // SAFETY: the name lives through the call, as do the two numbers that are written.
    let result = unsafe { registry::get(name.as_ptr(), name.len(), &mut node, &mut id) };
    (result == 0).then_some(ProcessId(id))
}

/// Ends this process as a failure.
pub(crate) fn exit_failed() -> ! {
    std::process::exit(1)
}

pub(crate) fn sleep(duration: Duration) {
    lunatic::sleep(duration);
}

/// Asked of WASI itself: on the way through the standard library it is taken apart and put together three times, and every message
/// takes a look at the clock.
pub(crate) fn now_ms() -> u64 {
    const REALTIME: i32 = 0;
    const NS_IN_MS: u64 = 1_000_000;
    #[link(wasm_import_module = "wasi_snapshot_preview1")]
    unsafe extern "C" {
        fn clock_time_get(clock: i32, precision_ns: u64, now_ns: *mut u64) -> i32;
    }
    let mut now_ns = 0;
    // SAFETY: the number that is written lives through the call. If there is no clock it stays 0.
    unsafe { clock_time_get(REALTIME, NS_IN_MS, &mut now_ns) };
    now_ns / NS_IN_MS
}

pub(crate) fn monotonic_ms() -> u64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed().as_millis() as u64
}

pub(crate) fn random() -> u64 {
    // Invariant: the runtime always has randomness; without it no secret could be made, and nothing may go on.
    getrandom::u64().expect("the runtime provides randomness")
}

thread_local! {
    /// Not `None` and so not zero: what is zero at first lies apart from the rest of what every process changes, and would
    /// cost each a page of memory.
    static PARENT: Cell<Parent> = const { Cell::new(NOBODY) };
}

const NOBODY: Parent = Parent { id: ProcessId(u64::MAX), tag: ChildTag(i64::MAX) };

/// Kept for [`take_parent`]: every process has a memory of its own.
pub(crate) fn keep_parent(parent: Parent) {
    PARENT.set(parent);
}

pub(crate) fn take_parent() -> Option<Parent> {
    let parent = PARENT.replace(NOBODY);
    (parent.id != NOBODY.id).then_some(parent)
}

/// Once this process panics, `tell` is called with the panic's message and place, before it ends.
pub(crate) fn on_panic(tell: fn(String)) {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        print(panic);
        tell(crate::exit::describe(panic));
    }));
}
