//! RULES, the kit tested: a game that tells the next seat alone what only the first may know.

use umbra_game::{Answer, Out, Refusal, Seat};

use super::whisper::{self, Event, Flaw, State};

pub struct TellsTheWrongSeat;

impl Flaw for TellsTheWrongSeat {
    fn call(state: &mut State, seat: Seat, number: u8, out: &mut Out<Event>) -> Result<Answer, Refusal> {
        let answer = whisper::call(state, seat, number, out)?;
        out.only(state.mover, Event::Called { seat, text: state.words[&seat].clone() });
        Ok(answer)
    }
}
