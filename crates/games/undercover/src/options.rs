//! RULES of `undercover`: what the creator of a room may choose.

use serde::{Deserialize, Serialize};
use umbra_game::OptionRefused;

/// The shortest turn that may be asked for, in milliseconds.
pub const TURN_MS_MIN: u64 = 100;
/// The longest turn that may be asked for, in milliseconds: an hour.
pub const TURN_MS_MAX: u64 = 3_600_000;

/// What the creator of a room may choose.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// How long one seat may think before it speaks, in milliseconds; past it the seat is skipped.
    pub speak_ms: u64,
    /// How long the whole vote may last, in milliseconds; who has not voted by then abstains.
    pub vote_ms: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { speak_ms: 60_000, vote_ms: 30_000 }
    }
}

impl Options {
    pub(crate) fn check(&self) -> Result<(), OptionRefused> {
        OptionRefused::outside("speakMs", self.speak_ms, TURN_MS_MIN..=TURN_MS_MAX)?;
        OptionRefused::outside("voteMs", self.vote_ms, TURN_MS_MIN..=TURN_MS_MAX)
    }
}
