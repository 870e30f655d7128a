//! A process's only mailbox. Everything that can wake a process comes out of here, in the order in which it went in.
//!
//! No wait in this crate ever times out in the runtime, because a receive that timed out there throws the order of messages
//! into disarray. A wait with an end is a wait for whatever comes first, an alarm to oneself included.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::control::{self, ALARM, FOUND_DEAD, LAST_WORDS, LOOK_AGAIN};
use crate::exit::{ExitReason, exit_with_parent};
use crate::host::{self, Arrival};
use crate::spawn::{Child, ProcessLimits, SpawnError, spawn_child};
use crate::{ChildTag, Handle, ProcessId, wire};

/// Everything that can wake a process.
#[derive(Debug)]
pub enum Incoming<M> {
    /// A message of the process's own type.
    Message(M),
    /// A linked child failed: it panicked, was killed, ran out of memory or called [`exit_failed`](crate::exit_failed).
    /// A normal end is silent here. [`Inbox::exit_reason`] has its last words.
    LinkDied(ChildTag),
    /// A monitored process ended, however it ended.
    Down(ProcessId),
    /// A message that is not one of this process's type: somebody holds a handle of the wrong type, a mistake in the program. The
    /// text says what is wrong with the bytes. To be logged and ignored. (Only a type that holds a connection cannot be protected so:
    /// a number that is taken for a connection's makes the runtime end the process.)
    Garbled(String),
}

/// The mailbox of the running process, and what it watches.
///
/// The failure of a linked child arrives as a message. The failure of the *parent* does not arrive at all: the process ends,
/// as a failure too, so that a tree dies from its root. It does so when it next receives; a process that waits for anything
/// else than its mailbox (a socket, say) belongs into [`spawn_link_plain`](crate::spawn_link_plain), where the runtime ends it
/// at once.
///
/// A process that ends *normally* takes nobody along: it stops its children first, or leaves orphans.
#[derive(Debug)]
pub struct Inbox<M> {
    this: Handle<M>,
    /// Whose end is to be told, and under which tag it is a child.
    monitored: BTreeMap<ProcessId, Option<ChildTag>>,
    children: BTreeMap<ChildTag, ProcessId>,
    /// From children that are about to fail: taken out again by their deaths.
    words: BTreeMap<ChildTag, ExitReason>,
    last_death: Option<(ChildTag, ExitReason)>,
    alarms: u64,
    outlives_parent: bool,
}

#[cfg(target_arch = "wasm32")]
impl<M: Serialize + DeserializeOwned> From<lunatic::Mailbox<M, crate::Wire>> for Inbox<M> {
    /// For `main` and for tests, which lunatic hands a mailbox. Once a process: two inboxes would steal from each other.
    fn from(_: lunatic::Mailbox<M, crate::Wire>) -> Self {
        Self::of_this_process(ProcessId::this().handle())
    }
}

impl<M: Serialize + DeserializeOwned> Inbox<M> {
    /// From here on the failure of a link is a message.
    pub(crate) fn of_this_process(this: Handle<M>) -> Self {
        host::hear_of_links();
        Inbox {
            this,
            monitored: BTreeMap::new(),
            children: BTreeMap::new(),
            words: BTreeMap::new(),
            last_death: None,
            alarms: 0,
            outlives_parent: false,
        }
    }

    /// Waits for what comes next. Ends the process if its parent has failed.
    pub fn receive(&mut self) -> Incoming<M> {
        loop {
            if let Event::Incoming(incoming) = self.next() {
                return incoming;
            }
        }
    }

    /// Waits for what comes next, for `limit` at most (to the millisecond). What waits already comes before the limit strikes,
    /// even a limit of zero. Keeps the order, as [`Inbox::receive`] does, at the cost of a timer.
    pub fn receive_within(&mut self, limit: Duration) -> Option<Incoming<M>> {
        self.alarms += 1;
        let alarm = self.alarms;
        let timer = control::post_later(ProcessId::this(), ALARM, &alarm, limit);
        loop {
            match self.next() {
                Event::Incoming(incoming) => {
                    timer.cancel();
                    return Some(incoming);
                }
                Event::Alarm(rung) if rung == alarm => return None,
                Event::Alarm(_) | Event::Nothing => {}
            }
        }
    }

    /// Starts `entry` as a child that is linked and monitored without a gap: exactly one of [`Incoming::LinkDied`] (it failed)
    /// and [`Incoming::Down`] (it ended normally) will come. The way for whoever keeps children;
    /// see [`spawn_link`](crate::spawn_link) for the rest.
    pub fn spawn_link<A, C>(
        &mut self,
        argument: A,
        entry: fn(A, Inbox<C>),
        limits: &ProcessLimits,
    ) -> Result<Child<C>, SpawnError>
    where
        A: Serialize + DeserializeOwned,
        C: Serialize + DeserializeOwned,
    {
        spawn_child(argument, entry, limits, |child| self.watch(child))
    }

    /// As [`Inbox::spawn_link`], for a child without a mailbox; see [`spawn_link_plain`](crate::spawn_link_plain).
    pub fn spawn_link_plain<A>(
        &mut self,
        argument: A,
        entry: fn(A),
        limits: &ProcessLimits,
    ) -> Result<Child<()>, SpawnError>
    where
        A: Serialize + DeserializeOwned,
    {
        crate::spawn::spawn_child_plain(argument, entry, limits, |child| self.watch(child))
    }

    /// Before the child has its argument, so before any code of its own: the monitor cannot come too late.
    fn watch<C>(&mut self, child: &Child<C>) {
        let id = ProcessId::of(&child.handle);
        host::monitor(id);
        self.monitored.insert(id, Some(child.tag));
        self.children.insert(child.tag, id);
    }
}

impl<M> Inbox<M> {
    /// Where messages to this process go.
    pub fn this(&self) -> Handle<M> {
        self.this
    }

    /// Asks to be told, once, when `target` ends. Asked again before that, nothing changes. One that is dead already is told
    /// of at once, after everything that waits.
    ///
    /// The runtime can lose a monitor that is set in its target's last instant. So this looks again a second later, when
    /// that instant has passed: a target that still lives then has the monitor.
    pub fn monitor<T>(&mut self, target: Handle<T>) {
        let id = ProcessId::of(&target);
        if self.monitored.contains_key(&id) {
            return;
        }
        self.monitored.insert(id, None);
        host::monitor(id);
        if !self.tell_if_dead(id) {
            control::post_later(ProcessId::this(), LOOK_AGAIN, &id, LAST_INSTANT);
        }
    }

    /// From here on no [`Incoming::Down`] for `id` comes out, not even one that waits in the mailbox.
    pub fn demonitor(&mut self, id: ProcessId) {
        if self.monitored.remove(&id).is_some() {
            host::stop_monitoring(id);
        }
    }

    /// From here on the failure of the parent does not end this process: whoever comes after the parent takes it over
    /// ([`Children::adopt`](crate::Children::adopt)).
    pub fn outlive_parent(&mut self) {
        self.outlives_parent = true;
    }

    /// How many processes are monitored now, children of [`Inbox::spawn_link`] among them.
    pub fn monitors(&self) -> usize {
        self.monitored.len()
    }

    /// Why the child whose [`Incoming::LinkDied`] came last has failed. Of any other child: [`ExitReason::Untold`].
    pub fn exit_reason(&self, tag: ChildTag) -> ExitReason {
        match &self.last_death {
            Some((dead, reason)) if *dead == tag => reason.clone(),
            Some(_) | None => ExitReason::Untold,
        }
    }

    /// By way of the mailbox, so that the news does not overtake what the dead had still sent.
    fn tell_if_dead(&self, id: ProcessId) -> bool {
        let dead = !id.is_alive();
        if dead {
            control::post(ProcessId::this(), FOUND_DEAD, &id);
        }
        dead
    }
}

/// Longer than a process takes from its last look at its signals to its end.
const LAST_INSTANT: Duration = Duration::from_secs(1);

/// What one receive of the runtime comes to.
enum Event<M> {
    Incoming(Incoming<M>),
    Alarm(u64),
    /// Kept, or no longer of interest.
    Nothing,
}

impl<M: Serialize + DeserializeOwned> Inbox<M> {
    fn next(&mut self) -> Event<M> {
        let mut body = wire::Lent::buffer();
        match host::receive_into(&mut body) {
            Arrival::Data(tag) => self.data(tag, &body),
            Arrival::LinkDied(tag) => self.link_died(tag),
            Arrival::Down(id) => self.down(id),
            Arrival::Unknown(unknown) => {
                Event::Incoming(Incoming::Garbled(format!("a message of unknown kind {unknown}")))
            }
        }
    }

    /// A program's own message is not moved more often than it must be: they are nearly all.
    fn data(&mut self, tag: i64, body: &[u8]) -> Event<M> {
        match tag {
            ALARM | FOUND_DEAD | LOOK_AGAIN | LAST_WORDS => self.own_data(tag, body).unwrap_or_else(garbled),
            _ => match wire::decode_slice(body) {
                Ok(message) => Event::Incoming(Incoming::Message(message)),
                Err(error) => garbled(error),
            },
        }
    }

    /// What this crate has sent itself. Apart, since it needs more of the stack than a message of the program's.
    #[inline(never)]
    fn own_data(&mut self, tag: i64, body: &[u8]) -> bincode::Result<Event<M>> {
        match tag {
            ALARM => wire::decode_slice(body).map(Event::Alarm),
            FOUND_DEAD => wire::decode_slice(body).map(|id| self.down(id)),
            LOOK_AGAIN => wire::decode_slice(body).map(|id| {
                if self.monitored.contains_key(&id) {
                    self.tell_if_dead(id);
                }
                Event::Nothing
            }),
            _ => wire::decode_slice(body).map(|(child, words): (ChildTag, ExitReason)| {
                self.words.insert(child, words);
                Event::Nothing
            }),
        }
    }

    fn link_died(&mut self, tag: ChildTag) -> Event<M> {
        if tag == ChildTag::PARENT {
            if self.outlives_parent {
                return Event::Nothing;
            }
            exit_with_parent();
        }
        if let Some(id) = self.children.remove(&tag) {
            self.demonitor(id);
        }
        let reason = self.words.remove(&tag).unwrap_or(ExitReason::Untold);
        self.last_death = Some((tag, reason));
        Event::Incoming(Incoming::LinkDied(tag))
    }

    /// A death is told by the runtime and by [`Inbox::monitor`]: the first one to come counts.
    fn down(&mut self, id: ProcessId) -> Event<M> {
        match self.monitored.remove(&id) {
            Some(child) => {
                if let Some(tag) = child {
                    self.children.remove(&tag);
                }
                Event::Incoming(Incoming::Down(id))
            }
            None => Event::Nothing,
        }
    }
}

#[cold]
fn garbled<M>(error: bincode::Error) -> Event<M> {
    Event::Incoming(Incoming::Garbled(error.to_string()))
}
