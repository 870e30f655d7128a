//! RULES of `relay`: there are none. Any JSON value is stamped and passed on, for games whose clients settle everything themselves.
//!
//! Where we are: `socket → user → **room** → user → socket`; the room holds one match of this.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use umbra_game::{Answer, Game, Out, Refusal, Seat, Viewer};

/// How deep arrays and objects of a value may nest. Readers of JSON give up somewhere past a hundred; a value that some of the table can
/// read and some cannot would let one player cut off the others, so it is refused while it is still one player's problem.
pub const NESTING_MAX: usize = 100;

/// The game.
pub struct Relay;

/// What the creator of a room may choose.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// Start as soon as every seat is taken, ready or not.
    pub auto_start: bool,
}

/// One match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// How many values have been passed on.
    n: u64,
    /// How many seats have not left.
    seats_left: usize,
}

/// What the table is told.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Event {
    /// A value passed on, in the very characters in which it came.
    Relayed {
        /// Whose it is.
        seat: Seat,
        /// Its place among all values of the match, from 1.
        n: u64,
        /// The value.
        value: Box<RawValue>,
    },
}

/// What everybody sees.
#[derive(Debug, Serialize)]
pub struct View {
    /// The place of the last value that was passed on; 0 when there was none.
    pub n: u64,
}

/// How a match ends, which is only by everybody's leaving.
#[derive(Debug, Serialize)]
#[serde(tag = "result", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Outcome {
    /// Nobody is left.
    Abandoned,
}

impl Game for Relay {
    const NAME: &'static str = "relay";
    const MIN_SEATS: u8 = 1;
    const MAX_SEATS: u8 = 64;
    const ACTIONS: &'static str = "any JSON value";

    type Options = Options;
    type State = State;
    type Action = Box<RawValue>;
    type Event = Event;
    type View = View;
    type Outcome = Outcome;

    fn auto_start(options: &Options) -> bool {
        options.auto_start
    }

    fn set_up(_options: &Options, seats: &[Seat], _seed: u64) -> State {
        State { n: 0, seats_left: seats.len() }
    }

    fn apply(state: &mut State, seat: Seat, value: Box<RawValue>, out: &mut Out<Event>) -> Result<Answer, Refusal> {
        check_readable(&value)?;
        state.n += 1;
        out.all(Event::Relayed { seat, n: state.n, value });
        Ok(Answer::NONE)
    }

    fn flee(state: &mut State, _seat: Seat, _out: &mut Out<Event>) {
        state.seats_left -= 1;
    }

    fn view(state: &State, _viewer: Viewer) -> View {
        View { n: state.n }
    }

    fn outcome(state: &State) -> Option<Outcome> {
        (state.seats_left == 0).then_some(Outcome::Abandoned)
    }

    fn abandoned(_state: &State) -> Outcome {
        Outcome::Abandoned
    }
}

/// Grammar is not enough: `1e999` and half a surrogate pair are JSON, and yet not every client can read them.
fn check_readable(value: &RawValue) -> Result<(), Refusal> {
    let tree: Value = serde_json::from_str(value.get()).map_err(|_| {
        Refusal::illegal("the value holds a number or a text that cannot be represented, expected plain JSON")
    })?;
    if nesting(&tree) > NESTING_MAX {
        return Err(Refusal::illegal(format!("the value nests too deep, expected at most {NESTING_MAX} levels")));
    }
    Ok(())
}

/// Recursion is safe here: the parser has refused whatever nests deeper than its own bound of 128.
fn nesting(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(nesting).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(nesting).max().unwrap_or(0),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

#[cfg(test)]
mod tests;
