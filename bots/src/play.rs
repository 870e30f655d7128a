//! BOTS, play: what a bot knows of each game, in the game's own words on the wire. The one place that turns a game's name into them.

mod relay;
mod tictactoe;
mod undercover;

use std::ops::RangeInclusive;

use serde_json::Value;
use umbra_protocol::{Seat, Turn};

/// How one game is played from a seat. The view is the game's own JSON, kept up to date by its events.
trait Play {
    /// How many can play it.
    fn seats(&self) -> RangeInclusive<u8>;
    /// A move of this seat; `careful`: the last one was refused.
    fn choose(&self, view: &Value, turn: Option<&Turn>, seat: Seat, careful: bool, random: &mut fastrand::Rng)
    -> Value;
    /// Brings the view up to date.
    fn hear(&self, view: &mut Value, event: &Value);
    /// A turn began.
    fn turn(&self, _view: &mut Value, _turn: Option<&Turn>) {}
    /// Somebody left the match.
    fn left(&self, _view: &mut Value, _seat: Seat) {}
    /// Whether this seat has already done its part of the turn that the view is of.
    fn acted(&self, _view: &Value, _seat: Seat) -> bool {
        false
    }
}

fn of(game: &str) -> Option<&'static dyn Play> {
    match game {
        "undercover" => Some(&undercover::Undercover),
        "tictactoe" => Some(&tictactoe::TicTacToe),
        "relay" => Some(&relay::Relay),
        // A game that no bot knows: it sits there and does nothing.
        _ => None,
    }
}

/// How many can play a game; nobody, if no bot knows it.
#[expect(clippy::reversed_empty_ranges, reason = "the empty range is meant")]
pub fn seats(game: &str) -> RangeInclusive<u8> {
    of(game).map_or(1..=0, Play::seats)
}

/// A move of this seat, whose turn it is.
pub fn choose(
    game: &str,
    view: &Value,
    turn: Option<&Turn>,
    seat: Seat,
    careful: bool,
    random: &mut fastrand::Rng,
) -> Option<Value> {
    Some(of(game)?.choose(view, turn, seat, careful, random))
}

/// Brings a view up to date.
pub fn hear(game: &str, view: &mut Value, event: &Value) {
    if let Some(play) = of(game) {
        play.hear(view, event);
    }
}

/// A turn began.
pub fn turn(game: &str, view: &mut Value, turn: Option<&Turn>) {
    if let Some(play) = of(game) {
        play.turn(view, turn);
    }
}

/// Somebody left the match.
pub fn left(game: &str, view: &mut Value, seat: Seat) {
    if let Some(play) = of(game) {
        play.left(view, seat);
    }
}

/// Whether a seat has already done its part of the turn that the view is of.
pub fn acted(game: &str, view: &Value, seat: Seat) -> bool {
    of(game).is_some_and(|play| play.acted(view, seat))
}
