//! RUNTIME: all processes of a node, by number; the guest's and the native ones.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Result;
use async_trait::async_trait;
use dashmap::DashMap;
use lunatic_process::env::Environment;
use lunatic_process::{Process, Signal};
use rustc_hash::FxBuildHasher;

use crate::control_block::ControlBlock;
use crate::timers::Timers;
use crate::turns::{Kind, Turns};

/// All processes of a node. Numbers start at 1 and are never given twice.
pub struct Processes {
    next: AtomicU64,
    all: DashMap<u64, Listed, FxBuildHasher>,
    /// Linked to each process before its first instruction: hears as [`Signal::LinkDied`] how each one ends.
    watcher: Option<Arc<dyn Process>>,
    pub(crate) timers: Timers,
    turns: Turns,
}

/// A process in the table.
enum Listed {
    Guest(Arc<ControlBlock>),
    Native(Arc<dyn Process>),
}

impl Listed {
    fn process(&self) -> Arc<dyn Process> {
        match self {
            Self::Guest(process) => process.clone(),
            Self::Native(process) => process.clone(),
        }
    }
}

impl Processes {
    pub(crate) fn new(watcher: Option<Arc<dyn Process>>) -> Self {
        Self {
            next: AtomicU64::new(1),
            all: DashMap::default(),
            watcher,
            timers: Timers::default(),
            turns: Turns::here(),
        }
    }

    /// Ends every process, without a word to any.
    pub fn kill_all(&self) {
        for process in &self.all {
            process.process().send(Signal::Kill);
        }
    }

    /// Runs what a native process does to its end, in turns with all others: on one thread when none of the guest's has anything
    /// to do.
    pub fn run_native(&self, process: impl Future<Output = ()> + Send + 'static) {
        self.turns.run(Kind::Native, process);
    }

    /// Runs a process of the guest's.
    pub(crate) fn run_guest(&self, process: impl Future<Output = ()> + Send + 'static) {
        self.turns.run(Kind::Guest, process);
    }

    /// Puts a process of the guest's into the table.
    pub(crate) fn add_guest(&self, process: Arc<ControlBlock>) {
        self.add(process.id(), Listed::Guest(process));
    }

    /// Looks which processes of the guest's have nothing to do, among those whose number leaves this remainder.
    pub(crate) fn sweep(&self, part: u64, parts: u64) {
        for process in &self.all {
            if let Listed::Guest(guest) = process.value()
                && process.key() % parts == part
            {
                guest.sweep();
            }
        }
    }

    fn add(&self, id: u64, process: Listed) {
        if let Some(watcher) = &self.watcher {
            process.process().send(Signal::Link(None, watcher.clone()));
        }
        self.all.insert(id, process);
    }
}

#[async_trait]
impl Environment for Processes {
    fn id(&self) -> u64 {
        0
    }

    fn get_next_process_id(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    fn get_process(&self, id: u64) -> Option<Arc<dyn Process>> {
        self.all.get(&id).map(|listed| listed.process())
    }

    fn add_process(&self, id: u64, process: Arc<dyn Process>) {
        self.add(id, Listed::Native(process));
    }

    fn remove_process(&self, id: u64) {
        self.all.remove(&id);
    }

    fn process_count(&self) -> usize {
        self.all.len()
    }

    /// As many as there is memory for: what bounds them are the server's own limits.
    async fn can_spawn_next_process(&self) -> Result<Option<()>> {
        Ok(Some(()))
    }

    fn send(&self, id: u64, signal: Signal) {
        // Not while the table is held: whoever receives may look into it.
        if let Some(process) = self.get_process(id) {
            process.send(signal);
        }
    }
}
