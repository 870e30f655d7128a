//! FAULTS, strategy of undercover: a hint of its own each round, and a vote that mostly comes to a result.

use serde_json::{Value, json};
use umbra_game::chance::{Chance, IndexedRandom, RngExt};
use umbra_protocol::{Seat, Turn};

use super::{Strategy, has_turn, is_seat};

/// Gives a hint that nobody else gives, and votes: mostly with the others, now and then not at all.
#[derive(Clone, Copy, Debug)]
pub struct SpeaksAndVotes;

impl Strategy for SpeaksAndVotes {
    fn act(&self, seat: Seat, view: &Value, turn: Option<&Turn>, chance: &mut Chance) -> Option<Value> {
        if !has_turn(seat, turn) {
            return None;
        }
        if turn?.phase == "SPEAK" {
            return Some(json!({"type": "SPEAK", "text": format!("hint {} of seat {seat}", view["round"])}));
        }
        let voted = view["voted"].as_array()?;
        if voted.contains(&json!(seat)) {
            return None;
        }
        let others: Vec<&Value> = view["alive"].as_array()?.iter().filter(|other| **other != json!(seat)).collect();
        let against = match chance.random_range(0..10) {
            0 => None,
            1..4 => others.choose(chance).copied(),
            // With one accord, or a match would take all of its rounds.
            _ => others.last().copied(),
        };
        Some(json!({"type": "VOTE", "seat": against}))
    }

    fn shows(&self, seat: Seat, action: &Value, event: &Value) -> bool {
        let told = match action["type"].as_str() {
            Some("SPEAK") => event["type"] == "SPOKE" && event["text"] == action["text"],
            // For whom is nobody's business.
            Some("VOTE") => event["type"] == "VOTED",
            _ => false,
        };
        told && is_seat(event, "seat", seat)
    }
}
