//! The runtime that is simulated: each function is a call into the world whose process is running on this thread.

use std::io::{self, Write};
use std::time::Duration;

use super::Arrival;
use crate::entrance::Entry;
use crate::exit::Parent;
use crate::sim::{Current, What};
use crate::{ChildTag, ProcessId, ProcessLimits, SpawnError};

pub(crate) fn this() -> ProcessId {
    Current::get().who()
}

/// There is only one.
pub(crate) fn node() -> u64 {
    0
}

pub(crate) fn is_alive(id: ProcessId) -> bool {
    Current::get().call(What::IsAlive(id), |kernel, _| kernel.is_alive(id))
}

pub(crate) fn kill(id: ProcessId) {
    Current::get().call(What::Kill(id), |kernel, _| kernel.doom(id));
}

pub(crate) fn monitor(id: ProcessId) {
    Current::get().call(What::Monitor(id), |kernel, this| kernel.monitor(this, id));
}

pub(crate) fn stop_monitoring(id: ProcessId) {
    Current::get().call(What::StopMonitoring(id), |kernel, this| kernel.stop_monitoring(this, id));
}

pub(crate) fn hear_of_links() {
    Current::get().call(What::HearOfLinks, |kernel, this| kernel.process(this).hears_of_links = true);
}

pub(crate) fn receive(tags: &[i64]) -> Arrival {
    Current::get().receive(tags)
}

/// Waits for any message. If it has bytes, they lie in `into` afterwards, and nothing else.
pub(crate) fn receive_into(into: &mut Vec<u8>) -> Arrival {
    let arrival = receive(&[]);
    into.clear();
    if let Arrival::Data(_) = arrival {
        body(into);
    }
    arrival
}

/// Appends the bytes of the message that was received last.
pub(crate) fn body(into: &mut Vec<u8>) {
    into.append(&mut Current::get().with(|kernel, this| std::mem::take(&mut kernel.process(this).received)));
}

/// A message that is being written.
pub(crate) struct Letter {
    pub(crate) tag: i64,
    pub(crate) bytes: Vec<u8>,
}

impl Letter {
    pub(crate) fn new(tag: i64) -> Self {
        Letter { tag, bytes: Vec::new() }
    }

    pub(crate) fn send(self, to: ProcessId) {
        Current::get().call(What::Send(to), |kernel, _| kernel.deliver(to, self));
    }

    pub(crate) fn send_after(self, to: ProcessId, after: Duration) -> TimerId {
        let after_ms = after.as_millis() as u64;
        TimerId(
            Current::get().call(What::SendLater { to, after_ms }, |kernel, _| kernel.deliver_later(to, self, after_ms)),
        )
    }
}

impl Write for Letter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A message that is under way.
pub(crate) struct TimerId(u64);

impl TimerId {
    /// Nothing happens if it has arrived.
    pub(crate) fn cancel(self) {
        Current::get().call(What::CancelTimer, |kernel, _| kernel.cancel(self.0));
    }
}

pub(crate) fn spawn(
    entry: &Entry,
    limits: &ProcessLimits,
    linked: bool,
) -> Result<(ProcessId, Option<ChildTag>), SpawnError> {
    let what = What::Spawn { kind: entry.kind, linked };
    let spawned = Current::get().call(what, |kernel, this| Some(kernel.spawn(entry, limits, Some(this), linked)));
    spawned.unwrap_or(Err(SpawnError::NotAllowed))
}

pub(crate) fn register(name: &str, id: ProcessId) {
    Current::get().call(What::Register(name), |kernel, _| kernel.register(name, id));
}

pub(crate) fn whereis(name: &str) -> Option<ProcessId> {
    Current::get().call(What::WhereIs(name), |kernel, _| kernel.whereis(name))
}

pub(crate) fn exit_failed() -> ! {
    Current::get().exit_failed()
}

pub(crate) fn sleep(duration: Duration) {
    Current::get().sleep(duration.as_millis() as u64);
}

pub(crate) fn now_ms() -> u64 {
    Current::get().call(What::Clock, |kernel, _| kernel.now_ms())
}

pub(crate) fn monotonic_ms() -> u64 {
    Current::get().call(What::Clock, |kernel, _| kernel.passed_ms())
}

pub(crate) fn random() -> u64 {
    Current::get().call(What::Random, |kernel, _| kernel.random())
}

pub(crate) fn keep_parent(parent: Parent) {
    Current::get().with(|kernel, this| kernel.process(this).parent = Some(parent));
}

pub(crate) fn take_parent() -> Option<Parent> {
    Current::get().with(|kernel, this| kernel.process(this).parent.take())
}

/// Called when the panic has unwound the process, because nothing may be called while it does.
pub(crate) fn on_panic(tell: fn(String)) {
    Current::get().with(|kernel, this| kernel.process(this).on_panic = Some(tell));
}
