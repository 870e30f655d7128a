//! FAULTS, strategy of tictactoe: any free cell.

use serde_json::{Value, json};
use umbra_game::chance::{Chance, IndexedRandom};
use umbra_protocol::{Seat, Turn};

use super::{Strategy, has_turn, is_seat};

/// Places on any free cell, when it is its turn.
#[derive(Clone, Copy, Debug)]
pub struct PlacesAnywhere;

impl Strategy for PlacesAnywhere {
    fn act(&self, seat: Seat, view: &Value, turn: Option<&Turn>, chance: &mut Chance) -> Option<Value> {
        if !has_turn(seat, turn) {
            return None;
        }
        let board = view["board"].as_array()?;
        let free: Vec<usize> = (0..board.len()).filter(|cell| board[*cell].is_null()).collect();
        Some(json!({"type": "PLACE", "cell": free.choose(chance)?}))
    }

    fn shows(&self, seat: Seat, action: &Value, event: &Value) -> bool {
        event["type"] == "PLACED" && is_seat(event, "seat", seat) && event["cell"] == action["cell"]
    }
}
