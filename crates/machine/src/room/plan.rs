//! What a room is made from, and its limits.

use umbra_protocol::{RoomId, Uid};

use crate::settings::Settings;

/// What a room is made from; never changes while it lives.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct RoomPlan {
    /// Its name.
    pub room_id: RoomId,
    /// The game's name.
    pub game: String,
    /// The game's options as [`umbra_game::Rules::options`] gave them.
    pub options: String,
    /// How many seats, within the game's range.
    pub seats: u8,
    /// Not listed and not found by quick join.
    pub private: bool,
    /// Who asked for it: the only one who can be the first to join.
    pub creator: Uid,
    /// Where the randomness of all its matches comes from.
    pub seed: u64,
}

/// The limits and grace periods of a room, milliseconds and counts; see [`Settings`] for their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[expect(missing_docs, reason = "each is the setting of the same name")]
pub struct RoomLimits {
    pub seat_grace_ms: u64,
    pub lobby_grace_ms: u64,
    pub result_grace_ms: u64,
    pub abandon_ms: u64,
    pub spectators_max: usize,
    /// How long a new room waits for its creator: the time a user waits for an answer.
    pub request_timeout_ms: u64,
}

impl RoomLimits {
    /// A room's part of the settings.
    pub fn of(settings: &Settings) -> Self {
        Self {
            seat_grace_ms: settings.seat_grace_ms,
            lobby_grace_ms: settings.lobby_grace_ms,
            result_grace_ms: settings.result_grace_ms,
            abandon_ms: settings.abandon_ms,
            spectators_max: settings.spectators_max,
            request_timeout_ms: settings.request_timeout_ms,
        }
    }
}
