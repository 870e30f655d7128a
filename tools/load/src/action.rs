//! The one action of all players: a value with the time at which it was due.

use umbra_client::Subprotocol;
use umbra_client::raw::Frame;
use umbra_protocol::{ClientFrame, ClientMessage, GameValue, encode_client_binary, encode_client_json};

/// What a value of this tool begins with; no other message holds these bytes.
pub const MARK: &[u8] = b"\"@";
/// How many hexadecimal digits of time follow.
pub const STAMP_CHARS: usize = 16;
/// The shortest value: quotes, mark, stamp.
pub const VALUE_BYTES_MIN: usize = STAMP_CHARS + 3;

/// A value of `bytes` bytes of JSON (at least [`VALUE_BYTES_MIN`]) that says when it was due.
pub fn value(due_ns: u64, bytes: usize) -> String {
    let padding = bytes.saturating_sub(VALUE_BYTES_MIN);
    format!("\"@{due_ns:016x}{:.<padding$}\"", "")
}

/// Appends a whole WebSocket frame with `message` in it.
pub fn encode(subprotocol: Subprotocol, reference: u64, ack: Option<u64>, message: ClientMessage, to: &mut Vec<u8>) {
    let frame = ClientFrame { reference: Some(reference), ack, message };
    let frame = match subprotocol {
        Subprotocol::Json => Frame::text(encode_client_json(&frame)),
        Subprotocol::Bincode => Frame::binary(encode_client_binary(&frame)),
    };
    frame.encode(to);
}

/// The action that carries `value`.
pub fn relay(value: String) -> ClientMessage {
    ClientMessage::GameAction { action: GameValue::trusted(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_json_of_the_asked_size() {
        for bytes in [VALUE_BYTES_MIN, 64, 1000] {
            let value = value(u64::MAX, bytes);
            assert_eq!(value.len(), bytes);
            assert!(serde_json::from_str::<String>(&value).is_ok(), "{value}");
        }
    }
}
