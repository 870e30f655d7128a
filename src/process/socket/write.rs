//! The only place that writes to a connection.

use std::io::{ErrorKind, Write};
use std::time::Duration;

use lunatic::net::TcpStream;
use umbra_machine::socket::SocketLimits;

/// The writing half of a connection.
pub(super) struct Outlet {
    stream: TcpStream,
}

impl Outlet {
    /// Before the stream is read anywhere: setting a time-out waits for a read that is under way.
    pub fn new(mut stream: TcpStream, limits: &SocketLimits) -> Self {
        // The runtime takes any duration; its error is there for other kinds of stream.
        let _ = stream.set_write_timeout(Some(Duration::from_millis(limits.stalled_write_ms())));
        Self { stream }
    }

    /// Writes everything. False: the connection is of no use any more.
    pub fn write(&mut self, bytes: &[u8]) -> bool {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.stream.write(rest) {
                Ok(0) => return false,
                Ok(written) => rest = &rest[written..],
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return false,
            }
        }
        true
    }
}
