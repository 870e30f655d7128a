//! Outbound WebSocket frames as bytes; the framing itself is tungstenite's.

use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{Data, OpCode};
use umbra_machine::session::OutFrame;
use umbra_protocol::{CloseCode, ServerFrame, Subprotocol, encode_server_binary, encode_server_json};

/// A batch of messages as one piece, so that it leaves in one write.
pub(super) fn frames(frames: Vec<OutFrame>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for frame in frames {
        append(&mut bytes, message(frame));
    }
    bytes
}

/// One message.
pub(super) fn server_frame(subprotocol: Subprotocol, frame: &ServerFrame) -> Vec<u8> {
    frames(vec![match subprotocol {
        Subprotocol::Json => OutFrame::Text(encode_server_json(frame)),
        Subprotocol::Bincode => OutFrame::Binary(encode_server_binary(frame)),
    }])
}

/// A ping without content.
pub(super) fn ping() -> Vec<u8> {
    one(Frame::ping(Vec::new()))
}

/// The server's half of a close.
pub(super) fn close(code: CloseCode) -> Vec<u8> {
    one(Frame::close(Some(CloseFrame { code: code.code().into(), reason: code.reason().into() })))
}

fn message(frame: OutFrame) -> Frame {
    match frame {
        OutFrame::Text(text) => Frame::message(text, OpCode::Data(Data::Text), true),
        OutFrame::Binary(bytes) => Frame::message(bytes, OpCode::Data(Data::Binary), true),
    }
}

fn one(frame: Frame) -> Vec<u8> {
    let mut bytes = Vec::new();
    append(&mut bytes, frame);
    bytes
}

fn append(bytes: &mut Vec<u8>, frame: Frame) {
    // Invariant: writing to a vector does not fail.
    frame.format(bytes).expect("a frame can be written to memory");
}
