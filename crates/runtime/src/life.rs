//! RUNTIME: the loop around a running process: signals first, then the guest; and what others hear of its end.
//!
//! It keeps lunatic's laws: signals are heard in the order in which they were sent, and before the guest goes on; a
//! process that ends is out of the table before anybody hears of it; links hear of failures, monitors of every end. What
//! is different: a message wakes a process once (lunatic's loop wakes itself again for each), and a process has let go
//! of what it holds, such as its connections, before anybody hears that it was killed.

use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use anyhow::{Result, anyhow};
use log::warn;
use lunatic_process::env::Environment as _;
use lunatic_process::mailbox::MessageMailbox;
use lunatic_process::message::Message;
use lunatic_process::state::SignalReceiver;
use lunatic_process::{DeathReason, Process, Signal};
use wasmtime_wasi::I32Exit;

use crate::node::Registry;
use crate::{ProcessState, Processes};

/// What is needed to end a process.
pub(crate) struct Ends {
    pub id: u64,
    pub environment: Arc<Processes>,
    pub registry: Registry,
}

/// What others want to know of a process.
struct Bonds {
    /// Whether the failure of a link ends this process; otherwise it is a message.
    dies_with_links: bool,
    links: HashMap<u64, (Arc<dyn Process>, Option<i64>)>,
    monitors: HashMap<u64, Arc<dyn Process>>,
}

impl Default for Bonds {
    fn default() -> Self {
        Self { dies_with_links: true, links: HashMap::new(), monitors: HashMap::new() }
    }
}

/// The process has to end.
struct Killed;

/// Runs a process to its end: gives its state if it ended well.
pub(crate) async fn live(
    guest: impl Future<Output = (ProcessState, Result<()>)>,
    ends: Ends,
    signals: SignalReceiver,
    mailbox: MessageMailbox,
) -> Result<ProcessState> {
    let mut signals = signals.lock().await;
    let mut bonds = Bonds::default();
    let finished = {
        let mut guest = pin!(guest);
        let bell = Arc::new(Bell::default());
        let waker = Waker::from(bell.clone());
        poll_fn(|task| {
            bell.hush(task.waker());
            while let Poll::Ready(Some(signal)) = signals.poll_recv(task) {
                if let Err(Killed) = bonds.hear(signal, &mailbox) {
                    return Poll::Ready(Err(Killed));
                }
            }
            if bell.rang()
                && let Poll::Ready(output) = guest.as_mut().poll(&mut Context::from_waker(&waker))
            {
                return Poll::Ready(Ok(output));
            }
            bell.listen();
            Poll::Pending
        })
        .await
    };
    ends.environment.remove_process(ends.id);
    let result = match finished {
        Ok((state, result)) if result.as_ref().err().is_none_or(left_well) => Ok(state),
        Ok((_, result)) => {
            let failure = result.err().map(|failure| failure.to_string()).unwrap_or_default();
            let name = name_of(&ends).await;
            warn!("Process {name} failed, notifying: {} links: {failure}", bonds.links.len());
            Err(anyhow!(failure))
        }
        Err(Killed) => {
            warn!("Process {} was killed, notifying: {} links", ends.id, bonds.links.len());
            Err(anyhow!("Process received Kill signal"))
        }
    };
    bonds.tell(ends.id, if result.is_ok() { DeathReason::Normal } else { DeathReason::Failure });
    result
}

/// Left with status 0, which comes out as if it were a failure.
fn left_well(failure: &anyhow::Error) -> bool {
    matches!(failure.downcast_ref(), Some(I32Exit(0)))
}

/// Its names, if it has any, or its number.
async fn name_of(ends: &Ends) -> String {
    let registry = ends.registry.read().await;
    let names = registry.iter().filter(|(_, (_, process))| *process == ends.id);
    // A name begins with the node and the type of the messages.
    let names: Vec<_> = names.map(|(name, _)| format!("'{}'", name.rsplit('/').next().unwrap_or(name))).collect();
    if names.is_empty() { ends.id.to_string() } else { names.join(" / ") }
}

impl Bonds {
    fn hear(&mut self, signal: Signal, mailbox: &MessageMailbox) -> Result<(), Killed> {
        match signal {
            Signal::Message(message) => mailbox.push(message),
            Signal::Kill => return Err(Killed),
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
                    DeathReason::Failure | DeathReason::NoProcess if self.dies_with_links => return Err(Killed),
                    DeathReason::Failure | DeathReason::NoProcess => mailbox.push(Message::LinkDied(tag)),
                    DeathReason::Normal => {}
                }
            }
            Signal::Monitor(process) => {
                self.monitors.insert(process.id(), process);
            }
            Signal::StopMonitoring { process_id } => {
                self.monitors.remove(&process_id);
            }
            Signal::ProcessDied(id) => mailbox.push(Message::ProcessDied(id)),
        }
        Ok(())
    }

    fn tell(self, id: u64, reason: DeathReason) {
        for (process, tag) in self.links.into_values() {
            process.send(Signal::LinkDied(id, tag, reason));
        }
        for process in self.monitors.into_values() {
            process.send(Signal::ProcessDied(id));
        }
    }
}

/// Wakes the guest. What rings while the process's task is running anyway needs no other wake-up of the task, and most
/// does: a message is handed to the guest by its own task.
struct Bell {
    rang: AtomicBool,
    heeded: AtomicBool,
    task: Mutex<Option<Waker>>,
}

impl Default for Bell {
    /// Rung: a process begins with its first instruction.
    fn default() -> Self {
        Self { rang: AtomicBool::new(true), heeded: AtomicBool::new(false), task: Mutex::new(None) }
    }
}

impl Bell {
    /// The task runs, and will look whether it rang.
    fn hush(&self, task: &Waker) {
        let mut known = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.as_ref().is_some_and(|known| known.will_wake(task)) {
            *known = Some(task.clone());
        }
        self.heeded.store(true, Ordering::SeqCst);
    }

    /// Whether it rang since it was last asked.
    fn rang(&self) -> bool {
        self.rang.swap(false, Ordering::SeqCst)
    }

    /// The task is about to wait. If it has rung since it last looked (the guest lets go of its thread by ringing itself),
    /// the task comes back, but after all others.
    fn listen(&self) {
        self.heeded.store(false, Ordering::SeqCst);
        if self.rang.load(Ordering::SeqCst) {
            self.wake_task();
        }
    }

    fn wake_task(&self) {
        if let Some(task) = self.task.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            task.wake_by_ref();
        }
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.rang.store(true, Ordering::SeqCst);
        if !self.heeded.load(Ordering::SeqCst) {
            self.wake_task();
        }
    }
}
