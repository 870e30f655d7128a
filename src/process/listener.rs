//! The listener's process: accepts connections and starts a socket for each. It decides nothing. Where a native edge owns
//! the connections, the listener is [`at_edge`] instead.
//!
//! Sockets are not linked to it: when it dies and is started again, open connections never notice.

pub mod at_edge;

use std::io::Write;
use std::net::SocketAddr;
use std::time::Duration;

use lunatic::net::{TcpListener, TcpStream};
use serde::{Deserialize, Serialize};
use umbra_http::StatusCode;
use umbra_machine::settings::Settings;
use umbra_otp::{Ack, ProcessId, ProcessLimits, names, spawn};

use super::LISTENER;
use super::socket::{self, SocketArgs};
use crate::log;

/// What the listener is started with.
#[derive(Debug, Serialize, Deserialize)]
pub struct ListenerArgs {
    /// All settings.
    pub settings: Settings,
    /// To say that the port is open.
    pub ack: Ack,
}

/// Attempts to open the port: just after a kill, the port of the former listener can still be taken.
const BIND_ATTEMPTS: u32 = 20;
const BIND_PAUSE: Duration = Duration::from_millis(100);
/// After an accept that failed (out of file descriptors, say); doubled each time.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);
const ACCEPT_PAUSE_MAX: Duration = Duration::from_secs(1);

/// The process.
pub fn run(args: ListenerArgs) {
    let ListenerArgs { settings, ack } = args;
    log::set_level(settings.log_level);
    let listener = match open(&settings) {
        Ok(listener) => listener,
        Err(why) => {
            // To the operator at once: when this is the start of the server, the log's process ends with it, unheard.
            eprintln!("umbra: {why}");
            return ack.refused(why);
        }
    };
    let address = listener.local_addr().unwrap_or(settings.bind);
    names::register(LISTENER, ProcessId::this().handle::<()>());
    ack.started();
    say_ready(&settings, address);
    let mut pause = ACCEPT_PAUSE;
    loop {
        match listener.accept() {
            Ok((stream, _)) => {
                pause = ACCEPT_PAUSE;
                serve(stream, &settings);
            }
            Err(error) => {
                lunatic_log::error!("no connection can be accepted, next attempt in {pause:?}: {error}");
                lunatic::sleep(pause);
                pause = (pause * 2).min(ACCEPT_PAUSE_MAX);
            }
        }
    }
}

/// The line that operators and tests wait for.
fn say_ready(settings: &Settings, address: SocketAddr) {
    let scheme = if settings.tls().is_some() { "https" } else { "http" };
    println!("Umbra is ready: open {scheme}://{address}/");
}

/// Port 0 means any free one. It is chosen once, so that a listener that is started again opens the same.
pub fn choose_port(bind: SocketAddr) -> SocketAddr {
    let free = || TcpListener::bind(bind).and_then(|listener| listener.local_addr());
    // If there is none, the listener says why.
    if bind.port() == 0 { free().unwrap_or(bind) } else { bind }
}

fn open(settings: &Settings) -> Result<TcpListener, String> {
    let mut attempt = 1;
    loop {
        match TcpListener::bind(settings.bind) {
            Ok(listener) => return Ok(listener),
            Err(_) if attempt < BIND_ATTEMPTS => lunatic::sleep(BIND_PAUSE),
            Err(error) => return Err(format!("cannot listen on {} ({error}), expected a free port", settings.bind)),
        }
        attempt += 1;
    }
}

fn serve(stream: TcpStream, settings: &Settings) {
    let limits = ProcessLimits { memory_bytes: Some(settings.socket_memory_bytes), may_spawn: true };
    let mut spare = stream.clone();
    if let Err(error) = spawn(SocketArgs { stream, settings: settings.clone() }, socket::run, &limits) {
        lunatic_log::error!("no process for a connection: {error}");
        let sentence = "the server has no space for another connection, try again later";
        // A few bytes into an empty buffer; if even that fails, the client finds the connection closed.
        let _ = spare.write(&umbra_http::plain(StatusCode::SERVICE_UNAVAILABLE, sentence));
    }
}
