//! The fields of one JSON object, asked for one by one, so that every refusal names the field as it is called on the wire.
//!
//! Derived deserializers would do, but for what they say: their sentences speak of Rust's types, lines and columns,
//! quote the sender's text at any length, and take an array for a struct.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::WireError;
use crate::checks::bad_message;

/// Longest number that a refusal repeats, in characters.
const QUOTED_CHARS_MAX: usize = 24;

/// An object with its values unread; unknown fields are carried along and never looked at.
pub(super) struct Fields<'a> {
    /// What stands before a field's name in a refusal.
    path: &'static str,
    entries: Vec<(Cow<'a, str>, &'a RawValue)>,
}

impl<'a> Fields<'a> {
    /// The fields of a whole frame. The error is a sentence.
    pub fn of_frame(text: &'a str) -> Result<Self, &'static str> {
        serde_json::from_str(text).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => "the frame is no JSON object, expected one with the field `id`",
            _ => "the frame is not JSON, expected a JSON object",
        })
    }

    /// The fields of the body; none when it was left out.
    pub fn body(&self) -> Result<Self, WireError> {
        let entries = match self.raw("body")? {
            None => Vec::new(),
            Some(raw) => {
                let refused = |_| bad_message(format!("field `body` is {}, expected an object", describe(raw)));
                serde_json::from_str::<Fields<'a>>(raw.get()).map_err(refused)?.entries
            }
        };
        Ok(Self { path: "body.", entries })
    }

    /// Whether the field is there, whatever it holds.
    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|(key, _)| key == name)
    }

    /// A field that may be left out. `null` is a value like any other: it is not the same as leaving the field out.
    pub fn optional<T: DeserializeOwned>(&self, name: &str, expected: &str) -> Result<Option<T>, WireError> {
        let Some(raw) = self.raw(name)? else {
            return Ok(None);
        };
        match serde_json::from_str(raw.get()) {
            Ok(value) => Ok(Some(value)),
            Err(_) => {
                let found = describe(raw);
                Err(bad_message(format!("field `{}{name}` is {found}, expected {expected}", self.path)))
            }
        }
    }

    /// A field that has to be there.
    pub fn required<T: DeserializeOwned>(&self, name: &str, expected: &str) -> Result<T, WireError> {
        let missing = || bad_message(format!("field `{}{name}` is missing, expected {expected}", self.path));
        self.optional(name, expected)?.ok_or_else(missing)
    }

    fn raw(&self, name: &str) -> Result<Option<&'a RawValue>, WireError> {
        let mut found = self.entries.iter().filter(|(key, _)| key == name);
        match (found.next(), found.next()) {
            (_, Some(_)) => Err(bad_message(format!("field `{}{name}` stands twice, expected once", self.path))),
            (first, None) => Ok(first.map(|(_, raw)| *raw)),
        }
    }
}

/// What a value is, in a few words.
fn describe(raw: &RawValue) -> &str {
    let text = raw.get();
    match text.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') if serde_json::from_str::<Cow<str>>(text).is_err() => "a string with half a surrogate pair",
        Some(b'"') => "a string",
        _ if text.len() <= QUOTED_CHARS_MAX => text,
        _ => "a long number",
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Entries).map(|entries| Self { path: "", entries })
    }
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        #[derive(Deserialize)]
        struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

        let mut entries = Vec::new();
        while let Some((Key(key), raw)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
            entries.push((key, raw));
        }
        Ok(entries)
    }
}
