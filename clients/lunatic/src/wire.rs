//! HOME, wire: outbound WebSocket frames as bytes, masked, as a client's must be; the framing itself is tungstenite's.

use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
use umbra_client_core::Payload;

/// One message. `mask` is four bytes that nobody can guess.
pub(crate) fn message(payload: Payload<'static>, mask: u32) -> Vec<u8> {
    bytes(
        match payload {
            Payload::Text(text) => Frame::message(text.into_owned(), OpCode::Data(Data::Text), true),
            Payload::Binary(bytes) => Frame::message(bytes.into_owned(), OpCode::Data(Data::Binary), true),
        },
        mask,
    )
}

/// The client's goodbye.
pub(crate) fn goodbye(mask: u32) -> Vec<u8> {
    bytes(Frame::close(Some(CloseFrame { code: CloseCode::Normal, reason: "".into() })), mask)
}

fn bytes(mut frame: Frame, mask: u32) -> Vec<u8> {
    frame.header_mut().mask = Some(mask.to_le_bytes());
    let mut bytes = Vec::new();
    // Invariant: writing to a vector does not fail.
    frame.format(&mut bytes).expect("a frame can be written to memory");
    bytes
}
