//! RULES, the kit tested: a game that shows everybody all words.

use umbra_game::Viewer;

use super::whisper::{self, Flaw, State, View};

pub struct LeaksTheWord;

impl Flaw for LeaksTheWord {
    fn view(state: &State, viewer: Viewer) -> View {
        View { note: format!("{:?}", state.words), ..whisper::view(state, viewer) }
    }
}
