//! WEBSOCKET: outbound frames as bytes, appended to what is to be written, so that a batch leaves in one write.

use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{Data, OpCode};
use umbra_machine::session::OutFrame;
use umbra_protocol::{CloseCode, ServerFrame, Subprotocol, encode_server_binary, encode_server_json};

/// A batch of messages, in order.
pub fn frames(bytes: &mut Vec<u8>, frames: Vec<OutFrame>) {
    for frame in frames {
        append(
            bytes,
            match frame {
                OutFrame::Text(text) => Frame::message(text, OpCode::Data(Data::Text), true),
                OutFrame::Binary(binary) => Frame::message(binary, OpCode::Data(Data::Binary), true),
            },
        );
    }
}

/// One message of the server's own.
pub fn server_frame(bytes: &mut Vec<u8>, subprotocol: Subprotocol, frame: &ServerFrame) {
    let frame = match subprotocol {
        Subprotocol::Json => OutFrame::Text(encode_server_json(frame)),
        Subprotocol::Bincode => OutFrame::Binary(encode_server_binary(frame)),
    };
    frames(bytes, vec![frame]);
}

/// A ping without content.
pub fn ping(bytes: &mut Vec<u8>) {
    append(bytes, Frame::ping(Vec::new()));
}

/// The server's half of a close.
pub fn close(bytes: &mut Vec<u8>, code: CloseCode) {
    append(bytes, Frame::close(Some(CloseFrame { code: code.code().into(), reason: code.reason().into() })));
}

fn append(bytes: &mut Vec<u8>, frame: Frame) {
    // Invariant: writing to a vector does not fail.
    frame.format(bytes).expect("a frame can be written to memory");
}
