//! [`EncodedEvent`]: what makes a fan-out cheap, since the room encodes once what all its members get.

use serde::{Deserialize, Serialize};

use crate::Event;
use crate::binary::{EVENT_FRAME, bytes};
use crate::json::{body_json, event_json};

/// An event encoded once in both formats, for any number of receivers: only the `seq` is still to be filled in.
///
/// Its frames equal what the codecs make of [`crate::ServerFrame::Event`], byte by byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncodedEvent {
    id: String,
    json_body: String,
    /// The bincode of [`Event`].
    #[serde(with = "serde_bytes")]
    binary: Vec<u8>,
}

impl EncodedEvent {
    /// Encodes the event in both formats.
    pub fn new(event: &Event) -> Self {
        let id = event.id();
        Self { id: id.to_owned(), json_body: body_json(id, event), binary: bytes(event) }
    }

    /// The text frame for a receiver to whom it is number `seq`.
    pub fn json_frame(&self, seq: u64) -> String {
        event_json(&self.id, seq, &self.json_body)
    }

    /// The binary frame for a receiver to whom it is number `seq`.
    pub fn binary_frame(&self, seq: u64) -> Vec<u8> {
        let mut frame = bytes(&(EVENT_FRAME, seq));
        frame.extend_from_slice(&self.binary);
        frame
    }

    /// The id on the wire.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How many bytes it holds in both formats together: what an outbox counts.
    pub fn bytes_len(&self) -> usize {
        self.id.len() + self.json_body.len() + self.binary.len()
    }
}
