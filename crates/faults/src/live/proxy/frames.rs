//! FAULTS, live: where one piece of a connection ends and the next begins: the upgrade's head, then frames.

use std::io::Cursor;

use bytes::{Bytes, BytesMut};
use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::OpCode;

/// How much is read at a time, at most.
const READ_BYTES: usize = 16 * 1024;

/// Takes one direction of a connection apart.
#[derive(Debug, Default)]
pub(super) struct Cutter {
    buffer: BytesMut,
    stage: Stage,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Stage {
    /// Nothing but HTTP so far.
    #[default]
    Head,
    Frames,
    /// What comes cannot be taken apart: it passes as it is.
    Opaque,
}

/// Something that passes whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A frame with a message, or with a part of one.
    Message(Bytes),
    /// Anything else.
    Other(Bytes),
}

impl Piece {
    pub fn bytes(&self) -> &Bytes {
        match self {
            Self::Message(bytes) | Self::Other(bytes) => bytes,
        }
    }
}

impl Cutter {
    /// Where to read into.
    pub fn buffer(&mut self) -> &mut BytesMut {
        self.buffer.reserve(READ_BYTES);
        &mut self.buffer
    }

    /// The next piece, if it is whole.
    pub fn next(&mut self) -> Option<Piece> {
        match self.stage {
            Stage::Head => {
                const END: &[u8] = b"\r\n\r\n";
                let end = self.buffer.windows(END.len()).position(|window| window == END)? + END.len();
                self.stage = Stage::Frames;
                Some(Piece::Other(self.buffer.split_to(end).freeze()))
            }
            Stage::Frames => self.frame(),
            Stage::Opaque => self.rest(),
        }
    }

    /// Whatever is left, whole or not.
    pub fn rest(&mut self) -> Option<Piece> {
        let rest = self.buffer.split().freeze();
        (!rest.is_empty()).then_some(Piece::Other(rest))
    }

    fn frame(&mut self) -> Option<Piece> {
        let mut cursor = Cursor::new(&self.buffer[..]);
        let Ok(parsed) = FrameHeader::parse(&mut cursor) else {
            self.stage = Stage::Opaque;
            return self.rest();
        };
        let (header, length) = parsed?;
        let end = usize::try_from(cursor.position() + length).ok()?;
        if self.buffer.len() < end {
            return None;
        }
        let bytes = self.buffer.split_to(end).freeze();
        Some(match header.opcode {
            OpCode::Data(_) => Piece::Message(bytes),
            OpCode::Control(_) => Piece::Other(bytes),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An upgrade, a short text, a ping and a text of 300 bytes, the client's way.
    fn connection() -> (Vec<u8>, Vec<usize>) {
        use umbra_client::raw::Frame;
        let mut bytes = b"GET /ws HTTP/1.1\r\nHost: x\r\n\r\n".to_vec();
        let mut ends = vec![bytes.len()];
        for frame in [Frame::text("short"), Frame::ping("p"), Frame::text("x".repeat(300))] {
            frame.encode(&mut bytes);
            ends.push(bytes.len());
        }
        (bytes, ends)
    }

    #[test]
    fn a_connection_is_taken_apart_in_the_same_places_however_its_bytes_come() {
        let (bytes, ends) = connection();
        for size in [1, 7, 64, bytes.len()] {
            let mut cutter = Cutter::default();
            let mut pieces = Vec::new();
            for part in bytes.chunks(size) {
                cutter.buffer().extend_from_slice(part);
                while let Some(piece) = cutter.next() {
                    pieces.push(piece);
                }
            }
            let mut end = 0;
            let found = pieces.iter().map(|piece| {
                end += piece.bytes().len();
                end
            });
            assert_eq!(found.collect::<Vec<_>>(), ends);
            let messages = pieces.iter().map(|piece| matches!(piece, Piece::Message(_)));
            assert_eq!(messages.collect::<Vec<_>>(), [false, true, false, true]);
        }
    }

    #[test]
    fn what_is_no_frame_passes_as_it_is() {
        let mut cutter = Cutter::default();
        cutter.buffer().extend_from_slice(b"HTTP/1.1 101 \r\n\r\n");
        assert!(cutter.next().is_some());
        // An opcode that there is not.
        cutter.buffer().extend_from_slice(b"\x8fabc");
        assert_eq!(cutter.next(), Some(Piece::Other(Bytes::from_static(b"\x8fabc"))));
    }
}
