//! [`GameValue`]: what a game defines, carried as JSON text.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// JSON text that only the game (and its players' programs) understands.
///
/// In JSON it stands in place as the value itself; in bincode it is a string. It is checked to be JSON when it enters,
/// and never parsed on the way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GameValue(String);

impl GameValue {
    /// Takes text that is known to be JSON: from a serializer, never from the network.
    pub fn trusted(text: String) -> Self {
        debug_assert!(serde_json::from_str::<&RawValue>(&text).is_ok(), "not JSON: {text}");
        Self(text)
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        &self.0
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
            Ok(Self(raw.get().to_owned()))
        } else {
            let text = String::deserialize(deserializer)?;
            serde_json::from_str::<&RawValue>(&text).map_err(serde::de::Error::custom)?;
            Ok(Self(text))
        }
    }
}
