//! TWINS, settings: the one table of everything that can be set.
//!
//! A row is `name: type = default, limit;` under the sentences an operator reads: unit first, then what follows from
//! it. To add a setting, add a row, and run the tests with `UPDATE_PAGES=1` to write the operators' pages anew.

use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use toml::de::DeValue;

use super::field::Field;
use super::kinds::{LogLevel, Secret};

/// A span of time between two things a client or the server does; the least is for tests.
const TEMPO_MS: std::ops::RangeInclusive<u64> = 10..=86_400_000;
/// How long something is kept for somebody who is away; 0 is a choice of its own.
const GRACE_MS: std::ops::RangeInclusive<u64> = 0..=604_800_000;
/// What a process may use: below 2 MiB it could not even start, above 4 GiB wasm cannot address.
const MEMORY_BYTES: std::ops::RangeInclusive<u64> = 2_097_152..=4_294_967_296;

/// One row of the table. What depends on its type is a function over all rows (`impl Row` below), not a pointer to one in
/// each: on WebAssembly every process pays for every function that is pointed to.
pub(super) struct Row {
    /// Which one it is.
    name: Name,
    /// Its key in the file.
    pub(super) key: &'static str,
    /// What operators read about it.
    #[cfg(test)]
    pub(super) about: &'static str,
    /// Whether an error may repeat its value.
    pub(super) shown: bool,
}

macro_rules! settings {
    ($( $(#[doc = $about:literal])+ $key:ident: $type:ty = $default:expr, $limit:expr; )+) => {
        /// Everything an operator may choose. `Settings::default()` is what an empty configuration gives.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub struct Settings {
            $( $(#[doc = $about])+ pub $key: $type, )+
        }

        impl Default for Settings {
            fn default() -> Self {
                Self { $( $key: $default, )+ }
            }
        }

        /// The settings, named as in the table.
        #[allow(non_camel_case_types)]
        #[derive(Clone, Copy)]
        enum Name {
            $($key,)+
        }

        pub(super) static ROWS: &[Row] = &[$(Row {
            name: Name::$key,
            key: stringify!($key),
            #[cfg(test)]
            about: concat!($($about),+),
            shown: <$type as Field>::SHOWN,
        }),+];

        impl Row {
            /// Completes "expected …".
            pub(super) fn expected(&self) -> String {
                match self.name {
                    $(Name::$key => <$type as Field>::expected(&$limit),)+
                }
            }

            /// Its value in some settings, as it would stand in the file.
            #[cfg(test)]
            pub(super) fn in_toml(&self, settings: &Settings) -> String {
                match self.name {
                    $(Name::$key => settings.$key.in_toml(),)+
                }
            }

            /// Sets it from the file; `None` for a value that is refused.
            pub(super) fn set_from_file(&self, settings: &mut Settings, value: &DeValue<'_>) -> Option<()> {
                match self.name {
                    $(Name::$key => settings.$key = <$type as Field>::from_file(value, &$limit)?,)+
                }
                Some(())
            }

            /// Sets it from a variable's text; `None` for a value that is refused.
            pub(super) fn set_from_variable(&self, settings: &mut Settings, text: &str) -> Option<()> {
                match self.name {
                    $(Name::$key => settings.$key = <$type as Field>::from_variable(text, &$limit)?,)+
                }
                Some(())
            }
        }
    };
}

settings! {
    /// The address and port to listen on. Port 0 takes any free one.
    bind: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 4000), ();
    /// The file with the certificate chain for TLS, PEM, the server's own first. Empty: no TLS. With it everything on the
    /// port is `https:` and `wss:`. Only where the launcher owns the connections; read again when it changes.
    tls_certificate: PathBuf = PathBuf::new(), ();
    /// The file with the key of that certificate, PEM.
    tls_key: PathBuf = PathBuf::new(), ();
    /// Whether somebody may sign in with a name alone. If false, every `HELLO` needs a token.
    guests: bool = true, ();
    /// The key with which the game's own backend signs tokens (HS256). Empty: such tokens are refused.
    jwt_secret: Secret = Secret::default(), 32;
    /// The key with which this server signs session tokens. Empty: a random one at each start, so that
    /// sessions end with the server.
    session_secret: Secret = Secret::default(), 32;
    /// Milliseconds that a session token stays good. After it the user has to sign in anew.
    session_ttl_ms: u64 = 604_800_000, 1_000..=31_536_000_000;
    /// The bearer token of `/admin`. Empty: there is no `/admin`.
    admin_token: Secret = Secret::default(), 16;
    /// For tests: whether `/admin` ends and lists processes, and rooms take the option `seed`. Never where people play.
    chaos: bool = false, ();
    /// How much is logged.
    log_level: LogLevel = LogLevel::Info, ();
    /// Bytes of the largest message a client may send. A larger one closes the connection with 1009.
    max_message_bytes: usize = 16_384, 1_024..=1_048_576;
    /// Milliseconds without a sign of life after which the server sends a ping.
    heartbeat_ms: u64 = 15_000, TEMPO_MS;
    /// Further milliseconds of silence after that ping, past which the connection closes with 4006.
    heartbeat_timeout_ms: u64 = 15_000, TEMPO_MS;
    /// Milliseconds from the connection's start to the end of its `HELLO`. Later closes it with 4002.
    hello_timeout_ms: u64 = 5_000, TEMPO_MS;
    /// Milliseconds to wait for the client's half of a close. After it the connection is cut.
    close_timeout_ms: u64 = 2_000, TEMPO_MS;
    /// Milliseconds that one write may take. Past it the connection is cut.
    write_timeout_ms: u64 = 10_000, TEMPO_MS;
    /// Milliseconds that events may wait for a client that does not read. Past it the connection closes with 4004.
    slow_socket_ms: u64 = 10_000, TEMPO_MS;
    /// Milliseconds that one process of the server waits for another's answer. Past it the action fails as `INTERNAL`.
    request_timeout_ms: u64 = 5_000, TEMPO_MS;
    /// Messages a second that one connection may send for long. Past it they are refused as `RATE_LIMITED`.
    messages_per_second: u32 = 500, 1..=1_000_000;
    /// Messages that one connection may send at once, before the rate counts.
    messages_burst: u32 = 1_000, 1..=1_000_000;
    /// Users at one time. One more gets `SERVER_FULL` and close 4008.
    users_max: usize = 2_500, 1..=1_000_000;
    /// Rooms at one time. One more gets `SERVER_FULL`.
    rooms_max: usize = 2_000, 1..=1_000_000;
    /// Spectators of one room. One more gets `ROOM_FULL`.
    spectators_max: usize = 64, 0..=10_000;
    /// Milliseconds between two times that a busy room deals with actions and chat, at least: what comes meanwhile waits and
    /// is dealt with in one go. A room with little to do waits for nothing. 0: a busy room, too, only waits for what others
    /// send in the same instant, which takes as long as the node is busy.
    room_pace_ms: u64 = 0, 0..=1_000;
    /// Actions of one user that may wait for a room's answer. One more gets `RATE_LIMITED`.
    pending_actions_max: usize = 64, 1..=10_000;
    /// Events kept for a user until the client has acknowledged them. Past it the oldest go, and who needed them
    /// resyncs.
    history_events_max: usize = 1_024, 1..=1_000_000;
    /// Bytes of those events, likewise.
    history_bytes_max: usize = 524_288, 1_024..=67_108_864;
    /// Milliseconds that the seat of a player who dropped is held in game. 0: until the match ends. Past it the player
    /// is out.
    seat_grace_ms: u64 = 0, GRACE_MS;
    /// Milliseconds that the seat of a player who dropped is held while waiting. 0: it is given up at once.
    lobby_grace_ms: u64 = 0, GRACE_MS;
    /// Milliseconds that a match's result waits for a player who was offline at its end.
    result_grace_ms: u64 = 300_000, GRACE_MS;
    /// Milliseconds with every player offline after which a match ends as abandoned.
    abandon_ms: u64 = 300_000, GRACE_MS;
    /// Milliseconds that clients are given to leave when the server drains.
    drain_ms: u64 = 5_000, GRACE_MS;
    /// Restarts of one process within `restart_period_ms`. One more and its supervisor gives it up.
    restarts_max: u32 = 5, 0..=1_000;
    /// Milliseconds in which `restarts_max` restarts are counted.
    restart_period_ms: u64 = 10_000, TEMPO_MS;
    /// Bytes of memory of one room's process. Growing past them ends the room.
    room_memory_bytes: u64 = 67_108_864, MEMORY_BYTES;
    /// Bytes of memory of one user's process. Growing past them restarts the user.
    user_memory_bytes: u64 = 67_108_864, MEMORY_BYTES;
    /// Bytes of memory of each process of a connection. Growing past them cuts the connection.
    socket_memory_bytes: u64 = 33_554_432, MEMORY_BYTES;
}

impl Settings {
    /// The files of TLS, if it is wanted: certificate and key.
    pub fn tls(&self) -> Option<(&Path, &Path)> {
        let files = (self.tls_certificate.as_path(), self.tls_key.as_path());
        (!self.tls_certificate.as_os_str().is_empty()).then_some(files)
    }
}
