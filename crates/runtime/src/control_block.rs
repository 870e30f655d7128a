//! RUNTIME: a process of the guest's as all others know it: its number, its mailbox and its bonds.
//!
//! A signal is heard where it is sent, under the process's lock, and not by the process itself: nobody is woken for a link,
//! and for a message at most once. So signals are heard in the order in which they were sent, but for one kind of message that a
//! process sends to itself ([`AFTER_OTHERS`](crate::AFTER_OTHERS)). One kind of message wakes nobody ([`UNHURRIED`]).

use std::collections::VecDeque;
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use lunatic_process::message::Message;
use lunatic_process::{Process, Signal};

use crate::bonds::{Bonds, Heard, answer_for_the_dead};
use crate::buffers;
use crate::idle::Rest;
use crate::links::{UNHURRIED, UNHURRIED_MAX};

/// One process. Its fields, and those of [`Living`], lie in this order: whoever sends it a message finds all that it needs in
/// two lines of the cache, which an event of a room does for each member.
#[repr(C)]
pub(crate) struct ControlBlock {
    id: u64,
    killed: AtomicBool,
    pub rest: Rest,
    /// Something was sent to it that has woken nobody.
    unheard: AtomicBool,
    /// `None` once it has ended.
    living: Mutex<Option<Living>>,
}

#[derive(Default)]
#[repr(C)]
struct Living {
    /// What it waits for.
    waits: Waits,
    /// Its task, once that runs.
    task: Option<Waker>,
    messages: Messages,
    /// It has let others run since.
    let_others_run: bool,
    /// What it has sent to itself and lets others run for first.
    after_others: Vec<Message>,
    bonds: Bonds,
}

/// What was sent to a process and not received, in order. Hardly ever more than one, which lies here. In boxes: their memory
/// was in use just now, and is still in the cache.
#[derive(Default)]
struct Messages {
    first: Option<Box<Message>>,
    /// Behind the first, if there is one.
    others: VecDeque<Box<Message>>,
}

/// How a message has come.
#[derive(PartialEq, Eq)]
enum Arrived {
    InItsTurn,
    /// It is awaited, and has not woken the process.
    Unheard,
}

#[derive(Default)]
enum Waits {
    #[default]
    No,
    ForAny,
    /// For a message with one of these tags.
    ForTags(Box<[i64]>),
}

impl ControlBlock {
    /// A process that is about to start.
    pub fn new(id: u64) -> Self {
        let living = Mutex::new(Some(Living::default()));
        Self { id, killed: AtomicBool::new(false), rest: Rest::default(), unheard: AtomicBool::new(false), living }
    }

    /// It runs as this task.
    pub fn runs_as(&self, task: &Waker) {
        if let Some(living) = self.lock().as_mut() {
            living.task = Some(task.clone());
        }
    }

    /// Whether it has to end.
    pub fn is_killed(&self) -> bool {
        self.killed.load(Ordering::SeqCst)
    }

    /// It is looked whether it has done anything; one that has not for long enough is woken to hear of that, and one that was
    /// sent something to receive it.
    pub fn sweep(&self) {
        if (self.rest.sweep() | self.unheard.swap(false, Ordering::Relaxed))
            && let Some(living) = self.lock().as_ref()
        {
            living.wake();
        }
    }

    /// The next message, or the next with one of these tags. To be asked by the process itself, whose task is woken when
    /// there is one.
    pub fn poll_message(&self, tags: Option<&[i64]>) -> Poll<Box<Message>> {
        let mut living = self.lock();
        // Only the process ends itself.
        let Some(living) = living.as_mut() else { return Poll::Pending };
        if mem::take(&mut living.let_others_run) {
            living.after_others.drain(..).for_each(|message| living.messages.push(buffers::boxed(message)));
        }
        if let Some(message) = living.messages.take(tags) {
            return Poll::Ready(message);
        }
        living.waits = tags.map_or(Waits::ForAny, |tags| Waits::ForTags(tags.into()));
        if !living.after_others.is_empty() {
            living.let_others_run = true;
            living.wake();
        }
        Poll::Pending
    }

    /// The process sends itself a message that comes after what others are about to send.
    pub fn send_after_others(&self, message: Message) {
        if let Some(living) = self.lock().as_mut() {
            living.after_others.push(message);
        }
    }

    /// It has ended, and is not in the table any more. Gives those who are to hear of it.
    pub fn end(&self) -> Bonds {
        let living = self.lock().take();
        // Without the lock: what was sent in vain may hold something of others, such as a connection.
        living.map(|Living { bonds, .. }| bonds).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Living>> {
        // Whatever panicked there left everything whole: each change is one step.
        self.living.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Process for ControlBlock {
    fn id(&self) -> u64 {
        self.id
    }

    fn send(&self, signal: Signal) {
        let mut living = self.lock();
        let Some(alive) = living.as_mut() else {
            drop(living);
            return answer_for_the_dead(self.id, signal);
        };
        match alive.bonds.hear(signal) {
            Heard::Nothing => {}
            Heard::Kill => {
                self.killed.store(true, Ordering::SeqCst);
                alive.wake();
            }
            Heard::Message(message) => {
                if alive.arrive(message) == Arrived::Unheard {
                    self.unheard.store(true, Ordering::Relaxed);
                }
            }
        }
    }
}

impl Living {
    /// Keeps a message, and wakes the process if it waits for this one.
    fn arrive(&mut self, message: Message) -> Arrived {
        let hurries = message.tag() != Some(UNHURRIED) || self.messages.len() + 1 >= UNHURRIED_MAX;
        let (awaited, wakes) = match &self.waits {
            Waits::No => (false, false),
            Waits::ForAny => (true, hurries),
            Waits::ForTags(tags) => (has_tag(&message, tags), true),
        };
        self.messages.push(buffers::boxed(message));
        if awaited && wakes {
            self.waits = Waits::No;
            self.wake();
        }
        if awaited && !wakes { Arrived::Unheard } else { Arrived::InItsTurn }
    }

    fn wake(&self) {
        if let Some(task) = &self.task {
            task.wake_by_ref();
        }
    }
}

impl Messages {
    fn len(&self) -> usize {
        usize::from(self.first.is_some()) + self.others.len()
    }

    fn push(&mut self, message: Box<Message>) {
        match self.first {
            None => self.first = Some(message),
            Some(_) => self.others.push_back(message),
        }
    }

    /// The first, or the first with one of these tags.
    fn take(&mut self, tags: Option<&[i64]>) -> Option<Box<Message>> {
        let fits = |message: &Message| tags.is_none_or(|tags| has_tag(message, tags));
        if self.first.as_ref().is_some_and(|first| fits(first)) {
            let next = self.others.pop_front();
            return mem::replace(&mut self.first, next);
        }
        let place = self.others.iter().position(|message| fits(message))?;
        self.others.remove(place)
    }
}

fn has_tag(message: &Message, tags: &[i64]) -> bool {
    message.tag().is_some_and(|tag| tags.contains(&tag))
}
