//! LAUNCHER, tests: what the processes of one test print, and which of them failed.

use std::sync::{Arc, Mutex};

use umbra_runtime::{DeathReason, Process, Signal};

/// Hears of the end of every process of a node. See [`umbra_runtime::Node::watched`].
#[derive(Debug, Default)]
pub struct Failures(Mutex<Vec<u64>>);

impl Failures {
    /// Nobody has failed yet.
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// The numbers of those that failed, in the order of their ends.
    pub fn so_far(&self) -> Vec<u64> {
        self.0.lock().expect("nobody panics with it").clone()
    }
}

impl Process for Failures {
    /// A number that no process has.
    fn id(&self) -> u64 {
        0
    }

    fn send(&self, signal: Signal) {
        if let Signal::LinkDied(process, _, DeathReason::Failure) = signal {
            self.0.lock().expect("nobody panics with it").push(process);
        }
    }
}
