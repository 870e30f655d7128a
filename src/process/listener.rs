//! The listener's process: accepts connections and starts a socket for each. It decides nothing.
//!
//! Sockets are not linked to it: when it dies and is started again, open connections never notice.

use std::io::Write;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::time::Duration;

use lunatic::net::{TcpListener, TcpStream};
use serde::{Deserialize, Serialize};
use umbra_http::StatusCode;
use umbra_machine::settings::Settings;
use umbra_otp::{Ack, ProcessId, ProcessLimits, names, spawn};

use super::socket::{self, SocketArgs};
use super::{LISTENER, random};
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
    println!("Umbra is ready: open http://{address}/");
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

/// Where port 0, any free one, is looked for first: below the ports that systems lend to outgoing connections (from 32768 on
/// Linux, 49152 elsewhere). One of those could be lent while a listener that died is being started again.
const PORTS: RangeInclusive<u16> = 10_000..=32_000;
const PORT_ATTEMPTS: u32 = 50;

/// Port 0 means any free one. It is chosen once, so that a listener that is started again opens the same.
pub fn choose_port(bind: SocketAddr) -> SocketAddr {
    if bind.port() != 0 {
        return bind;
    }
    let free = |port| TcpListener::bind(SocketAddr::new(bind.ip(), port)).and_then(|listener| listener.local_addr());
    let among = u64::from(PORTS.end() - PORTS.start()) + 1;
    (0..PORT_ATTEMPTS)
        .find_map(|_| free(PORTS.start() + (random() % among) as u16).ok())
        // If there is none at all, the listener says why.
        .unwrap_or_else(|| free(0).unwrap_or(bind))
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
