//! RULES, the kit tested: a game that has a turn that is waiting for nobody.

use umbra_game::Turn;

use super::whisper::{self, Flaw, State};

pub struct WaitsForNobody;

impl Flaw for WaitsForNobody {
    fn turn(state: &State) -> Turn {
        Turn { waiting: Vec::new(), ..whisper::turn(state) }
    }
}
