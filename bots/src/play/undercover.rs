//! BOTS, undercover: hints that say nothing, and votes for anybody else at the table. Its own word never passes a bot's lips.

use std::ops::RangeInclusive;

use serde_json::{Value, json};
use umbra_protocol::{Seat, Turn};

use super::Play;

const HINTS: [&str; 8] = [
    "Everybody has seen one.",
    "I had one as a child.",
    "It depends on the weather.",
    "Bigger than one thinks.",
    "You would not want two.",
    "It is better when it is new.",
    "My neighbour has one.",
    "There is a song about it.",
];

pub(super) struct Undercover;

impl Play for Undercover {
    fn seats(&self) -> RangeInclusive<u8> {
        4..=10
    }

    fn choose(
        &self,
        view: &Value,
        turn: Option<&Turn>,
        seat: Seat,
        careful: bool,
        random: &mut fastrand::Rng,
    ) -> Value {
        if turn.is_some_and(|turn| turn.phase == "SPEAK") {
            return json!({"type": "SPEAK", "text": HINTS[random.usize(..HINTS.len())]});
        }
        let others: Vec<u64> = seats(&view["alive"]).filter(|other| *other != u64::from(seat.0)).collect();
        let vote = (!careful && !others.is_empty()).then(|| others[random.usize(..others.len())]);
        json!({"type": "VOTE", "seat": vote})
    }

    fn hear(&self, view: &mut Value, event: &Value) {
        if event["type"] == "VOTE_RESULT"
            && let Some(out) = event["out"].as_u64()
        {
            remove(view, out);
        }
    }

    fn left(&self, view: &mut Value, seat: Seat) {
        remove(view, seat.0.into());
    }

    fn acted(&self, view: &Value, seat: Seat) -> bool {
        let part = if view["phase"] == "VOTE" { "voted" } else { "spoken" };
        seats(&view[part]).any(|acted| acted == u64::from(seat.0))
    }
}

fn seats(list: &Value) -> impl Iterator<Item = u64> {
    list.as_array().into_iter().flatten().filter_map(Value::as_u64)
}

fn remove(view: &mut Value, seat: u64) {
    if let Some(alive) = view["alive"].as_array_mut() {
        alive.retain(|alive| alive.as_u64() != Some(seat));
    }
}
