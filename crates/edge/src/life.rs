//! EDGE, processes: what the runtime's loop around a guest's process does, for a native one: links, monitors, death.
//!
//! To other processes there is no difference. One thing is better than there: who asks to monitor it in its last instant
//! is told of its end, as long as the request arrived before the end was told to the others.

use std::sync::Arc;
use std::task::{Context, Poll};

use umbra_runtime::{DataMessage, DeathReason, Environment, Message, Process, Processes, Signal};

use crate::mailbox::{Mailbox, Signals};

/// A native process as others see it.
struct Native {
    id: u64,
    mailbox: Mailbox,
}

impl Process for Native {
    fn id(&self) -> u64 {
        self.id
    }

    fn send(&self, signal: Signal) {
        self.mailbox.push(signal);
    }
}

/// A native process as it sees itself. Dropped, it is dead, as a failure unless [`Life::end`] was called: so a panic of
/// the task that owns it is told like any other death.
pub(crate) struct Life {
    native: Arc<Native>,
    environment: Arc<Processes>,
    links: Vec<(Arc<dyn Process>, Option<i64>)>,
    monitors: Vec<Arc<dyn Process>>,
    die_when_link_dies: bool,
    reason: DeathReason,
}

/// What a process is woken by.
pub(crate) enum Incoming {
    /// A message.
    Message(DataMessage),
    /// A process that was monitored has ended.
    Down(u64),
    /// End at once.
    Kill,
}

impl Life {
    /// A process that is in the node's table from here on.
    pub(crate) fn start(environment: &Arc<Processes>) -> Self {
        let id = environment.get_next_process_id();
        let native = Arc::new(Native { id, mailbox: Mailbox::default() });
        environment.add_process(id, native.clone());
        Self {
            native,
            environment: environment.clone(),
            links: Vec::new(),
            monitors: Vec::new(),
            die_when_link_dies: true,
            reason: DeathReason::Failure,
        }
    }

    pub(crate) fn id(&self) -> u64 {
        self.native.id
    }

    /// Everything that has come, in order.
    pub(crate) fn poll_signals(&self, context: &mut Context<'_>) -> Poll<Signals> {
        self.native.mailbox.poll_take(context)
    }

    /// Takes one signal. What concerns nobody but the runtime's own bookkeeping comes to nothing.
    pub(crate) fn take(&mut self, signal: Signal) -> Option<Incoming> {
        match signal {
            Signal::Message(Message::Data(message)) => return Some(Incoming::Message(message)),
            // Never sent: the runtime makes these of signals, for a guest's mailbox.
            Signal::Message(Message::LinkDied(_) | Message::ProcessDied(_)) => {}
            Signal::Kill => return Some(Incoming::Kill),
            Signal::DieWhenLinkDies(value) => self.die_when_link_dies = value,
            Signal::Link(tag, process) => {
                self.unlink(process.id());
                self.links.push((process, tag));
            }
            Signal::UnLink { process_id } => self.unlink(process_id),
            Signal::LinkDied(id, _, reason) => {
                self.unlink(id);
                match reason {
                    DeathReason::Failure | DeathReason::NoProcess if self.die_when_link_dies => {
                        return Some(Incoming::Kill);
                    }
                    DeathReason::Failure | DeathReason::NoProcess | DeathReason::Normal => {}
                }
            }
            Signal::Monitor(process) => {
                self.unmonitor(process.id());
                self.monitors.push(process);
            }
            Signal::StopMonitoring { process_id } => self.unmonitor(process_id),
            Signal::ProcessDied(id) => return Some(Incoming::Down(id)),
        }
        None
    }

    fn unlink(&mut self, id: u64) {
        self.links.retain(|(linked, _)| linked.id() != id);
    }

    fn unmonitor(&mut self, id: u64) {
        self.monitors.retain(|monitor| monitor.id() != id);
    }

    /// Asks to be told of the end of a process; false if it has ended already, and will not be told of.
    pub(crate) fn monitor(&self, id: u64) -> bool {
        let Some(process) = self.environment.get_process(id) else { return false };
        process.send(Signal::Monitor(self.native.clone()));
        true
    }

    pub(crate) fn stop_monitoring(&self, id: u64) {
        self.environment.send(id, Signal::StopMonitoring { process_id: self.id() });
    }

    /// Ends, as a failure or not.
    pub(crate) fn end(mut self, reason: DeathReason) {
        self.reason = reason;
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        // In this order, as in the runtime: whoever hears of the death does not find the dead.
        self.environment.remove_process(self.native.id);
        for signal in self.native.mailbox.close() {
            let _ = self.take(signal);
        }
        for (linked, tag) in &self.links {
            linked.send(Signal::LinkDied(self.native.id, *tag, self.reason));
        }
        for monitor in &self.monitors {
            monitor.send(Signal::ProcessDied(self.native.id));
        }
    }
}
