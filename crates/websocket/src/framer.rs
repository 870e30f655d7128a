//! WEBSOCKET: inbound bytes to whole messages, within their limit.

use std::io::{self, ErrorKind, Read, Write};

use tungstenite::error::CapacityError;
use tungstenite::protocol::{Role, WebSocketConfig, WebSocketContext};
use tungstenite::{Error, Message};
use umbra_machine::connection::Payload;
use umbra_protocol::CloseCode;

/// The inbound half of one WebSocket.
#[derive(Debug)]
pub struct Framer {
    context: WebSocketContext,
}

/// What some bytes came to.
#[derive(Debug, PartialEq, Eq)]
pub struct Heard {
    /// Every message that is whole with them, in order.
    pub payloads: Vec<Payload>,
    /// What the protocol itself answers (pongs, the echo of a close), to be written as it is.
    pub answers: Vec<u8>,
    /// Whether it goes on.
    pub verdict: Verdict,
}

/// Whether a connection goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It does.
    ReadOn,
    /// The client has closed it as it should. Nothing more may come.
    Closed,
    /// The client broke a rule: close with this code, and look at nothing it still sends.
    Violation(CloseCode),
}

/// Bytes kept for a connection between messages, and copied at a time while a larger one comes in: most messages are
/// smaller, and most connections are idle.
const BUFFER_BYTES: usize = 256;

impl Framer {
    /// For a connection whose handshake is done; a message larger than this, even when only announced, is refused.
    pub fn new(max_message_bytes: usize) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(BUFFER_BYTES)
            .write_buffer_size(0)
            .max_message_size(Some(max_message_bytes))
            .max_frame_size(Some(max_message_bytes));
        Self { context: WebSocketContext::new(Role::Server, Some(config)) }
    }

    /// Takes what one read brought.
    pub fn take(&mut self, bytes: &[u8]) -> Heard {
        let mut piece = Piece { inbound: bytes, outbound: Vec::new() };
        let mut payloads = Vec::new();
        let verdict = loop {
            match self.context.read(&mut piece) {
                Ok(Message::Text(text)) => payloads.push(Payload::Text(text.as_str().to_owned())),
                Ok(Message::Binary(bytes)) => payloads.push(Payload::Binary(bytes.to_vec())),
                // Answered by the protocol itself.
                Ok(Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_)) => {}
                Err(error) => break judge(&error),
            }
        };
        Heard { payloads, answers: piece.outbound, verdict }
    }
}

/// What the error that ended a round of reading means.
fn judge(error: &Error) -> Verdict {
    match error {
        Error::ConnectionClosed | Error::AlreadyClosed => Verdict::Closed,
        // Every byte there was has been taken.
        Error::Io(_) => Verdict::ReadOn,
        Error::Utf8(_) => Verdict::Violation(CloseCode::NotUtf8),
        Error::Capacity(CapacityError::MessageTooLong { .. }) => Verdict::Violation(CloseCode::TooBig),
        Error::Protocol(_) => Verdict::Violation(CloseCode::Protocol),
        // Errors that reading does not have.
        _ => Verdict::Violation(CloseCode::Internal),
    }
}

/// The bytes of one read as a stream that would block after them; what is written into it is kept.
struct Piece<'a> {
    inbound: &'a [u8],
    outbound: Vec<u8>,
}

impl Read for Piece<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.inbound.is_empty() { Err(ErrorKind::WouldBlock.into()) } else { self.inbound.read(buffer) }
    }
}

impl Write for Piece<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.outbound.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
