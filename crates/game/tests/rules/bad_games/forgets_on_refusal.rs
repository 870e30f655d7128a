//! RULES, the kit tested: a game that changes its state and then refuses.

use umbra_game::{Answer, Out, Refusal, Seat};

use super::whisper::{self, Event, Flaw, State};

pub struct ForgetsOnRefusal;

impl Flaw for ForgetsOnRefusal {
    fn call(state: &mut State, seat: Seat, number: u8, out: &mut Out<Event>) -> Result<Answer, Refusal> {
        whisper::next(state);
        state.turns -= 1;
        if number > 9 {
            return whisper::call(state, seat, number, out);
        }
        out.all(Event::Called { seat, text: number.to_string() });
        state.turns += 1;
        Ok(Answer::NONE)
    }
}
