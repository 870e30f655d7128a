//! RULES, the kit tested: a game that numbers its turns from the last to the first.

use umbra_game::Turn;

use super::whisper::{self, Flaw, State};

pub struct CountsTurnsBackwards;

impl Flaw for CountsTurnsBackwards {
    fn turn(state: &State) -> Turn {
        Turn { serial: 100 - state.turns, ..whisper::turn(state) }
    }
}
