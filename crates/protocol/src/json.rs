//! The encoding of `umbra.v1.json`: text frames, one JSON object each.
//!
//! Reading goes in two stages, so that an error inside the body can still be answered under its `ref`: first the
//! envelope, with the body left as raw text, then the body of the message that the `id` names.

mod fields;
mod read_client;
mod read_server;
mod tagged;
mod write_client;
mod write_server;

pub use read_client::decode_client_json;
pub use read_server::decode_server_json;
pub use write_client::encode_client_json;
pub use write_server::encode_server_json;
pub(crate) use write_server::{event_body, event_head, id_bytes_in_head};
