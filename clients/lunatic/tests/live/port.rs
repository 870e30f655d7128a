//! A port of this machine, and what keeps a test from waiting for ever.

use std::time::Duration;

use lunatic::net::{TcpListener, TcpStream};
use umbra_client_scenarios::Listen;
use umbra_otp::{ProcessLimits, exit_failed, sleep, spawn_link_plain};

/// For anything that a client does at once, on a machine that is busy with something else.
pub const SOON: Duration = Duration::from_secs(60);

pub struct Port(TcpListener);

impl Port {
    pub fn any() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").expect("a free port"))
    }
}

impl Listen for Port {
    type Stream = TcpStream;

    fn accept(&mut self) -> TcpStream {
        let (mut stream, _) = self.0.accept().expect("a connection");
        stream.set_read_timeout(Some(SOON)).expect("any duration will do");
        stream
    }

    fn address(&self) -> String {
        self.0.local_addr().expect("it is bound").to_string()
    }
}

/// Ends a test that hangs for so long: accepting has no time-out.
pub fn watch_over_this_test(limit: Duration) {
    fn watch(limit: Duration) {
        sleep(limit);
        exit_failed("the test hangs");
    }
    spawn_link_plain(limit, watch, &ProcessLimits { memory_bytes: None, may_spawn: false }).expect("a process");
}
