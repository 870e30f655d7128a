//! FAULTS, strategy of relay: values that nobody sends twice.

use serde_json::{Value, json};
use umbra_game::chance::{Chance, RngExt};
use umbra_protocol::{Seat, Turn};

use super::{Strategy, is_seat};

/// Sends a value of its own whenever asked; it never stops by itself.
#[derive(Clone, Copy, Debug)]
pub struct Relays;

impl Strategy for Relays {
    fn act(&self, _seat: Seat, view: &Value, _turn: Option<&Turn>, chance: &mut Chance) -> Option<Value> {
        let drawn: u32 = chance.random_range(0..u32::MAX);
        Some(json!({"after": view["n"], "drawn": drawn}))
    }

    fn shows(&self, seat: Seat, action: &Value, event: &Value) -> bool {
        event["type"] == "RELAYED" && is_seat(event, "seat", seat) && event["value"] == *action
    }
}
