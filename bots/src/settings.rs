//! BOTS, settings: out of the environment, since the runtime passes on no arguments.

use serde::{Deserialize, Serialize};
use umbra_protocol::RoomId;

/// The most bots of one program: each is three processes.
pub const COUNT_MAX: u32 = 500;

/// Where the bots play, and what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// How many there are. `BOTS`, 1 to [`COUNT_MAX`]; 1 unless told.
    pub count: u32,
    /// `ws://host[:port]/ws`. `BOTS_URL`; the server of this machine unless told.
    pub url: String,
    /// Which room to sit down in. `BOTS_ROOM`; any that fits unless told.
    pub room: Option<RoomId>,
    /// What to play where no room is named. `BOTS_GAME`; undercover unless told.
    pub game: String,
}

impl Settings {
    /// Reads them; `variable` knows the environment. An empty one counts as none.
    ///
    /// # Errors
    /// A sentence about what is wrong.
    pub fn load(variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let given = |name: &str| variable(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let count = match given("BOTS") {
            Some(text) => text
                .parse()
                .ok()
                .filter(|count| (1..=COUNT_MAX).contains(count))
                .ok_or_else(|| format!("BOTS is {text}, expected the number of bots, 1 to {COUNT_MAX}"))?,
            None => 1,
        };
        Ok(Self {
            count,
            url: given("BOTS_URL").unwrap_or_else(|| "ws://127.0.0.1:4000/ws".into()),
            room: given("BOTS_ROOM").map(|room| RoomId(room.to_ascii_uppercase().into())),
            game: given("BOTS_GAME").unwrap_or_else(|| "undercover".into()),
        })
    }
}
