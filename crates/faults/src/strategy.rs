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

/// A player of one game. The same for every seat; what differs between seats is what they see.
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
