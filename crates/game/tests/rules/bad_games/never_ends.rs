//! RULES, the kit tested: a game that goes on as long as anybody stays.

use super::whisper::{Flaw, State};

pub struct NeverEnds;

impl Flaw for NeverEnds {
    fn over(state: &State) -> bool {
        state.present.is_empty()
    }
}
