//! The limits of a connection.

use serde::{Deserialize, Serialize};

use crate::heartbeat::Tempo;
use crate::settings::Settings;

/// The limits of a connection, milliseconds and counts; see [`Settings`] for their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the setting of the same name")]
pub struct SocketLimits {
    pub max_message_bytes: usize,
    pub messages_per_second: u32,
    pub messages_burst: u32,
    pub heartbeat_ms: u64,
    pub heartbeat_timeout_ms: u64,
    pub hello_timeout_ms: u64,
    pub close_timeout_ms: u64,
    pub request_timeout_ms: u64,
    pub write_timeout_ms: u64,
    pub slow_socket_ms: u64,
}

impl SocketLimits {
    /// A connection's part of the settings.
    pub fn of(settings: &Settings) -> Self {
        Self {
            max_message_bytes: settings.max_message_bytes,
            messages_per_second: settings.messages_per_second,
            messages_burst: settings.messages_burst,
            heartbeat_ms: settings.heartbeat_ms,
            heartbeat_timeout_ms: settings.heartbeat_timeout_ms,
            hello_timeout_ms: settings.hello_timeout_ms,
            close_timeout_ms: settings.close_timeout_ms,
            request_timeout_ms: settings.request_timeout_ms,
            write_timeout_ms: settings.write_timeout_ms,
            slow_socket_ms: settings.slow_socket_ms,
        }
    }

    /// When it is pinged and given up.
    pub fn tempo(&self) -> Tempo {
        Tempo {
            heartbeat_ms: self.heartbeat_ms,
            heartbeat_timeout_ms: self.heartbeat_timeout_ms,
            hello_timeout_ms: self.hello_timeout_ms,
        }
    }

    /// How long a write may make no progress before the connection is cut, in milliseconds: long enough for a slow
    /// client to be told so (4004) should it read again after all.
    pub fn stalled_write_ms(&self) -> u64 {
        self.slow_socket_ms.saturating_add(self.write_timeout_ms)
    }
}
