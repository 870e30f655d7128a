//! RULES, the kit tested: a game that panics on numbers that it should refuse.

use umbra_game::{Answer, Out, Refusal, Seat};

use super::whisper::{self, Event, Flaw, State};

pub struct PanicsOnNonsense;

impl Flaw for PanicsOnNonsense {
    fn call(state: &mut State, seat: Seat, number: u8, out: &mut Out<Event>) -> Result<Answer, Refusal> {
        assert!(number <= 9, "nobody would ever call {number}");
        whisper::call(state, seat, number, out)
    }
}
