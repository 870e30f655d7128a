//! WIRE: every message that crosses a connection, its ids, its two encodings, its limits and close codes.
//!
//! This crate is what a server and any client agree on; it compiles natively, for `wasm32-wasip1` and for
//! `wasm32-unknown-unknown`, and knows nothing of processes, rooms or games. What a game defines travels inside as
//! [`GameValue`], JSON text that nobody on the way has to understand.

mod binary;
mod checks;
mod client;
mod close;
mod encoded_event;
mod error;
mod event;
mod frame_error;
mod ids;
mod json;
pub mod limits;
mod server;
mod snapshot;
mod subprotocol;
mod value;

pub use binary::{decode_client_binary, decode_server_binary, encode_client_binary, encode_server_binary};
pub use client::{ClientFrame, ClientMessage, Hello, JoinAs, RoomSpec};
pub use close::CloseCode;
pub use encoded_event::EncodedEvent;
pub use error::{ErrorCode, WireError};
pub use event::{DissolveReason, Event, LeaveReason, SkipReason};
pub use frame_error::{FrameError, ServerFrameError};
pub use ids::{NameRefused, PackedRoomId, RoomId, Seat, Uid, UserName};
pub use json::{decode_client_json, decode_server_json, encode_client_json, encode_server_json};
pub use server::{Control, HelloOk, OkBody, ReplyKind, ServerFrame};
pub use snapshot::{Phase, PlayerInfo, RoomSnapshot, RoomSummary, SpectatorInfo, Turn};
pub use subprotocol::{SUBPROTOCOL_BINCODE, SUBPROTOCOL_JSON, Subprotocol};
pub use value::GameValue;
