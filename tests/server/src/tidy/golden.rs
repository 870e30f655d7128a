//! TIDY, golden: the frames that every client is held to lie in one place, so that no copy can fall behind.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Source, sources};

/// Where they lie.
pub const PLACE: &str = "crates/protocol/golden/";

/// Hex digits from which on a frame's bytes are no coincidence in another file.
const DIGITS_MIN: usize = 32;

#[derive(Deserialize)]
struct Golden {
    client: Map<String, Value>,
    server: Map<String, Value>,
}

/// The files in which a copy could lie.
pub fn places_for_copies() -> Vec<Source> {
    ["rs", "js", "mjs", "ts", "json", "md", "txt", "py", "toml", "hex"].into_iter().flat_map(sources).collect()
}

/// Files outside of [`PLACE`] that hold the bytes of a golden frame.
///
/// # Panics
/// If the golden frames cannot be read.
pub fn lie_in_one_place(sources: &[Source], frames: &str) -> Vec<String> {
    let golden: Golden = serde_json::from_str(frames).expect("the golden frames have their form");
    let frames: Vec<(&String, &str)> = golden
        .client
        .iter()
        .chain(&golden.server)
        .filter_map(|(name, frame)| Some((name, frame["bincodeHex"].as_str()?)))
        .filter(|(_, hex)| hex.len() >= DIGITS_MIN)
        .collect();
    let mut complaints = Vec::new();
    for source in sources.iter().filter(|source| !source.is_in(&[PLACE])) {
        // One is enough: who copies one frame copies many.
        if let Some((name, _)) = frames.iter().find(|(_, hex)| source.text.contains(hex)) {
            complaints.push(format!("{} holds the bytes of {name}: read them from {PLACE}", source.path));
        }
    }
    complaints
}
