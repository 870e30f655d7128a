//! What the measuring loop must know of a server's frame, found without decoding it.
//!
//! Most of what a loaded server sends is `RELAYED` events; at a quarter of a million a second, building each one as a value
//! would measure this tool. The tests hold this to what the real encoder writes.

use std::io::Cursor;

use anyhow::{Context, Result, bail};
use bytes::{Buf, BytesMut};
use memchr::memmem::Finder;
use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};
use umbra_client::Subprotocol;

use crate::action::{MARK, STAMP_CHARS};

/// One frame of a server, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// An event that carries a value of this tool.
    Relayed {
        /// Its place in the session.
        seq: u64,
        /// When its action was due, nanoseconds since the start of the tool.
        due_ns: u64,
    },
    /// Any other event.
    OtherEvent {
        /// Its place in the session.
        seq: u64,
    },
    /// An action was carried out.
    Ok,
    /// An action was refused.
    Error,
    /// A control message, or a pong.
    Control,
    /// A ping, to be answered.
    Ping,
    /// The server closes.
    Close,
}

/// Finds its way through frames of one encoding.
#[derive(Debug)]
pub struct Scanner {
    subprotocol: Subprotocol,
    mark: Finder<'static>,
}

impl Scanner {
    /// For connections of that encoding.
    pub fn new(subprotocol: Subprotocol) -> Self {
        Self { subprotocol, mark: Finder::new(MARK) }
    }

    /// Takes one frame off the front of `buffer`; `None`: it is not whole yet.
    ///
    /// # Errors
    /// What a server of this protocol never sends.
    pub fn next(&self, buffer: &mut BytesMut) -> Result<Option<Heard>> {
        let mut cursor = Cursor::new(&buffer[..]);
        let Some((header, length)) = FrameHeader::parse(&mut cursor)? else { return Ok(None) };
        let start = cursor.position() as usize;
        let end = start + usize::try_from(length)?;
        if buffer.len() < end {
            return Ok(None);
        }
        let payload = &buffer[start..end];
        let heard = match header.opcode {
            OpCode::Data(Data::Text) if self.subprotocol == Subprotocol::Json => self.message(payload)?,
            OpCode::Data(Data::Binary) if self.subprotocol == Subprotocol::Bincode => self.message(payload)?,
            OpCode::Control(Control::Ping) => Heard::Ping,
            OpCode::Control(Control::Pong) => Heard::Control,
            OpCode::Control(Control::Close) => Heard::Close,
            other => bail!("the server sent a frame of kind {other}"),
        };
        buffer.advance(end);
        Ok(Some(heard))
    }

    /// What a message says, taken out of its frame.
    ///
    /// # Errors
    /// What a server of this protocol never sends.
    pub fn message(&self, payload: &[u8]) -> Result<Heard> {
        match self.subprotocol {
            Subprotocol::Json => self.json(payload),
            Subprotocol::Bincode => self.bincode(payload),
        }
    }

    /// `{"id":"GAME_EVENT","seq":42,"body":…`
    fn json(&self, payload: &[u8]) -> Result<Heard> {
        let id = payload.strip_prefix(br#"{"id":""#).context("a message without an id")?;
        if id.starts_with(b"OK\"") {
            return Ok(Heard::Ok);
        }
        if id.starts_with(b"ERROR\"") {
            return Ok(Heard::Error);
        }
        let after_id = memchr::memchr(b'"', id).context("an id without an end")? + 1;
        let Some(digits) = id[after_id..].strip_prefix(br#","seq":"#) else { return Ok(Heard::Control) };
        let seq = digits.iter().take_while(|byte| byte.is_ascii_digit());
        let seq = seq.fold(0u64, |seq, digit| seq.wrapping_mul(10).wrapping_add(u64::from(digit - b'0')));
        Ok(self.event(seq, digits))
    }

    /// Kind of frame (`u32`), for an event then `seq` (`u64`), all little-endian.
    fn bincode(&self, payload: &[u8]) -> Result<Heard> {
        let (kind, rest) = payload.split_first_chunk().context("a message without a kind")?;
        Ok(match u32::from_le_bytes(*kind) {
            0 => Heard::Ok,
            1 => Heard::Error,
            2 => {
                let (seq, event) = rest.split_first_chunk().context("an event without a seq")?;
                self.event(u64::from_le_bytes(*seq), event)
            }
            _ => Heard::Control,
        })
    }

    fn event(&self, seq: u64, event: &[u8]) -> Heard {
        let stamp = self.mark.find(event).and_then(|at| event.get(at + MARK.len()..at + MARK.len() + STAMP_CHARS));
        let due_ns = stamp.and_then(|stamp| u64::from_str_radix(std::str::from_utf8(stamp).ok()?, 16).ok());
        match due_ns {
            Some(due_ns) => Heard::Relayed { seq, due_ns },
            None => Heard::OtherEvent { seq },
        }
    }
}

#[cfg(test)]
mod tests {
    use umbra_client::raw::Frame;
    use umbra_protocol::{
        Control as ServerControl, ErrorCode, Event, GameValue, OkBody, ServerFrame, WireError, encode_server_binary,
        encode_server_json,
    };

    use super::*;
    use crate::action::value;

    fn scan(subprotocol: Subprotocol, frame: &ServerFrame) -> Heard {
        let frame = match subprotocol {
            Subprotocol::Json => Frame::text(encode_server_json(frame)),
            Subprotocol::Bincode => Frame::binary(encode_server_binary(frame)),
        };
        let mut bytes = Vec::new();
        frame.unmasked().encode(&mut bytes);
        let scanner = Scanner::new(subprotocol);
        let mut buffer = BytesMut::new();
        for byte in &bytes[..bytes.len() - 1] {
            buffer.extend([byte]);
            assert_eq!(scanner.next(&mut buffer).unwrap(), None, "not whole yet");
        }
        buffer.extend(&bytes[bytes.len() - 1..]);
        buffer.extend([0x81]);
        let heard = scanner.next(&mut buffer).unwrap().expect("whole");
        assert_eq!(&buffer[..], [0x81], "the next frame is untouched");
        heard
    }

    #[test]
    fn every_kind_of_frame_is_told_apart_in_both_encodings() {
        let relayed = format!(r#"{{"type":"RELAYED","seat":3,"n":71,"value":{}}}"#, value(0xabcdef0123, 64));
        let event = Event::GameEvent { event: GameValue::trusted(relayed) };
        let other = Event::GameEvent { event: GameValue::trusted("{}".into()) };
        let error = WireError::new(ErrorCode::RateLimited, "slow down");
        let cases = [
            (ServerFrame::Event { seq: 987_654, event }, Heard::Relayed { seq: 987_654, due_ns: 0xabcdef0123 }),
            (ServerFrame::Event { seq: 3, event: other }, Heard::OtherEvent { seq: 3 }),
            (ServerFrame::Event { seq: 4, event: Event::Kicked }, Heard::OtherEvent { seq: 4 }),
            (ServerFrame::Ok { reference: Some(9), body: OkBody::Empty }, Heard::Ok),
            (ServerFrame::Error { reference: None, error }, Heard::Error),
            (ServerFrame::Control(ServerControl::Replaced), Heard::Control),
        ];
        for (frame, heard) in cases {
            for subprotocol in [Subprotocol::Json, Subprotocol::Bincode] {
                assert_eq!(scan(subprotocol, &frame), heard, "{subprotocol:?}: {frame:?}");
            }
        }
    }
}
