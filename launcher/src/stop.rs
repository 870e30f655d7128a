//! LAUNCHER: signals of the system, handed on to the guest's root process.

use anyhow::Result;
use tokio::signal::unix::{Signal, SignalKind, signal};
use umbra_runtime::{DataMessage, Message, Process};

/// `SupervisorMessage::Stop` of `umbra-otp`, as its messages are encoded: the variant's number. Its tag is none.
const STOP: [u8; 4] = 2_u32.to_le_bytes();

/// SIGTERM and SIGINT, caught from here on.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Starts to catch them.
    ///
    /// # Errors
    /// If the system does not let us.
    pub fn catch() -> Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for the next.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Asks a root supervisor to stop its children, the last first, and to end.
pub fn in_order(root: &dyn Process) {
    root.send(umbra_runtime::Signal::Message(Message::Data(DataMessage::new_from_vec(None, STOP.to_vec()))));
}
