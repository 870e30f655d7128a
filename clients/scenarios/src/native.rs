//! SCENARIOS, native connections: a listener of the standard library that does not wait for ever.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

use socket2::SockRef;

use crate::Listen;

/// For anything that a client does at once, on a machine that is busy with something else.
const SOON: Duration = Duration::from_secs(30);

/// A port of this machine.
#[derive(Debug)]
pub struct Port(TcpListener);

impl Port {
    /// Any free one.
    ///
    /// # Panics
    /// If there is none.
    pub fn any() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        // Linux applies it to accepting.
        SockRef::from(&listener).set_read_timeout(Some(SOON)).expect("a time-out can be set");
        Self(listener)
    }
}

impl Listen for Port {
    type Stream = TcpStream;

    fn accept(&mut self) -> TcpStream {
        let (stream, _) = self.0.accept().unwrap_or_else(|error| panic!("no connection comes: {error}"));
        stream.set_read_timeout(Some(SOON)).expect("a time-out can be set");
        stream.set_nodelay(true).expect("a connection can be told so");
        stream
    }

    fn address(&self) -> String {
        self.0.local_addr().expect("it is bound").to_string()
    }
}
