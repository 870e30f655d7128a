//! [`GameValue`]: what a game defines, carried as JSON text.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// JSON text that only the game (and its players' programs) understands.
///
/// In JSON it stands in place as the value itself; in bincode it is a string. It is checked to be JSON when it enters,
/// and never parsed on the way. Where one is optional, JSON cannot tell none from the value `null`: both read as none.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GameValue(String);

impl GameValue {
    /// Takes text that is known to be JSON: from a serializer, never from the network.
    pub fn trusted(text: String) -> Self {
        debug_assert!(serde_json::from_str::<&RawValue>(&text).is_ok(), "not JSON: {text}");
        Self(text)
    }

    /// Reads what a process of the same server has written, to which it was known to be JSON: without a look at it. In
    /// JSON it is read like any other.
    ///
    /// # Errors
    /// It is no text.
    pub fn deserialize_trusted<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return Self::deserialize(deserializer);
        }
        String::deserialize(deserializer).map(Self::trusted)
    }

    /// The JSON text, without white space around it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How many arrays and objects enclose its innermost value: 0 for a number, 1 for `[]` and `[7]`.
    pub fn depth(&self) -> usize {
        let (mut depth, mut deepest, mut in_string, mut escaped) = (0usize, 0, false, false);
        for byte in self.0.bytes() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if in_string => escaped = true,
                b'"' => in_string = !in_string,
                b'[' | b'{' if !in_string => {
                    depth += 1;
                    deepest = deepest.max(depth);
                }
                b']' | b'}' if !in_string => depth -= 1,
                _ => {}
            }
        }
        deepest
    }
}

impl Serialize for GameValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            let raw: &RawValue = serde_json::from_str(&self.0).map_err(serde::ser::Error::custom)?;
            raw.serialize(serializer)
        } else {
            serializer.serialize_str(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for GameValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let raw: Box<RawValue> = Deserialize::deserialize(deserializer)?;
            Ok(Self(Box::<str>::from(raw).into_string()))
        } else {
            let text = String::deserialize(deserializer)?;
            let raw: &RawValue = serde_json::from_str(&text).map_err(serde::de::Error::custom)?;
            // White space around it is no part of the value: both encodings carry the same text.
            if raw.get().len() < text.len() { Ok(Self(raw.get().to_owned())) } else { Ok(Self(text)) }
        }
    }
}
