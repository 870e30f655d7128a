//! FAULTS, strategy: how a player acts on what it sees, so that matches can be played without people.

mod relay;
mod tictactoe;
mod undercover;

use serde_json::Value;
use umbra_game::chance::Chance;
use umbra_protocol::{Seat, Turn};

pub use relay::Relays;
pub use tictactoe::PlacesAnywhere;
pub use undercover::SpeaksAndVotes;

/// A player of one game, for instance of one with a board that is filled:
///
/// ```
/// use serde_json::{Value, json};
/// use umbra_faults::{account::balance, script::Subject, strategy::Strategy};
/// use umbra_game::{chance::Chance, rules};
/// use umbra_protocol::{Seat, Turn};
///
/// struct TakesTheFirstFreeCell;
///
/// impl Strategy for TakesTheFirstFreeCell {
///     fn act(&self, seat: Seat, view: &Value, turn: Option<&Turn>, _chance: &mut Chance) -> Option<Value> {
///         let free = view["board"].as_array()?.iter().position(Value::is_null)?;
///         turn?.seats.contains(&seat).then(|| json!({"type": "PLACE", "cell": free}))
///     }
///
///     fn shows(&self, seat: Seat, action: &Value, event: &Value) -> bool {
///         event["type"] == "PLACED" && event["seat"] == json!(seat) && event["cell"] == action["cell"]
///     }
/// }
///
/// let options = json!({"turnMs": 1_800_000}); // no deadline is to pass meanwhile
/// let (rules, strategy) = (rules::<tictactoe::TicTacToe>(), &TakesTheFirstFreeCell);
/// let script = Subject { rules, strategy, seats: 2..=2, options, actions_max: 9 }.script(7).expect("legal moves");
/// // The strategy knows all its actions again: the undisturbed match is in order.
/// assert_eq!(balance(&script, script.undisturbed()), Default::default());
/// ```
/// A script of it then goes through [`crate::sim::play`], or through [`crate::live::Arena::run`] on a server that has the
/// game, and [`crate::compare::compare`] says what differs.
///
/// The same for every seat; what differs between seats is what they see.
pub trait Strategy: Sync {
    /// What `seat` does now, seeing `view` (the game's own); `None` when it has nothing to do. Only moves that the rules
    /// accept: a script is made of them. Whatever is left to chance comes from `chance`, so that a seed repeats it.
    fn act(&self, seat: Seat, view: &Value, turn: Option<&Turn>, chance: &mut Chance) -> Option<Value>;

    /// Whether `event`, one of the game's own, tells that `seat` has done `action`. By this the kit counts what was
    /// carried out; so every action shows in exactly one event.
    fn shows(&self, seat: Seat, action: &Value, event: &Value) -> bool;

    /// Whether the whole table hears `event`. Games that tell one seat something in private say no for that.
    fn is_public(&self, _event: &Value) -> bool {
        true
    }
}

/// Whether `seat` may act in that turn.
fn has_turn(seat: Seat, turn: Option<&Turn>) -> bool {
    turn.is_some_and(|turn| turn.seats.contains(&seat))
}

/// Whether that field of an event is that seat.
fn is_seat(event: &Value, field: &str, seat: Seat) -> bool {
    event[field].as_u64() == Some(seat.0.into())
}
