//! The limits of a session.

use crate::settings::Settings;

/// The limits of a session, milliseconds and counts; see [`Settings`] for their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[expect(missing_docs, reason = "each is the setting of the same name")]
pub struct SessionLimits {
    pub pending_actions_max: usize,
    pub history_events_max: usize,
    pub history_bytes_max: usize,
    pub request_timeout_ms: u64,
    pub slow_socket_ms: u64,
    pub heartbeat_ms: u64,
    pub seat_grace_ms: u64,
    pub result_grace_ms: u64,
    pub chaos: bool,
}

impl SessionLimits {
    /// A session's part of the settings.
    pub fn of(settings: &Settings) -> Self {
        Self {
            pending_actions_max: settings.pending_actions_max,
            history_events_max: settings.history_events_max,
            history_bytes_max: settings.history_bytes_max,
            request_timeout_ms: settings.request_timeout_ms,
            slow_socket_ms: settings.slow_socket_ms,
            heartbeat_ms: settings.heartbeat_ms,
            seat_grace_ms: settings.seat_grace_ms,
            result_grace_ms: settings.result_grace_ms,
            chaos: settings.chaos,
        }
    }
}
