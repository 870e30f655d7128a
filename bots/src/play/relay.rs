//! BOTS, relay: now and then some value, since it has no rules to keep.

use std::ops::RangeInclusive;

use serde_json::{Value, json};
use umbra_protocol::{Seat, Turn};

use super::Play;

const REACTIONS: [&str; 4] = ["👍", "🎉", "🤔", "😀"];

pub(super) struct Relay;

impl Play for Relay {
    fn seats(&self) -> RangeInclusive<u8> {
        1..=64
    }

    fn choose(&self, _: &Value, _: Option<&Turn>, _: Seat, _: bool, random: &mut fastrand::Rng) -> Value {
        json!(REACTIONS[random.usize(..REACTIONS.len())])
    }

    fn hear(&self, _: &mut Value, _: &Value) {}
}
