//! EDGE: what is to be written to a connection; the only place that writes.
//!
//! Whatever is to be said in one turn of the connection's task collects here and leaves in one write. The buffer for it is
//! the thread's; a connection has one of its own only while its client does not take everything.

use std::cell::Cell;
use std::collections::VecDeque;
use std::mem;
use std::task::{Context, Poll};

use crate::stream::Stream;

/// A thread's buffer that grew past this for somebody is given back.
const KEEP_BYTES: usize = 256 * 1024;

thread_local! {
    static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// What somebody wants to hear of once it is written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// A batch of the user's, with the `ref`s that are answered in it.
    Batch(Vec<u64>),
    /// The goodbye.
    Goodbye,
    /// The one reply to a request that is no handshake.
    Reply,
}

/// The writing half of a connection.
#[derive(Default)]
pub(crate) struct Outlet {
    bytes: Vec<u8>,
    /// How many of `bytes` are written.
    gone: usize,
    /// All bytes there ever were before `bytes`.
    before: u64,
    marks: VecDeque<(u64, Mark)>,
    /// The stream has taken everything, but may still keep some back.
    unflushed: bool,
    /// Since when the client has taken nothing.
    stalled_since_ms: Option<u64>,
}

impl Outlet {
    /// At the beginning of a turn.
    pub(crate) fn open(&mut self) {
        if self.bytes.capacity() == 0 {
            self.bytes = SPARE.take();
        }
    }

    /// At the end of a turn.
    pub(crate) fn close(&mut self) {
        self.before += self.gone as u64;
        self.bytes.drain(..self.gone);
        self.gone = 0;
        if !self.bytes.is_empty() {
            return;
        }
        let bytes = mem::take(&mut self.bytes);
        if bytes.capacity() <= KEEP_BYTES {
            SPARE.set(bytes);
        }
    }

    /// Says something: appends it to what is there.
    pub(crate) fn say(&mut self, make: impl FnOnce(&mut Vec<u8>)) {
        make(&mut self.bytes);
    }

    /// Everything that was said so far bears this mark.
    pub(crate) fn mark(&mut self, mark: Mark) {
        self.marks.push_back((self.before + self.bytes.len() as u64, mark));
    }

    /// The next mark up to which everything is written.
    pub(crate) fn next_written(&mut self) -> Option<Mark> {
        let written = self.before + self.gone as u64;
        let (_, mark) = self.marks.pop_front_if(|(end, _)| *end <= written && !self.unflushed)?;
        Some(mark)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.gone == self.bytes.len() && !self.unflushed
    }

    /// Since when the client has taken nothing of what there is.
    pub(crate) fn stalled_since_ms(&self) -> Option<u64> {
        self.stalled_since_ms
    }

    /// Writes what can be written now. `Err`: the connection is of no use any more.
    pub(crate) fn flush(&mut self, now_ms: u64, stream: &mut Stream, context: &mut Context<'_>) -> Result<(), ()> {
        let mut any = false;
        while self.gone < self.bytes.len() {
            match stream.poll_write(context, &self.bytes[self.gone..]) {
                Poll::Ready(Ok(0) | Err(_)) => return Err(()),
                Poll::Ready(Ok(written)) => {
                    self.gone += written;
                    (any, self.unflushed) = (true, stream.holds_back());
                }
                Poll::Pending => {
                    self.stalled(now_ms, any);
                    return Ok(());
                }
            }
        }
        if self.unflushed {
            match stream.poll_flush(context) {
                Poll::Ready(Ok(())) => self.unflushed = false,
                Poll::Ready(Err(_)) => return Err(()),
                Poll::Pending => {
                    self.stalled(now_ms, any);
                    return Ok(());
                }
            }
        }
        self.stalled_since_ms = None;
        Ok(())
    }

    fn stalled(&mut self, now_ms: u64, any: bool) {
        if any || self.stalled_since_ms.is_none() {
            self.stalled_since_ms = Some(now_ms);
        }
    }
}
