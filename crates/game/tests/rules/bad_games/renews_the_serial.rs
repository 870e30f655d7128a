//! RULES, the kit tested: a game that begins the same turn anew because somebody else has left.

use umbra_game::{Seat, Turn};

use super::whisper::{self, Flaw, State};

pub struct RenewsTheSerial;

impl Flaw for RenewsTheSerial {
    fn turn(state: &State) -> Turn {
        Turn { serial: state.turns, ..whisper::turn(state) }
    }
    fn flee(state: &mut State, seat: Seat) {
        let same = state.mover != seat;
        whisper::flee(state, seat);
        if same {
            state.turns += 1;
        }
    }
}
