//! RUNTIME: the memory of a process that has nothing to do. It was called deep into its stack once, and what it touched
//! there stays resident, though below the frame that waits nothing is alive. After a while it is given back.

use std::future::{Future as _, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};
use wasmtime::{Caller, Extern, Global, Memory, Val};

use crate::ProcessState;

/// How long a process waits before it counts as idle. Giving back and touching anew costs some microseconds: nothing once
/// a second, and too much for each message.
const AFTER: Duration = Duration::from_secs(1);

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

/// Whether a process is idle; kept from one wait to the next, so that most waits set no timer.
#[derive(Default)]
pub(crate) struct Idle {
    /// There from the first wait after the process did something to the moment it counts as idle.
    timer: Option<Pin<Box<Sleep>>>,
    /// It has done something since the timer was set.
    stirred: bool,
}

impl Idle {
    /// The process does something.
    pub fn stir(&mut self) {
        self.stirred = true;
    }

    /// Waits for `work`. `None`: it has taken so long that the process counts as idle; said once until it stirs again.
    pub async fn wait<T>(&mut self, mut work: impl FnMut() -> Poll<T>) -> Option<T> {
        poll_fn(|context| match work() {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if self.counts_as_idle(context) => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await
    }

    fn counts_as_idle(&mut self, context: &mut Context<'_>) -> bool {
        loop {
            let timer = match &mut self.timer {
                Some(timer) => timer,
                None if self.stirred => {
                    self.stirred = false;
                    self.timer.insert(Box::pin(sleep(AFTER)))
                }
                None => return false,
            };
            match timer.as_mut().poll(context) {
                Poll::Pending => return false,
                Poll::Ready(()) if self.stirred => {
                    self.stirred = false;
                    timer.as_mut().reset(Instant::now() + AFTER);
                }
                Poll::Ready(()) => {
                    self.timer = None;
                    return true;
                }
            }
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
