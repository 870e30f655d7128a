//! What a frame is when it cannot be read: what a server answers, and what a client may skip.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{ErrorCode, ServerFrame, WireError};

/// Why a client's frame was refused. It can travel between processes, since the user keeps the books about `ref`s.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum FrameError {
    /// There is no envelope to answer to: not JSON, no object, no string `id`; in bincode no readable `ref` and `ack`.
    /// Answer it with a null `ref`, and count it: [`crate::limits::BAD_FRAMES_MAX`] in a row close the connection.
    #[error("{message}")]
    Envelope {
        /// What was wrong and what was expected.
        message: String,
    },
    /// The envelope stands but the message does not. Answer it; it does not count as a bad frame.
    #[error("{}", error.message)]
    Message {
        /// The `ref`, when it could be read. A session treats it as used.
        reference: Option<u64>,
        /// `BAD_MESSAGE` naming the field, `UNKNOWN_ID` naming the id, or `BAD_OPTIONS` for seats that no game has.
        error: WireError,
        /// The `ack`, when it could be read: it counts even though the message does not.
        ack: Option<u64>,
    },
}

impl FrameError {
    /// The `ERROR` that answers the frame.
    pub fn reply(&self) -> ServerFrame {
        match self {
            Self::Envelope { message } => {
                ServerFrame::Error { reference: None, error: WireError::new(ErrorCode::BadMessage, message) }
            }
            Self::Message { reference, error, .. } => {
                ServerFrame::Error { reference: *reference, error: error.clone() }
            }
        }
    }
}

/// Why a server's frame could not be read by a client.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ServerFrameError {
    /// A kind of message that this client is too old to know. Skip it, but acknowledge its `seq`.
    #[error("unknown message {id}")]
    Unknown {
        /// The id, or in bincode the number of the variant.
        id: String,
        /// Its place among the events, when it is one.
        seq: Option<u64>,
    },
    /// Not a frame of this protocol: the connection cannot be trusted, start it anew.
    #[error("malformed frame: {message}")]
    Malformed {
        /// What was wrong.
        message: String,
    },
}

impl ServerFrameError {
    pub(crate) fn malformed(reason: impl ToString) -> Self {
        Self::Malformed { message: reason.to_string() }
    }
}
