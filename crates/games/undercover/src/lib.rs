//! RULES of `undercover` (谁是卧底): everybody has a word, most of them the same, nobody knows who has the other. Speak, vote, repeat.
//!
//! Where we are: `socket → user → **room** → user → socket`; the room holds one match of this. The files, in reading order: this one
//! (the game as the room knows it), [`play`](State) (how a match moves), `ballot` (how votes are counted), `words` (what is dealt).

mod ballot;
mod messages;
mod options;
mod play;
mod words;

use umbra_game::{Answer, Game, OptionRefused, Out, Refusal, Seat, Turn, Viewer};

pub use ballot::Count;
pub use messages::{Action, Event, MatchResult, Outcome, PhaseName, View};
pub use options::{Options, TURN_MS_MAX, TURN_MS_MIN};
pub use play::{ROUNDS_MAX, State, TEXT_CHARS_MAX};
pub use words::{PAIRS, Words};

/// The game.
pub struct Undercover;

impl Game for Undercover {
    const NAME: &'static str = "undercover";
    const MIN_SEATS: u8 = 4;
    const MAX_SEATS: u8 = 10;
    const ACTIONS: &'static str = r#"{"type":"SPEAK","text":"…"} or {"type":"VOTE","seat":n|null}"#;

    type Options = Options;
    type State = State;
    type Action = Action;
    type Event = Event;
    type View = View;
    type Outcome = Outcome;

    fn check_options(options: &Options) -> Result<(), OptionRefused> {
        options.check()
    }

    fn set_up(options: &Options, seats: &[Seat], seed: u64) -> State {
        State::deal(options, seats, seed)
    }

    fn turn(state: &State) -> Option<Turn> {
        state.turn()
    }

    fn apply(state: &mut State, seat: Seat, action: Action, out: &mut Out<Event>) -> Result<Answer, Refusal> {
        match action {
            Action::Speak { text } => state.speak(seat, &text, out)?,
            Action::Vote { seat: against } => state.vote(seat, against, out)?,
        }
        Ok(Answer::NONE)
    }

    fn skip(state: &mut State, seat: Seat, out: &mut Out<Event>) {
        state.pass(seat, out);
    }

    fn flee(state: &mut State, seat: Seat, out: &mut Out<Event>) {
        state.flee(seat, out);
    }

    fn view(state: &State, viewer: Viewer) -> View {
        state.view(viewer)
    }

    fn outcome(state: &State) -> Option<Outcome> {
        state.result().map(|result| state.reveal(result))
    }

    fn abandoned(state: &State) -> Outcome {
        state.reveal(MatchResult::Abandoned)
    }
}

#[cfg(test)]
mod tests;
