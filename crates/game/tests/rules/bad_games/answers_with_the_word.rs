//! RULES, the kit tested: a game that answers with another seat's word.

use umbra_game::{Answer, Out, Refusal, Seat};

use super::whisper::{self, Event, Flaw, State};

pub struct AnswersWithTheWord;

impl Flaw for AnswersWithTheWord {
    fn call(state: &mut State, seat: Seat, number: u8, out: &mut Out<Event>) -> Result<Answer, Refusal> {
        whisper::call(state, seat, number, out)?;
        Ok(Answer::of(&state.words))
    }
}
