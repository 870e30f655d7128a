//! In which form the frames of one connection travel.

use serde::{Deserialize, Serialize};

/// Subprotocol of text frames: one JSON object each. Also used when a client offers none.
pub const SUBPROTOCOL_JSON: &str = "umbra.v1.json";
/// Subprotocol of binary frames: the same messages as bincode 1.3 (fixed-width little-endian integers).
pub const SUBPROTOCOL_BINCODE: &str = "umbra.v1.bincode";

/// What a connection agreed on in its handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Subprotocol {
    /// Text frames of [`SUBPROTOCOL_JSON`].
    Json,
    /// Binary frames of [`SUBPROTOCOL_BINCODE`].
    Bincode,
}

impl Subprotocol {
    /// The name in `Sec-WebSocket-Protocol`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => SUBPROTOCOL_JSON,
            Self::Bincode => SUBPROTOCOL_BINCODE,
        }
    }

    /// The subprotocol of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Json, Self::Bincode].into_iter().find(|known| known.name() == name)
    }
}
