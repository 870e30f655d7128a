//! What a room says, as it holds it: members are mostly told something different each (what happened, and the answer to what they
//! asked), and nothing is copied for that before it is written.

use serde::ser::{Serialize, SerializeStructVariant, Serializer};
use umbra_otp::EncodesAs;
use umbra_protocol::PackedRoomId;

use super::{FromRoom, UserMessage};

/// A [`UserMessage::Room`] whose words lie elsewhere.
pub struct RoomSays<'a> {
    /// Which room.
    pub room_id: PackedRoomId,
    /// The entry of its journal.
    pub n: u64,
    /// Everything that is said to anybody.
    pub words: &'a [FromRoom],
    /// What of it is in this message, in order.
    pub places: &'a [usize],
}

impl EncodesAs<UserMessage> for RoomSays<'_> {}

impl Serialize for RoomSays<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // As it is derived for the message.
        let mut room = serializer.serialize_struct_variant("UserMessage", 2, "Room", 3)?;
        room.serialize_field("room_id", &self.room_id)?;
        room.serialize_field("n", &self.n)?;
        room.serialize_field("said", &Said(self))?;
        room.end()
    }
}

struct Said<'a>(&'a RoomSays<'a>);

impl Serialize for Said<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.places.iter().map(|place| &self.0.words[*place]))
    }
}
