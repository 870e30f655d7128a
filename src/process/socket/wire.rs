//! Outbound WebSocket frames as bytes; the framing itself is tungstenite's.

use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{Data, OpCode};
use umbra_machine::session::{OutFrame, OutFrames};
use umbra_protocol::{CloseCode, ServerFrame, Subprotocol, encode_server_binary, encode_server_json};

/// Of a frame from a server, which has no mask.
const HEADER_BYTES_MAX: usize = 10;

/// A batch of messages as one piece, so that it leaves in one write.
pub(super) fn frames(frames: &OutFrames) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(frames.content_bytes() + frames.len() * HEADER_BYTES_MAX);
    for frame in frames.iter() {
        append(&mut bytes, message(frame));
    }
    bytes
}

/// One message.
pub(super) fn server_frame(subprotocol: Subprotocol, frame: &ServerFrame) -> Vec<u8> {
    let content = match subprotocol {
        Subprotocol::Json => encode_server_json(frame).into_bytes(),
        Subprotocol::Bincode => encode_server_binary(frame),
    };
    one(message(OutFrame { subprotocol, content: &content }))
}

/// A ping without content.
pub(super) fn ping() -> Vec<u8> {
    one(Frame::ping(Vec::new()))
}

/// The server's half of a close.
pub(super) fn close(code: CloseCode) -> Vec<u8> {
    one(Frame::close(Some(CloseFrame { code: code.code().into(), reason: code.reason().into() })))
}

fn message(frame: OutFrame<'_>) -> Frame {
    let data = match frame.subprotocol {
        Subprotocol::Json => Data::Text,
        Subprotocol::Bincode => Data::Binary,
    };
    Frame::message(frame.content.to_vec(), OpCode::Data(data), true)
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
