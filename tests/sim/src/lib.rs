//! The server's own processes in a simulated runtime ([`umbra_faults::sim`]), at a game that is written down here.

pub mod busy;
pub mod tictactoe;

use umbra_machine::settings::Settings;

pub use umbra_faults::sim::{Client, Server};

/// As an operator would have them, but that nobody waits for a busy room: what is told is compared to the millisecond.
pub fn settings() -> Settings {
    Settings { room_pace_ms: 0, ..umbra_faults::sim::settings() }
}
