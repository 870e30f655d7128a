//! RULES, the kit tested: a game that tells everybody the word of the one who acts.

use umbra_game::{Answer, Out, Refusal, Seat};

use super::whisper::{self, Event, Flaw, State};

pub struct TellsTheWord;

impl Flaw for TellsTheWord {
    fn call(state: &mut State, seat: Seat, number: u8, out: &mut Out<Event>) -> Result<Answer, Refusal> {
        out.all(Event::Called { seat, text: state.words[&seat].clone() });
        whisper::call(state, seat, number, out)
    }
}
