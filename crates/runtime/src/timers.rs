//! RUNTIME: `lunatic::timer`, in the place of lunatic's own: the same to the guest, and one queue for the timers of all
//! processes. lunatic has a task for each, and keeps it for the process after it has rung, 600 bytes, until that sets another.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use anyhow::{Result, anyhow};
use lunatic_process::env::Environment as _;
use lunatic_process::message::Message;
use lunatic_process::{Process, Signal};
use rustc_hash::FxHashMap;
use tokio_util::task::AbortOnDropHandle;
use tokio_util::time::DelayQueue;
use tokio_util::time::delay_queue::Key;
use wasmtime::{Caller, Linker};

use crate::{ProcessState, buffers};

/// What is to ring later than this rings then: the queue cannot look further ahead than two years.
const LONGEST: Duration = Duration::from_hours(24 * 365);

/// All functions of this group.
pub(crate) fn register(linker: &mut Linker<ProcessState>) -> Result<()> {
    linker.func_wrap("lunatic::timer", "send_after", send_after)?;
    linker.func_wrap("lunatic::timer", "cancel_timer", cancel_timer)?;
    Ok(())
}

/// Sends the message that was written to a process in `delay_ms` milliseconds, even if this one has ended by then; to
/// nobody, if there is no such process now. Gives the timer's number.
fn send_after(mut caller: Caller<'_, ProcessState>, to: u64, delay_ms: u64) -> Result<u64> {
    let state = caller.data_mut();
    let message = state.scratch.take().map(buffers::fitted);
    let message = message.ok_or_else(|| anyhow!("lunatic::timer::send_after: there is no message to send"))?;
    let after = Duration::from_millis(delay_ms).min(LONGEST);
    let to = state.processes().get_process(to);
    Ok(state.processes().timers.queue().set(state.control.id(), to.map(|to| (to, message)), after))
}

/// 1 if this process has such a timer and it has not rung; it will not. Otherwise 0.
fn cancel_timer(caller: Caller<'_, ProcessState>, timer: u64) -> u32 {
    let state = caller.data();
    state.processes().timers.queue().cancel(state.control.id(), timer).into()
}

/// The timers of a node.
#[derive(Default)]
pub(crate) struct Timers {
    queue: Arc<Mutex<Queue>>,
    ringing: OnceLock<AbortOnDropHandle<()>>,
}

impl Timers {
    /// From here on they ring, for as long as this value is there.
    pub fn start(&self) {
        self.ringing.get_or_init(|| {
            let queue = self.queue.clone();
            AbortOnDropHandle::new(tokio::spawn(async move {
                loop {
                    let (to, message) = poll_fn(|cx| lock(&queue).poll(cx)).await;
                    to.send(Signal::Message(message));
                }
            }))
        });
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        lock(&self.queue)
    }
}

fn lock(queue: &Mutex<Queue>) -> MutexGuard<'_, Queue> {
    // Whatever panicked there left it whole: a timer more or less.
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whose timer it is and its number, which is never given twice.
type Name = (u64, u64);

#[derive(Default)]
struct Queue {
    last: u64,
    waiting: DelayQueue<(Name, Arc<dyn Process>, Message)>,
    keys: FxHashMap<Name, Key>,
}

impl Queue {
    fn set(&mut self, owner: u64, what: Option<(Arc<dyn Process>, Message)>, after: Duration) -> u64 {
        self.last += 1;
        if let Some((to, message)) = what {
            let name = (owner, self.last);
            self.keys.insert(name, self.waiting.insert((name, to, message), after));
        }
        self.last
    }

    fn cancel(&mut self, owner: u64, timer: u64) -> bool {
        let key = self.keys.remove(&(owner, timer));
        key.is_some_and(|key| self.waiting.try_remove(&key).is_some())
    }

    /// The next that rings. Ready only with one: whoever sets a timer wakes who waits here.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<(Arc<dyn Process>, Message)> {
        match self.waiting.poll_expired(cx) {
            Poll::Ready(Some(rung)) => {
                let (name, to, message) = rung.into_inner();
                self.keys.remove(&name);
                Poll::Ready((to, message))
            }
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        }
    }
}
