//! RUNTIME: the memory of a process that has nothing to do. It was called deep into its stack once, and what it touched
//! there stays resident, though below the frame that waits nothing is alive. After a while it is given back.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

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

/// Waits for `work` in a function of the host that a guest has called, and gives memory back if that takes long.
pub(crate) async fn wait<F: Future>(work: F, idle: &mut Idle) -> F::Output {
    let mut work = pin!(work);
    idle.stirred = true;
    poll_fn(|context| {
        let done = work.as_mut().poll(context);
        if done.is_pending() {
            idle.look(context);
        }
        done
    })
    .await
}

impl Idle {
    fn look(&mut self, context: &mut Context<'_>) {
        loop {
            let timer = match &mut self.timer {
                Some(timer) => timer,
                None if self.stirred => {
                    self.stirred = false;
                    self.timer.insert(Box::pin(sleep(AFTER)))
                }
                None => return,
            };
            match timer.as_mut().poll(context) {
                Poll::Pending => return,
                Poll::Ready(()) if self.stirred => {
                    self.stirred = false;
                    timer.as_mut().reset(Instant::now() + AFTER);
                }
                Poll::Ready(()) => {
                    self.timer = None;
                    give_back_dead_stack();
                    return;
                }
            }
        }
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
    let failed = unsafe { libc::madvise(start as *mut libc::c_void, end - start, libc::MADV_DONTNEED) } != 0;
    if failed {
        log::debug!("an idle stack stays where it is: {}", std::io::Error::last_os_error());
    }
}

fn page_bytes() -> usize {
    // SAFETY: it only asks.
    usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(64 << 10)
}
