//! The readable side of a connection, one read of the kernel at a time.

use std::io::{self, ErrorKind, Read as _, Write};
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

    /// The stream as a WebSocket library wants it.
    pub fn once(&self) -> Once {
        let inlet = Inlet { stream: self.stream.clone(), patience_ms: self.patience_ms };
        Once { inlet, allowed: false, heard: false, ended: false, out: Vec::new() }
    }
}

/// A stream that allows one read at a time and would block after it; writes go into a buffer.
pub(super) struct Once {
    inlet: Inlet,
    allowed: bool,
    heard: bool,
    ended: bool,
    out: Vec<u8>,
}

impl Once {
    pub fn allow_one_read(&mut self, patience_ms: u64) {
        self.inlet.patience(patience_ms);
        (self.allowed, self.heard) = (true, false);
    }

    /// Whether bytes came, whether the stream has ended, and what is to be written.
    pub fn outcome(&mut self) -> (bool, bool, Vec<u8>) {
        (self.heard, self.ended, std::mem::take(&mut self.out))
    }
}

impl io::Read for Once {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !std::mem::take(&mut self.allowed) {
            return Err(ErrorKind::WouldBlock.into());
        }
        match self.inlet.stream.read(buffer) {
            Ok(length) => {
                (self.heard, self.ended) = (length > 0, length == 0);
                Ok(length)
            }
            Err(error) if error.kind() == ErrorKind::TimedOut => Err(ErrorKind::WouldBlock.into()),
            Err(error) => {
                self.ended = true;
                Err(error)
            }
        }
    }
}

impl Write for Once {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
