//! RUNTIME: who wants to hear of a process's end, and what it makes of the ends of others. lunatic's laws, decided without
//! a process around them.

use std::collections::HashMap;
use std::sync::Arc;

use lunatic_process::message::Message;
use lunatic_process::{DeathReason, Process, Signal};

/// The links and monitors of one process.
pub(crate) struct Bonds {
    /// Whether the failure of a link ends this process; otherwise it is a message.
    dies_with_links: bool,
    links: HashMap<u64, (Arc<dyn Process>, Option<i64>)>,
    monitors: HashMap<u64, Arc<dyn Process>>,
}

/// What a signal comes to.
pub(crate) enum Heard {
    /// It was about bonds.
    Nothing,
    /// The guest receives this.
    Message(Message),
    /// The process has to end.
    Kill,
}

impl Default for Bonds {
    fn default() -> Self {
        Self { dies_with_links: true, links: HashMap::new(), monitors: HashMap::new() }
    }
}

impl Bonds {
    /// Takes a signal in.
    pub fn hear(&mut self, signal: Signal) -> Heard {
        match signal {
            Signal::Message(message) => return Heard::Message(message),
            Signal::Kill => return Heard::Kill,
            Signal::DieWhenLinkDies(dies) => self.dies_with_links = dies,
            Signal::Link(tag, process) => {
                self.links.insert(process.id(), (process, tag));
            }
            Signal::UnLink { process_id } => {
                self.links.remove(&process_id);
            }
            Signal::LinkDied(id, tag, reason) => {
                self.links.remove(&id);
                match reason {
                    DeathReason::Failure | DeathReason::NoProcess if self.dies_with_links => return Heard::Kill,
                    DeathReason::Failure | DeathReason::NoProcess => return Heard::Message(Message::LinkDied(tag)),
                    DeathReason::Normal => {}
                }
            }
            Signal::Monitor(process) => {
                self.monitors.insert(process.id(), process);
            }
            Signal::StopMonitoring { process_id } => {
                self.monitors.remove(&process_id);
            }
            Signal::ProcessDied(id) => return Heard::Message(Message::ProcessDied(id)),
        }
        Heard::Nothing
    }

    /// How many links there are.
    pub fn links(&self) -> usize {
        self.links.len()
    }

    /// The process has ended, and everybody who wants to hears of it.
    pub fn tell(self, id: u64, reason: DeathReason) {
        for (process, tag) in self.links.into_values() {
            process.send(Signal::LinkDied(id, tag, reason));
        }
        for process in self.monitors.into_values() {
            process.send(Signal::ProcessDied(id));
        }
    }
}

/// What is said in the place of a process that has ended.
pub(crate) fn answer_for_the_dead(id: u64, signal: Signal) {
    match signal {
        Signal::Link(tag, process) => process.send(Signal::LinkDied(id, tag, DeathReason::NoProcess)),
        Signal::Monitor(process) => process.send(Signal::ProcessDied(id)),
        Signal::Message(_)
        | Signal::Kill
        | Signal::DieWhenLinkDies(_)
        | Signal::UnLink { .. }
        | Signal::LinkDied(..)
        | Signal::StopMonitoring { .. }
        | Signal::ProcessDied(_) => {}
    }
}
