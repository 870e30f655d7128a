//! RULES, the kit tested: a game that never shows a word, but something that depends on it.

use umbra_game::Viewer;

use super::whisper::{self, Flaw, State, View};

pub struct HintsAtTheWord;

impl Flaw for HintsAtTheWord {
    fn view(state: &State, viewer: Viewer) -> View {
        let odd = state.words.values().filter(|word| word.ends_with(['1', '3', '5', '7', '9'])).count();
        View { note: format!("{odd} of the words are odd"), ..whisper::view(state, viewer) }
    }
}
