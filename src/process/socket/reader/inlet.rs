//! The readable side of a connection, one read of the kernel at a time.

use std::io::{ErrorKind, Read as _};
use std::time::Duration;

use lunatic::net::TcpStream;

use super::READ_BYTES;

/// The stream and the time-out it has now.
pub(super) struct Inlet {
    stream: TcpStream,
    patience_ms: u64,
}

/// What one read came to.
pub(super) enum Read {
    Bytes,
    /// Its time was up.
    Nothing,
    End,
}

impl Inlet {
    pub fn new(stream: TcpStream) -> Self {
        Self { stream, patience_ms: 0 }
    }

    /// How long the next read may take; costs a call only when it changes.
    pub fn patience(&mut self, ms: u64) {
        if self.patience_ms != ms {
            self.patience_ms = ms;
            // The runtime takes any duration; its error is there for other kinds of stream.
            let _ = self.stream.set_read_timeout(Some(Duration::from_millis(ms)));
        }
    }

    /// One read, appended to `bytes`.
    pub fn take(&mut self, bytes: &mut Vec<u8>) -> Read {
        let mut piece = [0; READ_BYTES];
        match self.stream.read(&mut piece) {
            Ok(0) => Read::End,
            Ok(length) => {
                bytes.extend_from_slice(&piece[..length]);
                Read::Bytes
            }
            Err(error) if error.kind() == ErrorKind::TimedOut => Read::Nothing,
            Err(_) => Read::End,
        }
    }

    /// Reads and forgets until the other side ends or is silent for that long.
    pub fn drain(&mut self, patience: Duration) {
        self.patience(u64::try_from(patience.as_millis()).unwrap_or(u64::MAX));
        let mut piece = [0; READ_BYTES];
        while self.stream.read(&mut piece).is_ok_and(|length| length > 0) {}
    }
}
