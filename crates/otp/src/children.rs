//! A manager's children: a changing number of processes of one kind, each under a key. OTP calls this a dynamic supervisor;
//! here it is a library inside the manager, which is the registry as well.
//!
//! The manager passes on what its [`Inbox`] says, and is told what a death means. It starts a child again by itself, because
//! it alone knows what to start it with (from a journal, say).

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::monotonic_ms;
use crate::spawn::{ProcessLimits, SpawnError};
use crate::{ChildTag, Handle, Inbox, Incoming, Intensity, ProcessId, Restart, RestartWindow, Verdict};

/// The children of a manager, by key. `M` is the type of their messages.
#[derive(Debug)]
pub struct Children<K, M> {
    intensity: Intensity,
    by_key: HashMap<K, Entry<M>>,
    by_tag: HashMap<ChildTag, K>,
    by_id: HashMap<ProcessId, K>,
}

#[derive(Debug)]
struct Entry<M> {
    restart: Restart,
    window: RestartWindow,
    /// None between a death and the start that follows it.
    running: Option<Running<M>>,
}

#[derive(Debug)]
struct Running<M> {
    handle: Handle<M>,
    /// None: adopted, and not linked.
    tag: Option<ChildTag>,
}

/// A child's end, told once.
#[derive(Debug, PartialEq, Eq)]
pub struct Ended<K> {
    /// Which child it was.
    pub key: K,
    /// The process that is no more.
    pub id: ProcessId,
    /// Whether it failed; if not, it came to its normal end.
    pub failed: bool,
    /// What to do about it.
    pub next: Next,
}

/// What to do about a child's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Call [`Children::start`] with the same key again, or [`Children::forget`] if that cannot be. Until then the key is kept.
    Restart,
    /// It failed too often. It is forgotten, and whoever depends on it should be told.
    GiveUp,
    /// It has ended for good, as its kind of [`Restart`] has it. It is forgotten.
    Forget,
}

impl<K: Clone + Eq + Hash, M: Serialize + DeserializeOwned> Children<K, M> {
    /// No children. The intensity holds for each child by itself, so that one bad room does not end the others.
    pub fn new(intensity: Intensity) -> Self {
        Children { intensity, by_key: HashMap::new(), by_tag: HashMap::new(), by_id: HashMap::new() }
    }

    /// Starts a child under `key`, for the first time or again. `inbox` is the manager's own.
    ///
    /// An error leaves everything as it was: a key without a process stays until [`Children::forget`].
    pub fn start<A, P>(
        &mut self,
        inbox: &mut Inbox<P>,
        key: K,
        argument: A,
        entry: fn(A, Inbox<M>),
        limits: &ProcessLimits,
        restart: Restart,
    ) -> Result<Handle<M>, SpawnError>
    where
        A: Serialize + DeserializeOwned,
        P: Serialize + DeserializeOwned,
    {
        if self.get(&key).is_some() {
            return Err(SpawnError::AlreadyRunning);
        }
        let child = inbox.spawn_link(argument, entry, limits)?;
        self.by_tag.insert(child.tag, key.clone());
        self.list(key, Running { handle: child.handle, tag: Some(child.tag) }, restart);
        Ok(child.handle)
    }

    /// Takes over a process that a manager before this one has left behind ([`Inbox::outlive_parent`]). There is no link
    /// to it: any end of it is an [`Incoming::Down`], and counts as a failure. One that is dead already is told of, too.
    ///
    /// # Errors
    /// There is such a child already.
    pub fn adopt<P>(
        &mut self,
        inbox: &mut Inbox<P>,
        key: K,
        handle: Handle<M>,
        restart: Restart,
    ) -> Result<(), SpawnError>
    where
        P: Serialize + DeserializeOwned,
    {
        if self.get(&key).is_some() {
            return Err(SpawnError::AlreadyRunning);
        }
        inbox.monitor(handle);
        self.list(key, Running { handle, tag: None }, restart);
        Ok(())
    }

    fn list(&mut self, key: K, running: Running<M>, restart: Restart) {
        self.by_id.insert(ProcessId::of(&running.handle), key.clone());
        let kept = self.by_key.entry(key).or_insert_with(|| Entry {
            restart,
            window: RestartWindow::new(self.intensity),
            running: None,
        });
        kept.restart = restart;
        kept.running = Some(running);
    }

    /// For each [`Incoming::LinkDied`]: the child that failed. None if it is nobody's, or forgotten.
    pub fn on_link_died(&mut self, tag: ChildTag) -> Option<Ended<K>> {
        let key = self.by_tag.get(&tag)?.clone();
        self.ended(key, true)
    }

    /// For each [`Incoming::Down`]: the child that came to its normal end, or the adopted one that came to any. None if it
    /// is nobody's, or forgotten.
    pub fn on_down(&mut self, id: ProcessId) -> Option<Ended<K>> {
        let key = self.by_id.get(&id)?.clone();
        let adopted = self.by_key.get(&key)?.running.as_ref()?.tag.is_none();
        self.ended(key, adopted)
    }

    /// Drops a child from the table: it has announced its end, or is not to be restarted. Its death, when it comes, means nothing
    /// any more. The process is not touched: what is returned is its handle, if it had one. Safe to call twice.
    pub fn forget(&mut self, key: &K) -> Option<Handle<M>> {
        let running = self.by_key.remove(key)?.running?;
        self.unlist(&running);
        Some(running.handle)
    }

    /// The living child under `key`.
    pub fn get(&self, key: &K) -> Option<Handle<M>> {
        Some(self.by_key.get(key)?.running.as_ref()?.handle)
    }

    /// Every key with its living child, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, Handle<M>)> {
        self.by_key.iter().filter_map(|(key, entry)| Some((key, entry.running.as_ref()?.handle)))
    }

    /// How many keys are kept, those between a death and a restart included.
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    /// Whether no key is kept.
    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// The manager's last act: asks every child to stop, waits until all have ended, kills those that have not within
    /// `deadline`, and returns how many those were. Whatever else reaches the manager meanwhile is dropped.
    pub fn stop_all<P>(&mut self, inbox: &mut Inbox<P>, stop: impl Fn(&K) -> M, deadline: Duration) -> usize
    where
        P: Serialize + DeserializeOwned,
    {
        for (key, handle) in self.iter() {
            handle.send(stop(key));
        }
        self.await_ends(inbox, deadline);
        let stubborn: Vec<ProcessId> = self.by_id.keys().copied().collect();
        for id in &stubborn {
            id.kill();
        }
        self.await_ends(inbox, crate::supervisor::KILL_TAKES_AT_MOST);
        self.by_key.clear();
        self.by_tag.clear();
        self.by_id.clear();
        stubborn.len()
    }

    fn await_ends<P: Serialize + DeserializeOwned>(&mut self, inbox: &mut Inbox<P>, limit: Duration) {
        let start_ms = monotonic_ms();
        while !self.by_id.is_empty() {
            let passed = Duration::from_millis(monotonic_ms() - start_ms);
            match inbox.receive_within(limit.saturating_sub(passed)) {
                Some(Incoming::LinkDied(tag)) => drop(self.on_link_died(tag)),
                Some(Incoming::Down(id)) => drop(self.on_down(id)),
                Some(Incoming::Message(_) | Incoming::Garbled(_)) => {}
                None => return,
            }
        }
    }

    fn ended(&mut self, key: K, failed: bool) -> Option<Ended<K>> {
        let entry = self.by_key.get_mut(&key)?;
        let running = entry.running.take()?;
        let next = if !entry.restart.wants_restart(failed) {
            Next::Forget
        } else {
            match entry.window.record(monotonic_ms()) {
                Verdict::Restart => Next::Restart,
                Verdict::GiveUp => Next::GiveUp,
            }
        };
        self.unlist(&running);
        if next != Next::Restart {
            self.by_key.remove(&key);
        }
        Some(Ended { key, id: ProcessId::of(&running.handle), failed, next })
    }

    fn unlist(&mut self, running: &Running<M>) {
        if let Some(tag) = &running.tag {
            self.by_tag.remove(tag);
        }
        self.by_id.remove(&ProcessId::of(&running.handle));
    }
}
