//! RULES, the kit tested: a game that waits for those whose time has passed.

use umbra_game::Seat;

use super::whisper::{Flaw, State};

pub struct StallsForever;

impl Flaw for StallsForever {
    fn skip(_state: &mut State, _seat: Seat) {}
}
