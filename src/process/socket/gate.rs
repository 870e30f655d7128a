//! Between a socket and its reader: the reader reads on when the socket has dealt with what it read before.
//!
//! Without it a client could fill the socket's mailbox as fast as it can send. With it, what a client sends beyond a few
//! reads stays in the kernel's buffers, and TCP slows the client down.

use lunatic::Mailbox;
use umbra_otp::{Child, Handle, ProcessId, Wire};

use crate::process::messages::Go;

/// Reads that may be under way at a time. Before the sign-in it is one, so that the reader learns of that in time.
const READS_UNDER_WAY: u64 = 8;
/// Reads after which the socket lets the reader know; a half of the window, so that it seldom has to wait.
const READS_A_GO: u64 = READS_UNDER_WAY / 2;

/// The socket's side.
pub(super) struct GateKeeper {
    reader: Handle<Go>,
    reads: u64,
    told: Go,
    ended: bool,
}

impl GateKeeper {
    pub fn new(reader: &Child<()>) -> Self {
        // The reader has no other messages: it is a process without an inbox that receives from its `Gate` only.
        let reader = ProcessId::of(&reader.handle).handle();
        Self { reader, reads: 0, told: Go { reads: 0, signed_in: false }, ended: false }
    }

    pub fn read_arrived(&mut self) {
        self.reads += 1;
    }

    /// What has arrived is dealt with.
    pub fn open(&mut self, signed_in: bool) {
        let due = !self.told.signed_in || self.reads - self.told.reads >= READS_A_GO;
        if !self.ended && due && self.reads > self.told.reads {
            self.told = Go { reads: self.reads, signed_in };
            self.reader.send(self.told);
        }
    }

    pub fn reader_ended(&mut self) {
        self.ended = true;
    }

    pub fn has_reader_ended(&self) -> bool {
        self.ended
    }
}

/// The reader's side.
pub(super) struct Gate {
    mailbox: Mailbox<Go, Wire>,
    reads: u64,
    told: Go,
}

impl Gate {
    /// Once a process, and only in one without an inbox.
    pub fn new() -> Self {
        // SAFETY: this process has no other mailbox.
        let mailbox = unsafe { Mailbox::new() };
        Self { mailbox, reads: 0, told: Go { reads: 0, signed_in: false } }
    }

    /// One more read is on its way to the socket. Waits while there are too many.
    pub fn pass(&mut self) {
        self.reads += 1;
        while self.reads - self.told.reads >= self.window() {
            self.told = self.mailbox.receive();
        }
    }

    pub fn signed_in(&self) -> bool {
        self.told.signed_in
    }

    fn window(&self) -> u64 {
        if self.told.signed_in { READS_UNDER_WAY } else { 1 }
    }
}
