//! FAULTS, games: the games that ship, as the kit plays them. A game of your own is a [`Subject`] like these.

use serde_json::json;
use umbra_game::rules;

use crate::script::Subject;
use crate::strategy::{PlacesAnywhere, Relays, SpeaksAndVotes};

/// Half an hour, milliseconds: no deadline passes while a match is played.
const LONG_MS: u64 = 1_800_000;

/// All of them.
pub fn shipped() -> [Subject; 3] {
    [
        Subject {
            rules: rules::<tictactoe::TicTacToe>(),
            strategy: &PlacesAnywhere,
            seats: 2..=2,
            options: json!({ "turnMs": LONG_MS }),
            actions_max: 9,
        },
        Subject {
            rules: rules::<undercover::Undercover>(),
            strategy: &SpeaksAndVotes,
            seats: 4..=5,
            options: json!({ "speakMs": LONG_MS, "voteMs": LONG_MS }),
            actions_max: 200,
        },
        Subject {
            rules: rules::<relay::Relay>(),
            strategy: &Relays,
            seats: 3..=3,
            options: json!({}),
            actions_max: 12,
        },
    ]
}

/// The one of that name.
pub fn named(name: &str) -> Option<Subject> {
    shipped().into_iter().find(|subject| subject.rules.name() == name)
}
