//! A batch's WebSocket messages on their way to the socket: in one piece of memory, since every event of a room makes one
//! such batch for every member.

use std::borrow::Cow;
use std::fmt;

use serde::de::{SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use umbra_protocol::Subprotocol;

/// One WebSocket message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutFrame<'a> {
    /// Of which subprotocol: a text message (it is UTF-8), or a binary one.
    pub subprotocol: Subprotocol,
    /// What it holds.
    pub content: &'a [u8],
}

/// WebSocket messages, in order.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct OutFrames {
    /// Of each message its subprotocol, its length and its content.
    bytes: Vec<u8>,
    count: usize,
}

const TEXT: u8 = 0;
const BINARY: u8 = 1;
/// Bytes before a content: what it is, and its length.
const HEAD: usize = 1 + size_of::<u32>();

impl OutFrames {
    /// Without any messages, and with room for this many bytes of them.
    pub fn with_capacity(messages: usize, content_bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(messages * HEAD + content_bytes), count: 0 }
    }

    /// Appends what `write` writes behind what is there already. Gives the bytes of its content.
    pub fn push_with(&mut self, subprotocol: Subprotocol, write: impl FnOnce(&mut Vec<u8>)) -> usize {
        self.bytes.push(match subprotocol {
            Subprotocol::Json => TEXT,
            Subprotocol::Bincode => BINARY,
        });
        let length_at = self.bytes.len();
        self.bytes.extend_from_slice(&[0; size_of::<u32>()]);
        let content_at = self.bytes.len();
        write(&mut self.bytes);
        let length = self.bytes.len() - content_at;
        // Invariant: a process has no more memory than 4 GiB.
        let number = u32::try_from(length).expect("it is within memory");
        self.bytes[length_at..content_at].copy_from_slice(&number.to_le_bytes());
        self.count += 1;
        length
    }

    /// Appends a message.
    pub fn push(&mut self, frame: OutFrame<'_>) {
        self.push_with(frame.subprotocol, |bytes| bytes.extend_from_slice(frame.content));
    }

    /// How many messages there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Bytes of all contents together.
    pub fn content_bytes(&self) -> usize {
        self.bytes.len() - self.count * HEAD
    }

    /// The messages, in order.
    pub fn iter(&self) -> impl Iterator<Item = OutFrame<'_>> {
        let mut rest = &self.bytes[..];
        std::iter::from_fn(move || {
            let (kind, behind) = rest.split_first()?;
            let (length, behind) = behind.split_first_chunk()?;
            let (content, behind) = behind.split_at_checked(u32::from_le_bytes(*length) as usize)?;
            rest = behind;
            let subprotocol = if *kind == TEXT { Subprotocol::Json } else { Subprotocol::Bincode };
            Some(OutFrame { subprotocol, content })
        })
    }
}

impl<'a> FromIterator<OutFrame<'a>> for OutFrames {
    fn from_iter<I: IntoIterator<Item = OutFrame<'a>>>(frames: I) -> Self {
        let mut all = Self::default();
        frames.into_iter().for_each(|frame| all.push(frame));
        all
    }
}

impl fmt::Debug for OutFrames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// A message as it travels between processes; in bincode a text is its bytes.
#[derive(Serialize, Deserialize)]
enum Travelling<'a> {
    /// Of `umbra.v1.json`.
    Text(#[serde(borrow, with = "serde_bytes")] Cow<'a, [u8]>),
    /// Of `umbra.v1.bincode`.
    Binary(#[serde(borrow, with = "serde_bytes")] Cow<'a, [u8]>),
}

impl Serialize for OutFrames {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.count))?;
        for OutFrame { subprotocol, content } in self.iter() {
            list.serialize_element(&match subprotocol {
                Subprotocol::Json => Travelling::Text(Cow::Borrowed(content)),
                Subprotocol::Bincode => Travelling::Binary(Cow::Borrowed(content)),
            })?;
        }
        list.end()
    }
}

impl<'de> Deserialize<'de> for OutFrames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Arriving)
    }
}

struct Arriving;

impl<'de> Visitor<'de> for Arriving {
    type Value = OutFrames;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebSocket messages")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<OutFrames, A::Error> {
        let mut frames = OutFrames::default();
        while let Some(frame) = list.next_element()? {
            let (subprotocol, content) = match frame {
                Travelling::Text(content) => (Subprotocol::Json, content),
                Travelling::Binary(content) => (Subprotocol::Bincode, content),
            };
            frames.push(OutFrame { subprotocol, content: &content });
        }
        Ok(frames)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(content: &str) -> OutFrame<'_> {
        OutFrame { subprotocol: Subprotocol::Json, content: content.as_bytes() }
    }

    #[test]
    fn messages_come_out_as_they_went_in() {
        let binary = OutFrame { subprotocol: Subprotocol::Bincode, content: &[0, 255] };
        let given = [text("one"), binary, text(""), text("three")];
        let frames: OutFrames = given.into_iter().collect();
        assert!(frames.iter().eq(given));
        assert_eq!((frames.len(), frames.content_bytes()), (4, 10));
    }

    #[test]
    fn they_travel_as_a_list_of_texts_and_bytes() {
        #[derive(Serialize)]
        enum Plain {
            Text(String),
            Binary(#[serde(with = "serde_bytes")] Vec<u8>),
        }
        let binary = OutFrame { subprotocol: Subprotocol::Bincode, content: &[0, 255] };
        let frames: OutFrames = [text("é"), binary].into_iter().collect();
        let bytes = bincode::serialize(&frames).expect("plain data");
        let plain = vec![Plain::Text("é".to_owned()), Plain::Binary(vec![0, 255])];
        assert_eq!(bytes, bincode::serialize(&plain).expect("plain data"));
        assert_eq!(bincode::deserialize::<OutFrames>(&bytes).expect("what was written"), frames);
    }

    #[test]
    fn what_is_written_in_place_is_a_message() {
        let mut frames = OutFrames::with_capacity(1, 3);
        assert_eq!(frames.push_with(Subprotocol::Json, |bytes| bytes.extend_from_slice(b"abc")), 3);
        assert!(frames.iter().eq([text("abc")]));
    }
}
