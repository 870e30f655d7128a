//! RUNTIME: the memory of a process that has nothing to do. It was called deep into its stack once, and what it touched
//! there stays resident, though below the frame that waits nothing is alive. After a while it is given back.

use std::sync::Weak;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use tokio::time::sleep;
use wasmtime::{Caller, Extern, Global, Memory, Val};

use crate::{ProcessState, Processes};

/// How often it is looked who has done nothing since the last time, and so counts as idle. Giving back and touching anew
/// costs some microseconds: nothing once a second, and too much for each message. Nobody needs a timer of its own for it.
const SWEEP: Duration = Duration::from_secs(1);
/// In how many parts, so that with tens of thousands of processes nobody has to wait for it.
const PARTS: u32 = 16;

/// How far below the waiting frame the stack is given back, in bytes. See [`stack_has_room`].
const WINDOW: usize = 128 << 10;
/// What lies directly below the frame and may be in use, in bytes: the rest of the frame, that of the call which gives the
/// memory back (a few words), and the red zone of 128.
const KEEP: usize = 512;
/// The most that the host's own frames take between the guest and the frame that waits, in bytes; far beyond what they do.
const HOST_FRAMES: usize = 64 << 10;

/// Whether `WINDOW` below a waiting frame always lies within the same stack: the guest cannot go deeper than
/// `guest_stack_bytes`, which the engine checks in each of its functions.
pub(crate) fn stack_has_room(stack_bytes: usize, guest_stack_bytes: usize) -> bool {
    stack_bytes >= guest_stack_bytes + HOST_FRAMES + WINDOW
}

/// For how long a process has done nothing, in [`SWEEP`]s.
#[derive(Default)]
pub(crate) struct Rest(AtomicU8);

impl Rest {
    /// After the second sweep it has done nothing for as long as lies between two, at least.
    const ENOUGH: u8 = 2;
    const OVER: u8 = 3;

    /// The process does something.
    pub fn stir(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    /// A sweep finds it so. Whether it has been enough just now.
    pub fn sweep(&self) -> bool {
        let sweeps = self.0.load(Ordering::Relaxed);
        // Whoever stirs meanwhile counts as idle a sweep too early, which costs some microseconds.
        if sweeps < Self::ENOUGH {
            self.0.store(sweeps + 1, Ordering::Relaxed);
        }
        sweeps + 1 == Self::ENOUGH
    }

    /// Whether the process counts as idle; said once until it stirs again.
    pub fn over(&self) -> bool {
        let over = self.0.load(Ordering::Relaxed) == Self::ENOUGH;
        // A sweep leaves what is enough as it is.
        if over {
            self.0.store(Self::OVER, Ordering::Relaxed);
        }
        over
    }
}

/// Sweeps over the processes for as long as there are any to come.
pub(crate) async fn keep_sweeping(processes: Weak<Processes>) {
    for part in (0..PARTS).cycle() {
        sleep(SWEEP / PARTS).await;
        match processes.upgrade() {
            Some(processes) => processes.sweep(part.into(), PARTS.into()),
            None => return,
        }
    }
}

/// The guest's own stack, in its memory, as its linker lays it out: from `low` up; what lies below the pointer is dead.
#[derive(Clone, Copy)]
pub(crate) struct GuestStack {
    pointer: Global,
    low: usize,
}

impl GuestStack {
    /// Of a guest that exports both; others keep what they have.
    fn of(caller: &mut Caller<'_, ProcessState>) -> Option<Self> {
        let mut global = |name| caller.get_export(name).and_then(Extern::into_global);
        let (pointer, low) = (global("__stack_pointer")?, global("__stack_low")?);
        let low = low.get(&mut *caller).i32()?.cast_unsigned() as usize;
        Some(Self { pointer, low })
    }
}

/// Gives back what an idle process has touched of its stacks and does not need. To be called by a function of the host that
/// the guest waits in.
pub(crate) fn give_back(caller: &mut Caller<'_, ProcessState>, memory: Memory) {
    give_back_dead_stack();
    let stack = match caller.data().guest_stack {
        Some(known) => known,
        None => {
            let found = GuestStack::of(caller);
            *caller.data_mut().guest_stack.insert(found)
        }
    };
    if let Some(GuestStack { pointer, low }) = stack
        && let Val::I32(used_from) = pointer.get(&mut *caller)
        && let Some(dead) = memory.data_mut(caller).get_mut(low..used_from.cast_unsigned() as usize)
    {
        let (start, page) = (dead.as_mut_ptr() as usize, page_bytes());
        let (start, end) = (start.next_multiple_of(page), (start + dead.len()) / page * page);
        // SAFETY: whole pages of the guest's memory that its program has left and writes before it reads them again: a stack.
        unsafe { give_back_pages(start, end) };
    }
}

/// Gives back what lies below this function's frame. It must run on the stack of a process: see [`stack_has_room`].
#[inline(never)]
fn give_back_dead_stack() {
    let here = 0_u8;
    let page = page_bytes();
    let end = (std::ptr::from_ref(&here) as usize - KEEP) / page * page;
    let start = end - WINDOW / page * page + page;
    // SAFETY: the range ends KEEP bytes below this frame and begins above the stack's end, so it holds nothing but frames
    // that have been left. They read as zeros from now on, and whoever calls into them writes first.
    unsafe { give_back_pages(start, end) };
}

/// They read as zeros from here on.
///
/// # Safety
/// Nobody needs what they hold.
unsafe fn give_back_pages(start: usize, end: usize) {
    // SAFETY: whole pages of this program's, as promised.
    if start < end && unsafe { libc::madvise(start as *mut libc::c_void, end - start, libc::MADV_DONTNEED) } != 0 {
        log::debug!("an idle stack stays where it is: {}", std::io::Error::last_os_error());
    }
}

fn page_bytes() -> usize {
    // SAFETY: it only asks.
    usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(64 << 10)
}
