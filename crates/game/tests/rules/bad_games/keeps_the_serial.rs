//! RULES, the kit tested: a game that has new turns under an old number.

use umbra_game::Turn;

use super::whisper::{self, Flaw, State};

pub struct KeepsTheSerial;

impl Flaw for KeepsTheSerial {
    fn turn(state: &State) -> Turn {
        Turn { serial: state.turns / 2, ..whisper::turn(state) }
    }
}
