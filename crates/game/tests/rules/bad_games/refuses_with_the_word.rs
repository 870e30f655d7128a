//! RULES, the kit tested: a game that gives a word away in the sentence of a refusal.

use umbra_game::{Answer, Out, Refusal, Seat};

use super::whisper::{self, Event, Flaw, State};

pub struct RefusesWithTheWord;

impl Flaw for RefusesWithTheWord {
    fn call(state: &mut State, seat: Seat, number: u8, out: &mut Out<Event>) -> Result<Answer, Refusal> {
        let words = format!("{:?}", state.words);
        whisper::call(state, seat, number, out).map_err(|_| Refusal::Illegal(words))
    }
}
