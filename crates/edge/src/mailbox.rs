//! EDGE, processes: what was sent to a process and waits for it.
//!
//! There is one for each connection and most are idle, so an empty one holds no memory beyond itself; and every event of
//! a room goes through one for each member, so sending is a push under a short lock and at most one wake-up.

use std::mem;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use smallvec::SmallVec;
use umbra_runtime::Signal;

/// Hardly ever more than one, for which no memory is taken.
pub(crate) type Signals = SmallVec<[Signal; 1]>;

/// A queue with many senders and one receiver.
#[derive(Default)]
pub(crate) struct Mailbox(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    waiting: Signals,
    /// Of the receiver, once it has waited.
    waker: Option<Waker>,
    /// It waits.
    awaited: bool,
    /// Nobody will receive any more.
    closed: bool,
}

impl Mailbox {
    /// Never waits. What is sent to a closed one is dropped.
    pub(crate) fn push(&self, signal: Signal) {
        let mut inner = self.lock();
        if inner.closed {
            return;
        }
        inner.waiting.push(signal);
        if mem::take(&mut inner.awaited)
            && let Some(waker) = &inner.waker
        {
            waker.wake_by_ref();
        }
    }

    /// Everything that waits, in order; at least one.
    pub(crate) fn poll_take(&self, context: &mut Context<'_>) -> Poll<Signals> {
        let mut inner = self.lock();
        if inner.waiting.is_empty() {
            if inner.waker.as_ref().is_none_or(|waker| !waker.will_wake(context.waker())) {
                inner.waker = Some(context.waker().clone());
            }
            inner.awaited = true;
            return Poll::Pending;
        }
        Poll::Ready(mem::take(&mut inner.waiting))
    }

    /// From here on nothing is taken any more. What still waited comes back.
    pub(crate) fn close(&self) -> Signals {
        let mut inner = self.lock();
        inner.closed = true;
        inner.waker = None;
        mem::take(&mut inner.waiting)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        // A push or a take that panicked half-way is not possible: a whole queue is in there.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
