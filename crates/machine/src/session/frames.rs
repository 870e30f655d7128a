//! A batch's WebSocket messages on their way to the socket: in one piece of memory, since every event of a room makes one
//! such batch for every member.

use std::fmt;

use serde::de::Error as _;
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
            let subprotocol = match *kind {
                TEXT => Subprotocol::Json,
                BINARY => Subprotocol::Bincode,
                _ => return None,
            };
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

/// They travel as they lie in memory: nothing is made anew for each on either side.
impl Serialize for OutFrames {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.bytes)
    }
}

impl<'de> Deserialize<'de> for OutFrames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = serde_bytes::ByteBuf::deserialize(deserializer)?.into_vec();
        let mut frames = Self { bytes, count: 0 };
        let (count, taken) =
            frames.iter().fold((0, 0), |(count, taken), frame| (count + 1, taken + HEAD + frame.content.len()));
        if taken != frames.bytes.len() {
            return Err(D::Error::custom(format!("message {count} of a batch is not whole")));
        }
        frames.count = count;
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
    fn they_travel_as_they_lie_in_memory() {
        let binary = OutFrame { subprotocol: Subprotocol::Bincode, content: &[0, 255] };
        let frames: OutFrames = [text("é"), binary].into_iter().collect();
        let bytes = bincode::serialize(&frames).expect("plain data");
        let expected = [&[14, 0, 0, 0, 0, 0, 0, 0][..], &[0, 2, 0, 0, 0, 195, 169], &[1, 2, 0, 0, 0, 0, 255]].concat();
        assert_eq!(bytes, expected);
        let back: OutFrames = bincode::deserialize(&bytes).expect("what was written");
        assert_eq!((back.len(), &back), (2, &frames));
    }

    #[test]
    fn a_batch_with_a_message_that_is_not_whole_is_refused() {
        let whole: OutFrames = [text("one"), text("two")].into_iter().collect();
        for cut in 1..HEAD + 3 {
            let bytes = serde_bytes::Bytes::new(&whole.bytes[..whole.bytes.len() - cut]);
            let error = bincode::deserialize::<OutFrames>(&bincode::serialize(bytes).expect("bytes")).expect_err("cut");
            assert_eq!(error.to_string(), "message 1 of a batch is not whole", "{cut} bytes short");
        }
        let of_no_kind = bincode::serialize(serde_bytes::Bytes::new(&[2, 0, 0, 0, 0])).expect("bytes");
        assert!(bincode::deserialize::<OutFrames>(&of_no_kind).is_err());
    }

    #[test]
    fn what_is_written_in_place_is_a_message() {
        let mut frames = OutFrames::with_capacity(1, 3);
        assert_eq!(frames.push_with(Subprotocol::Json, |bytes| bytes.extend_from_slice(b"abc")), 3);
        assert!(frames.iter().eq([text("abc")]));
    }
}
