//! RUNTIME: in which order processes have their turns, on a node of one thread.
//!
//! The guest's processes have theirs as they come. Connections come when none of the guest's has anything to do, one right
//! behind the other: what several actions have brought one connection leaves in one write. With one queue for all, as tokio has,
//! an event at saturation takes a seventh more of the processor's time.
//!
//! On several threads the scheduler is tokio's.

mod order;

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use async_task::Runnable;
use tokio::runtime::{self, Builder, Handle, RuntimeFlavor};
use tokio::task::coop::unconstrained;

use order::{Next, Order};

/// The threads of a program that runs nodes: one for each processor that it may use.
///
/// # Errors
/// If the system gives none.
pub fn threads() -> io::Result<runtime::Runtime> {
    match std::thread::available_parallelism() {
        Ok(processors) if processors.get() == 1 => one_thread(),
        Ok(_) | Err(_) => Builder::new_multi_thread().enable_all().build(),
    }
}

/// The one thread of a program that may use one processor.
///
/// # Errors
/// If the system gives none.
pub fn one_thread() -> io::Result<runtime::Runtime> {
    // All turns are one task of tokio's, which stops when it is time to look what has come in.
    Builder::new_current_thread().event_interval(1).enable_all().build()
}

/// Gives a node's processes their turns.
pub(crate) enum Turns {
    OneThread(Arc<Queue>),
    ManyThreads,
}

/// Which kind of process.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Guest,
    Native,
}

impl Turns {
    /// For a node on the threads that this is called on.
    pub fn here() -> Self {
        match Handle::try_current() {
            Ok(thread) if thread.runtime_flavor() == RuntimeFlavor::CurrentThread => {
                let queue = Arc::new(Queue::default());
                // Tokio's measure for how much one task may do at a time is meant for one process.
                thread.spawn(unconstrained(Rounds(queue.clone())));
                Self::OneThread(queue)
            }
            Ok(_) | Err(_) => Self::ManyThreads,
        }
    }

    /// Runs what a process does to its end. If it panics, that is the end, of nobody else.
    pub fn run(&self, kind: Kind, process: impl Future<Output = ()> + Send + 'static) {
        match self {
            Self::ManyThreads => drop(tokio::spawn(process)),
            Self::OneThread(queue) => {
                let queue = queue.clone();
                let task = async_task::Builder::new().propagate_panic(true);
                let (process, end) = task.spawn(|()| process, move |process| queue.add(kind, process));
                process.schedule();
                // Nobody waits for it.
                end.detach();
            }
        }
    }
}

/// Who has something to do.
#[derive(Default)]
pub(crate) struct Queue(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    order: Order<Runnable>,
    /// Of those who take from it, if they wait.
    waker: Option<Waker>,
}

impl Queue {
    fn add(&self, kind: Kind, process: Runnable) {
        let mut inner = self.lock();
        match kind {
            Kind::Guest => inner.order.add_guest(process),
            Kind::Native => inner.order.add_native(process),
        }
        if let Some(waker) = inner.waker.take() {
            waker.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Nothing panics there.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everybody's turns, round after round.
struct Rounds(Arc<Queue>);

impl Future for Rounds {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let mut inner = self.0.lock();
            match inner.order.next() {
                Next::Turn(process) => {
                    drop(inner);
                    process.run();
                }
                Next::LookOut => {
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Next::Wait => {
                    inner.waker = Some(context.waker().clone());
                    return Poll::Pending;
                }
            }
        }
    }
}
