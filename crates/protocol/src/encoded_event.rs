//! [`EncodedEvent`]: what makes a fan-out cheap, since the room encodes once what all its members get.

use serde::{Deserialize, Serialize};

use crate::Event;
use crate::binary::{EVENT_FRAME, bytes};
use crate::json::{event_body, event_head, id_bytes_in_head};

/// An event encoded once in both formats, for any number of receivers: only the `seq` is still to be filled in.
///
/// Its frames equal what the codecs make of [`crate::ServerFrame::Event`], byte by byte. It is one piece of memory, since
/// every member of a room takes one in and keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct EncodedEvent {
    /// Where the text before the `seq` ends, and the text behind it begins.
    seq_at: u32,
    /// Where the text ends, and the bincode of [`Event`] begins.
    text_ends: u32,
    #[serde(with = "serde_bytes")]
    bytes: Vec<u8>,
}

/// As it travels between processes.
#[derive(Deserialize)]
struct Parts {
    seq_at: u32,
    text_ends: u32,
    #[serde(with = "serde_bytes")]
    bytes: Vec<u8>,
}

impl TryFrom<Parts> for EncodedEvent {
    type Error = &'static str;

    fn try_from(Parts { seq_at, text_ends, bytes }: Parts) -> Result<Self, Self::Error> {
        let sound = seq_at <= text_ends && text_ends as usize <= bytes.len();
        if sound { Ok(Self { seq_at, text_ends, bytes }) } else { Err("parts of an event that are not in it") }
    }
}

impl EncodedEvent {
    /// Encodes the event in both formats.
    pub fn new(event: &Event) -> Self {
        let mut text = event_head(event.id());
        let seq_at = text.len();
        event_body(&mut text, event);
        let (text_ends, mut both) = (text.len(), text.into_bytes());
        both.extend_from_slice(&bytes(event));
        // Invariant: a process has no more memory than 4 GiB.
        let place = |at: usize| u32::try_from(at).expect("it is within memory");
        Self { seq_at: place(seq_at), text_ends: place(text_ends), bytes: both }
    }

    /// The text frame for a receiver to whom it is number `seq`.
    pub fn json_frame(&self, seq: u64) -> String {
        let mut frame = Vec::new();
        self.write_json(seq, &mut frame);
        // Invariant: it was text, and is divided where a number goes.
        String::from_utf8(frame).expect("text and a number are text")
    }

    /// The binary frame for a receiver to whom it is number `seq`.
    pub fn binary_frame(&self, seq: u64) -> Vec<u8> {
        let mut frame = Vec::new();
        self.write_binary(seq, &mut frame);
        frame
    }

    /// Writes [`EncodedEvent::json_frame`] behind what is in `out`.
    pub fn write_json(&self, seq: u64, out: &mut Vec<u8>) {
        let text = self.text();
        let (head, body) = text.split_at(self.seq_at as usize);
        let mut digits = itoa::Buffer::new();
        let seq = digits.format(seq).as_bytes();
        out.reserve(text.len() + seq.len());
        out.extend_from_slice(head);
        // One by one: they are few, and a call that copies bytes costs what copying a hundred does.
        seq.iter().for_each(|digit| out.push(*digit));
        out.extend_from_slice(body);
    }

    /// Writes [`EncodedEvent::binary_frame`] behind what is in `out`.
    pub fn write_binary(&self, seq: u64, out: &mut Vec<u8>) {
        let event = &self.bytes[self.text_ends as usize..];
        out.reserve(size_of_val(&EVENT_FRAME) + size_of_val(&seq) + event.len());
        out.extend_from_slice(&EVENT_FRAME.to_le_bytes());
        out.extend_from_slice(&seq.to_le_bytes());
        out.extend_from_slice(event);
    }

    /// The id on the wire.
    pub fn id(&self) -> &str {
        std::str::from_utf8(id_bytes_in_head(&self.text()[..self.seq_at as usize])).unwrap_or_default()
    }

    /// Whether that is its id. Asked of every event, so without a look at whether it is text.
    pub fn is(&self, id: &str) -> bool {
        id_bytes_in_head(&self.text()[..self.seq_at as usize]) == id.as_bytes()
    }

    /// How many bytes it holds in both formats together: what an outbox counts.
    pub fn bytes_len(&self) -> usize {
        self.bytes.len()
    }

    fn text(&self) -> &[u8] {
        &self.bytes[..self.text_ends as usize]
    }
}
