//! DRIVER: a server's WebSocket frames, found in what was read without copying any.

use std::io::Cursor;

use anyhow::{Result, bail};
use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrived<'a> {
    /// A whole message, text or binary.
    Message(&'a [u8]),
    /// A ping, to be answered with the same.
    Ping(&'a [u8]),
    /// A pong.
    Pong,
    /// The server closes; 1005 stands for no code.
    Close(u16),
}

/// The first frame of `bytes` and its length with its header; `None` if it is not whole.
///
/// # Errors
/// What no server under measurement sends: a mask, compression, a message in several frames.
pub fn next(bytes: &[u8]) -> Result<Option<(Arrived<'_>, usize)>> {
    let mut cursor = Cursor::new(bytes);
    let Some((header, length)) = FrameHeader::parse(&mut cursor)? else { return Ok(None) };
    let start = cursor.position() as usize;
    let Some(payload) = bytes.get(start..).and_then(|rest| rest.get(..usize::try_from(length).ok()?)) else {
        return Ok(None);
    };
    if !header.is_final || header.rsv1 || header.mask.is_some() {
        bail!("the server sent {header:?}");
    }
    let arrived = match header.opcode {
        OpCode::Data(Data::Text | Data::Binary) => Arrived::Message(payload),
        OpCode::Control(Control::Ping) => Arrived::Ping(payload),
        OpCode::Control(Control::Pong) => Arrived::Pong,
        OpCode::Control(Control::Close) => {
            Arrived::Close(payload.first_chunk().map_or(1005, |code| u16::from_be_bytes(*code)))
        }
        other => bail!("the server sent a frame of kind {other}"),
    };
    Ok(Some((arrived, start + payload.len())))
}

#[cfg(test)]
mod tests {
    use umbra_client::raw::Frame;

    use super::*;

    fn bytes(frame: Frame) -> Vec<u8> {
        let mut bytes = Vec::new();
        frame.unmasked().encode(&mut bytes);
        bytes
    }

    #[test]
    fn a_frame_is_found_when_it_is_whole_and_what_follows_is_left_alone() {
        for size in [0, 125, 126, 70_000] {
            let payload = vec![b'x'; size];
            let mut sent = bytes(Frame::text(payload.clone()));
            let length = sent.len();
            assert_eq!(next(&sent[..length - 1]).unwrap(), None);
            sent.extend(bytes(Frame::ping([])));
            assert_eq!(next(&sent).unwrap(), Some((Arrived::Message(&payload), length)));
            assert_eq!(next(&sent[length..]).unwrap(), Some((Arrived::Ping(&[]), 2)));
        }
    }

    #[test]
    fn a_close_frame_says_its_code() {
        assert_eq!(next(&bytes(Frame::close(4004, "slow"))).unwrap().unwrap().0, Arrived::Close(4004));
    }

    #[test]
    fn what_would_be_misread_is_refused() {
        let mut compressed = Frame::text("x");
        compressed.reserved[0] = true;
        let mut masked = Vec::new();
        Frame::text("x").encode(&mut masked);
        for wrong in [bytes(compressed), bytes(Frame::text("x").unfinished()), masked] {
            assert!(next(&wrong).is_err());
        }
    }
}
