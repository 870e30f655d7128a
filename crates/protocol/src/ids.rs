//! Who and where: the identifiers that appear on the wire, each its own type.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use thiserror::Error;

use crate::limits::USER_NAME_CHARS_MAX;

/// Who somebody is: the same for every session of one user. Opaque text, at most [`crate::limits::UID_CHARS_MAX`] characters.
#[derive(Clone, Debug, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Uid(pub SmolStr);

/// As far as the texts differ, which is soon: [`SmolStr`] looks at all the room of a short one, and a uid is compared with that
/// of each member.
impl PartialEq for Uid {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes() == other.0.as_bytes()
    }
}

impl Hash for Uid {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

/// A place in a room, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seat(pub u8);

/// Names one room: six characters of [`RoomId::ALPHABET`], which leaves out what people misread (0 O 1 I).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RoomId(pub SmolStr);

impl RoomId {
    /// The characters of a room id.
    pub const ALPHABET: &'static [u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    /// How many characters a room id has.
    pub const CHARS: usize = 6;

    /// The room id that a random number names; uniform when `random` is.
    pub fn from_random(random: u64) -> Self {
        let character = |i: usize| char::from(Self::ALPHABET[(random >> (5 * i)) as usize & 31]);
        Self((0..Self::CHARS).map(character).collect())
    }

    /// In one number. `None` if it has more than 7 bytes, which no room's id has.
    pub fn packed(&self) -> Option<PackedRoomId> {
        let text = self.0.as_bytes();
        let (mut packed, length) = ([0; PACKED], u8::try_from(text.len()).ok()?);
        packed[..PACKED - 1].get_mut(..text.len())?.copy_from_slice(text);
        packed[PACKED - 1] = length;
        Some(PackedRoomId(u64::from_le_bytes(packed)))
    }
}

/// A [`RoomId`] in one number, which takes less to write, to read and to compare than a text: its bytes and, as the highest, how
/// many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PackedRoomId(pub u64);

/// Bytes of a [`PackedRoomId`].
const PACKED: usize = size_of::<u64>();

impl PackedRoomId {
    /// The id that was packed; `None` for a number that is none.
    pub fn unpacked(self) -> Option<RoomId> {
        let packed = self.0.to_le_bytes();
        let (length, text) = packed.split_last()?;
        let (text, rest) = text.split_at_checked(usize::from(*length))?;
        let text = std::str::from_utf8(text).ok().filter(|_| rest.iter().all(|byte| *byte == 0))?;
        Some(RoomId(SmolStr::new_inline(text)))
    }
}

/// What a user is called: 1 to 24 characters after trimming, no control characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserName(String);

/// Why a text cannot be a [`UserName`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NameRefused {
    /// The trimmed text is empty or too long.
    #[error("the name has {0} characters after trimming, expected 1 to {USER_NAME_CHARS_MAX}")]
    Length(usize),
    /// The text holds a control character.
    #[error("the name holds a control character, expected printable text")]
    ControlCharacter,
}

impl UserName {
    /// Trims `text` and checks it.
    pub fn parse(text: &str) -> Result<Self, NameRefused> {
        let trimmed = text.trim();
        let length = trimmed.chars().count();
        if !(1..=USER_NAME_CHARS_MAX).contains(&length) {
            return Err(NameRefused::Length(length));
        }
        if trimmed.chars().any(char::is_control) {
            return Err(NameRefused::ControlCharacter);
        }
        Ok(Self(trimmed.to_owned()))
    }

    /// The checked text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! display_inner {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}
display_inner!(Uid, Seat, RoomId, UserName);
