//! RULES, the kit tested: a game that panics on one of the ten numbers.

use umbra_game::{Answer, Out, Refusal, Seat};

use super::whisper::{self, Event, Flaw, State};

pub struct PanicsOnMove;

impl Flaw for PanicsOnMove {
    fn call(state: &mut State, seat: Seat, number: u8, out: &mut Out<Event>) -> Result<Answer, Refusal> {
        assert!(number != 7, "seven is too much");
        whisper::call(state, seat, number, out)
    }
}
