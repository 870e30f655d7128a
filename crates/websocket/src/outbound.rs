//! WEBSOCKET: outbound frames as bytes, appended to what is to be written, so that a batch leaves in one write.

use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::coding::{Data, OpCode};
use tungstenite::protocol::frame::{Frame, FrameHeader};
use umbra_machine::session::{OutFrame, OutFrames};
use umbra_protocol::{CloseCode, ServerFrame, Subprotocol, encode_server_binary, encode_server_json};

/// Of a frame from a server, which has no mask.
const HEADER_BYTES_MAX: usize = 10;

/// A batch of messages, in order.
pub fn frames(bytes: &mut Vec<u8>, frames: &OutFrames) {
    bytes.reserve(frames.content_bytes() + frames.len() * HEADER_BYTES_MAX);
    for frame in frames.iter() {
        message(bytes, frame);
    }
}

/// One message of the server's own.
pub fn server_frame(bytes: &mut Vec<u8>, subprotocol: Subprotocol, frame: &ServerFrame) {
    let content = match subprotocol {
        Subprotocol::Json => encode_server_json(frame).into_bytes(),
        Subprotocol::Bincode => encode_server_binary(frame),
    };
    message(bytes, OutFrame { subprotocol, content: &content });
}

/// A ping without content.
pub fn ping(bytes: &mut Vec<u8>) {
    control(bytes, Frame::ping(Vec::new()));
}

/// The server's half of a close.
pub fn close(bytes: &mut Vec<u8>, code: CloseCode) {
    control(bytes, Frame::close(Some(CloseFrame { code: code.code().into(), reason: code.reason().into() })));
}

/// The content is copied once, behind its header.
fn message(bytes: &mut Vec<u8>, frame: OutFrame<'_>) {
    let data = match frame.subprotocol {
        Subprotocol::Json => Data::Text,
        Subprotocol::Bincode => Data::Binary,
    };
    let header = FrameHeader { opcode: OpCode::Data(data), ..FrameHeader::default() };
    // Invariant: writing to a vector does not fail.
    header.format(frame.content.len() as u64, bytes).expect("a header can be written to memory");
    bytes.extend_from_slice(frame.content);
}

fn control(bytes: &mut Vec<u8>, frame: Frame) {
    // Invariant: as above.
    frame.format(bytes).expect("a frame can be written to memory");
}
