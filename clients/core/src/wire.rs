//! WIRE: a message of a connection and what it says, in either encoding.

use std::borrow::Cow;

use umbra_protocol::{
    ClientFrame, ReplyKind, ServerFrame, ServerFrameError, Subprotocol, decode_server_binary, encode_client_binary,
};
#[cfg(feature = "json")]
use umbra_protocol::{decode_server_json, encode_client_json};

/// The longest message of a server that is read; a longer one counts as unreadable. Homes whose WebSocket library can be told
/// a limit tell it this one, so that nothing longer is ever kept in memory.
pub const MESSAGE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// One WebSocket message, text or binary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload<'a> {
    /// Of a text frame.
    Text(Cow<'a, str>),
    /// Of a binary frame.
    Binary(Cow<'a, [u8]>),
}

impl Payload<'_> {
    fn bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }
}

/// What a client says, as it travels.
///
/// # Panics
/// In a client that was built without the feature `json` and was told to speak it: a fault of the program.
pub fn encode(subprotocol: Subprotocol, frame: &ClientFrame) -> Payload<'static> {
    match subprotocol {
        #[cfg(not(feature = "json"))]
        Subprotocol::Json => panic!("this client was built without the feature `json`"),
        #[cfg(feature = "json")]
        Subprotocol::Json => Payload::Text(encode_client_json(frame).into()),
        Subprotocol::Bincode => Payload::Binary(encode_client_binary(frame).into()),
    }
}

/// What a message of the server can be.
#[derive(Debug)]
pub(crate) enum Said {
    Frame(ServerFrame),
    /// Of a newer server.
    Unknown {
        id: String,
        seq: Option<u64>,
    },
}

/// Reads a message of the server; the error says in a few words what is wrong with it. `expects` says which form of `OK` answers
/// a `ref`, since JSON alone does not tell.
pub(crate) fn decode(
    subprotocol: Subprotocol,
    payload: &Payload<'_>,
    #[cfg_attr(not(feature = "json"), expect(unused_variables, reason = "only JSON asks"))] expects: impl Fn(
        Option<u64>,
    )
        -> ReplyKind,
) -> Result<Said, String> {
    if payload.bytes() > MESSAGE_BYTES_MAX {
        return Err(format!("a message of {} bytes, at most {MESSAGE_BYTES_MAX} are read", payload.bytes()));
    }
    let decoded = match (subprotocol, payload) {
        #[cfg(feature = "json")]
        (Subprotocol::Json, Payload::Text(text)) => decode_server_json(text, expects),
        #[cfg(not(feature = "json"))]
        (Subprotocol::Json, Payload::Text(_)) => return Err("this client does not speak JSON".to_owned()),
        (Subprotocol::Bincode, Payload::Binary(bytes)) => decode_server_binary(bytes),
        (Subprotocol::Json, Payload::Binary(_)) | (Subprotocol::Bincode, Payload::Text(_)) => {
            return Err(format!("a frame type that is not of {}", subprotocol.name()));
        }
    };
    match decoded {
        Ok(frame) => Ok(Said::Frame(frame)),
        Err(ServerFrameError::Unknown { id, seq }) => Ok(Said::Unknown { id, seq }),
        Err(error @ ServerFrameError::Malformed { .. }) => Err(error.to_string()),
    }
}
