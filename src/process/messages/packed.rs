//! A room's id on its way to a user, packed: a room says which it is with everything that it says.

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use umbra_protocol::RoomId;

pub fn serialize<S: Serializer>(room_id: &RoomId, serializer: S) -> Result<S::Ok, S::Error> {
    let packed = room_id.packed().ok_or_else(|| S::Error::custom(format!("{room_id} is too long for a room's id")));
    packed?.serialize(serializer)
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RoomId, D::Error> {
    let packed = u64::deserialize(deserializer)?;
    RoomId::unpacked(packed).ok_or_else(|| D::Error::custom(format!("{packed:#x} is no packed room id")))
}
