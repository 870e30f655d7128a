//! RULES, the kit tested: a game that refuses nothing.

use umbra_game::{Answer, Out, Refusal, Seat};

use super::whisper::{self, Event, Flaw, State};

pub struct AcceptsEverything;

impl Flaw for AcceptsEverything {
    fn call(state: &mut State, seat: Seat, number: u8, out: &mut Out<Event>) -> Result<Answer, Refusal> {
        whisper::call(state, seat, number.min(9), out)
    }
}
