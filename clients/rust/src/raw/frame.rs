//! RAW: WebSocket frames, proper and improper.

use std::io::{self, Cursor};

use bytes::{Buf, Bytes, BytesMut};
use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
pub use tokio_tungstenite::tungstenite::protocol::frame::coding::OpCode as Opcode;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data};

/// A frame to send; the defaults are those of a proper client.
#[derive(Clone, Debug)]
pub struct Frame {
    /// FIN: the last frame of its message.
    pub is_final: bool,
    /// RSV1 to RSV3; a server without extensions must refuse them.
    pub reserved: [bool; 3],
    /// What it is.
    pub opcode: Opcode,
    /// Clients must mask.
    pub masked: bool,
    /// The length to announce; the payload's own unless told otherwise.
    pub announced: Option<u64>,
    /// What is in it, unmasked.
    pub payload: Vec<u8>,
}

impl Frame {
    /// A whole message, control messages included.
    pub fn new(opcode: Opcode, payload: impl Into<Vec<u8>>) -> Self {
        Self { is_final: true, reserved: [false; 3], opcode, masked: true, announced: None, payload: payload.into() }
    }

    /// A whole text message; the payload need not be UTF-8.
    pub fn text(payload: impl Into<Vec<u8>>) -> Self {
        Self::new(Opcode::Data(Data::Text), payload)
    }

    /// A whole binary message.
    pub fn binary(payload: impl Into<Vec<u8>>) -> Self {
        Self::new(Opcode::Data(Data::Binary), payload)
    }

    /// The next piece of a message that began with a frame whose `is_final` was false.
    pub fn continuation(payload: impl Into<Vec<u8>>) -> Self {
        Self::new(Opcode::Data(Data::Continue), payload)
    }

    /// A ping.
    pub fn ping(payload: impl Into<Vec<u8>>) -> Self {
        Self::new(Opcode::Control(Control::Ping), payload)
    }

    /// A pong.
    pub fn pong(payload: impl Into<Vec<u8>>) -> Self {
        Self::new(Opcode::Control(Control::Pong), payload)
    }

    /// A close frame.
    pub fn close(code: u16, reason: &str) -> Self {
        let payload = [&code.to_be_bytes(), reason.as_bytes()].concat();
        Self::new(Opcode::Control(Control::Close), payload)
    }

    /// More is to follow.
    pub fn unfinished(mut self) -> Self {
        self.is_final = false;
        self
    }

    /// Without the mask that a client owes.
    pub fn unmasked(mut self) -> Self {
        self.masked = false;
        self
    }

    /// Appends the bytes on the wire.
    pub fn encode(&self, output: &mut Vec<u8>) {
        // A fixed mask is fine: it protects proxies from browsers, and neither is here.
        const MASK: [u8; 4] = [0x5a, 0xa5, 0x3c, 0xc3];
        let [rsv1, rsv2, rsv3] = self.reserved;
        let mask = self.masked.then_some(MASK);
        let header = FrameHeader { is_final: self.is_final, rsv1, rsv2, rsv3, opcode: self.opcode, mask };
        let length = self.announced.unwrap_or(self.payload.len() as u64);
        header.format(length, output).expect("writing to a Vec cannot fail");
        if self.masked {
            output.extend(self.payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
        } else {
            output.extend_from_slice(&self.payload);
        }
    }
}

/// What a server sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// A whole text message.
    Text(String),
    /// A whole binary message.
    Binary(Bytes),
    /// A ping; its pong is up to you.
    Ping(Bytes),
    /// A pong.
    Pong(Bytes),
    /// A close frame; 1005 stands for one without a code.
    Close {
        /// Why, for programs.
        code: u16,
        /// Why, for people.
        reason: String,
    },
    /// The TCP connection ended, by FIN or by reset.
    Eof,
}

impl Received {
    /// Takes one frame off the front of `buffer`, if it is whole.
    ///
    /// # Errors
    /// `InvalidData` for what no server of this protocol may send: a mask, reserved bits, a fragment, bad UTF-8.
    pub(super) fn parse(buffer: &mut BytesMut) -> io::Result<Option<Self>> {
        let invalid = |why: String| io::Error::new(io::ErrorKind::InvalidData, why);
        let mut cursor = Cursor::new(&buffer[..]);
        let Some((header, length)) = FrameHeader::parse(&mut cursor).map_err(|error| invalid(error.to_string()))?
        else {
            return Ok(None);
        };
        if header.mask.is_some() || header.rsv1 || header.rsv2 || header.rsv3 || !header.is_final {
            return Err(invalid(format!("the server sent {header:?}")));
        }
        let start = cursor.position() as usize;
        if ((buffer.len() - start) as u64) < length {
            return Ok(None);
        }
        buffer.advance(start);
        let payload = buffer.split_to(length as usize).freeze();
        let text =
            |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(|error| invalid(format!("not UTF-8: {error}")));
        Ok(Some(match header.opcode {
            Opcode::Data(Data::Text) => Self::Text(text(&payload)?),
            Opcode::Data(Data::Binary) => Self::Binary(payload),
            Opcode::Control(Control::Ping) => Self::Ping(payload),
            Opcode::Control(Control::Pong) => Self::Pong(payload),
            Opcode::Control(Control::Close) => match &payload[..] {
                [] => Self::Close { code: 1005, reason: String::new() },
                [high, low, reason @ ..] => {
                    Self::Close { code: u16::from_be_bytes([*high, *low]), reason: text(reason)? }
                }
                [_] => return Err(invalid("a close frame with half a code".into())),
            },
            other => return Err(invalid(format!("the server sent a frame of kind {other}"))),
        }))
    }
}
