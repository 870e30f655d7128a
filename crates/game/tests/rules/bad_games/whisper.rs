//! RULES, the kit tested: `whisper`, a small honest game, and the places where a bad one may differ from it.
//!
//! Everybody has a word of its own that nobody else may know. One seat after the other calls a number from 0 to 9; after twelve turns
//! the match is over.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use serde::{Deserialize, Serialize};
use umbra_game::chance::{Chance, RngExt, SeedableRng};
use umbra_game::conformance::{Length, Probe};
use umbra_game::{Answer, Game, NoOptions, OptionRefused, Out, Refusal, Seat, Turn, Viewer};

pub const TURNS_MAX: u32 = 12;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub words: BTreeMap<Seat, String>,
    pub present: Vec<Seat>,
    pub mover: Seat,
    /// How many turns are over.
    pub turns: u32,
    /// Honest games have nothing that a snapshot leaves out; this one is never touched by `whisper` itself.
    #[serde(skip)]
    pub forgotten: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Action {
    Call { number: u8 },
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Event {
    Called { seat: Seat, text: String },
}

#[derive(Serialize)]
pub struct View {
    pub word: Option<String>,
    pub note: String,
}

/// What is wrong with a game: by default nothing.
pub trait Flaw: 'static {
    const NAME: &'static str = "whisper";

    fn check_options() -> Result<(), OptionRefused> {
        Ok(())
    }
    fn set_up(seats: &[Seat], seed: u64) -> State {
        set_up(seats, seed)
    }
    fn turn(state: &State) -> Turn {
        turn(state)
    }
    fn call(state: &mut State, seat: Seat, number: u8, out: &mut Out<Event>) -> Result<Answer, Refusal> {
        call(state, seat, number, out)
    }
    fn skip(state: &mut State, _seat: Seat) {
        next(state);
    }
    fn flee(state: &mut State, seat: Seat) {
        flee(state, seat);
    }
    fn view(state: &State, viewer: Viewer) -> View {
        view(state, viewer)
    }
    fn over(state: &State) -> bool {
        over(state)
    }
    fn outcome() -> serde_json::Value {
        serde_json::json!({ "result": "OVER" })
    }
}

/// `whisper` with a flaw, and the one who plays it in the kit.
pub struct Whisper<F>(PhantomData<F>);

/// No flaw at all.
pub struct Honest;
impl Flaw for Honest {}

pub fn set_up(seats: &[Seat], seed: u64) -> State {
    let mut chance = Chance::seed_from_u64(seed);
    let word = |seat: &Seat| (*seat, format!("word-{}", chance.random_range(100_000..1_000_000)));
    let words = seats.iter().map(word).collect();
    State { words, present: seats.to_vec(), mover: seats[0], turns: 0, forgotten: 0 }
}

pub fn turn(state: &State) -> Turn {
    let seats = vec![state.mover];
    Turn { serial: state.turns, waiting: seats.clone(), seats, phase: "CALL", limit_ms: None }
}

pub fn call(state: &mut State, seat: Seat, number: u8, out: &mut Out<Event>) -> Result<Answer, Refusal> {
    if number > 9 {
        return Err(Refusal::illegal(format!("the number is {number}, expected 0 to 9")));
    }
    out.all(Event::Called { seat, text: number.to_string() });
    next(state);
    Ok(Answer::of(&state.words[&seat]))
}

pub fn next(state: &mut State) {
    state.turns += 1;
    let after = state.present.iter().find(|seat| **seat > state.mover).or(state.present.first());
    state.mover = after.copied().unwrap_or(state.mover);
}

pub fn flee(state: &mut State, seat: Seat) {
    state.present.retain(|present| *present != seat);
    if state.mover == seat {
        next(state);
    }
}

pub fn view(state: &State, viewer: Viewer) -> View {
    let word = match viewer {
        Viewer::Seat(seat) => state.words.get(&seat).cloned(),
        Viewer::Spectator => None,
    };
    View { word, note: format!("turn {}", state.turns) }
}

pub fn over(state: &State) -> bool {
    state.turns >= TURNS_MAX || state.present.is_empty()
}

impl<F: Flaw> Game for Whisper<F> {
    const NAME: &'static str = F::NAME;
    const MIN_SEATS: u8 = 2;
    const MAX_SEATS: u8 = 5;
    const ACTIONS: &'static str = r#"{"type":"CALL","number":0..9}"#;
    type Options = NoOptions;
    type State = State;
    type Action = Action;
    type Event = Event;
    type View = View;
    type Outcome = serde_json::Value;

    fn check_options(_options: &NoOptions) -> Result<(), OptionRefused> {
        F::check_options()
    }
    fn set_up(_options: &NoOptions, seats: &[Seat], seed: u64) -> State {
        F::set_up(seats, seed)
    }
    fn turn(state: &State) -> Option<Turn> {
        Some(F::turn(state))
    }
    fn apply(
        state: &mut State,
        seat: Seat,
        Action::Call { number }: Action,
        out: &mut Out<Event>,
    ) -> Result<Answer, Refusal> {
        F::call(state, seat, number, out)
    }
    fn skip(state: &mut State, seat: Seat, _out: &mut Out<Event>) {
        F::skip(state, seat);
    }
    fn flee(state: &mut State, seat: Seat, _out: &mut Out<Event>) {
        F::flee(state, seat);
    }
    fn view(state: &State, viewer: Viewer) -> View {
        F::view(state, viewer)
    }
    fn outcome(state: &State) -> Option<serde_json::Value> {
        F::over(state).then(F::outcome)
    }
    fn abandoned(_state: &State) -> serde_json::Value {
        F::outcome()
    }
}

impl<F: Flaw> Probe for Whisper<F> {
    type Game = Self;
    const LENGTH: Length = Length::EndsWithin(TURNS_MAX + 5);

    fn legal(_state: &State, _seat: Seat, chance: &mut Chance) -> Option<Action> {
        Some(Action::Call { number: chance.random_range(0..=9) })
    }
    fn illegal(_state: &State, _seat: Seat, chance: &mut Chance) -> Option<Action> {
        Some(Action::Call { number: chance.random_range(10..=255) })
    }
    fn scramble(state: &State, viewer: Viewer, chance: &mut Chance) -> State {
        let mut other = state.clone();
        for (seat, word) in &mut other.words {
            if viewer != Viewer::Seat(*seat) {
                *word = format!("word-{}", chance.random_range(100_000..1_000_000));
            }
        }
        other
    }
    fn secrets(state: &State, viewer: Viewer) -> Vec<String> {
        state.words.iter().filter(|(seat, _)| viewer != Viewer::Seat(**seat)).map(|(_, word)| word.clone()).collect()
    }
}
