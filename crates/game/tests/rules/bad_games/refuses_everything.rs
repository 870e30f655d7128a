//! RULES, the kit tested: a game that refuses what it calls legal.

use umbra_game::{Answer, Out, Refusal, Seat};

use super::whisper::{Event, Flaw, State};

pub struct RefusesEverything;

impl Flaw for RefusesEverything {
    fn call(_state: &mut State, _seat: Seat, _number: u8, _out: &mut Out<Event>) -> Result<Answer, Refusal> {
        Err(Refusal::illegal("not today, expected tomorrow"))
    }
}
