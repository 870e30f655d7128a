//! RULES, the kit tested: a game that gives a turn to a seat that has left.

use umbra_game::Seat;

use super::whisper::{Flaw, State};

pub struct WaitsForTheFled;

impl Flaw for WaitsForTheFled {
    fn flee(state: &mut State, seat: Seat) {
        if state.mover != seat {
            state.present.retain(|present| *present != seat);
        }
    }
}
