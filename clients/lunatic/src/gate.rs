//! HOME, gate: a reader reads on when the session has dealt with what it read before, so that a server cannot fill the
//! session's mailbox; what it sends beyond stays in the kernel, and TCP slows it down.

use lunatic::Mailbox;
use umbra_otp::{Child, Handle, ProcessId, Wire};

use crate::messages::Go;

/// Messages that may be under way from a reader to its session.
const UNDER_WAY_MAX: u64 = 64;

/// The session's side.
#[derive(Debug)]
pub(crate) struct GateKeeper {
    reader: Handle<Go>,
    messages: u64,
}

impl GateKeeper {
    pub fn new(reader: &Child<()>) -> Self {
        // A reader has no inbox and no other messages.
        Self { reader: ProcessId::of(&reader.handle).handle(), messages: 0 }
    }

    pub fn taken(&mut self) {
        self.messages += 1;
        if self.messages.is_multiple_of(UNDER_WAY_MAX / 2) {
            self.reader.send(Go { messages: self.messages });
        }
    }
}

/// The reader's side.
pub(crate) struct Gate {
    mailbox: Mailbox<Go, Wire>,
    messages: u64,
    taken: u64,
}

impl Gate {
    /// Once a process, and only in one without an inbox.
    pub fn new() -> Self {
        // SAFETY: this process has no other mailbox.
        let mailbox = unsafe { Mailbox::new() };
        Self { mailbox, messages: 0, taken: 0 }
    }

    /// One more message is on its way. Waits while there are too many.
    pub fn pass(&mut self) {
        self.messages += 1;
        while self.messages - self.taken >= UNDER_WAY_MAX {
            self.taken = self.mailbox.receive().messages;
        }
    }
}
