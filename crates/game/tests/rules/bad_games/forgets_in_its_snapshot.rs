//! RULES, the kit tested: a game that keeps something where its snapshots do not see it.

use umbra_game::{Answer, Out, Refusal, Seat};

use super::whisper::{self, Event, Flaw, State};

pub struct ForgetsInItsSnapshot;

impl Flaw for ForgetsInItsSnapshot {
    fn call(state: &mut State, seat: Seat, number: u8, out: &mut Out<Event>) -> Result<Answer, Refusal> {
        let answer = whisper::call(state, seat, number, out)?;
        state.forgotten += 1;
        Ok(answer)
    }
}
