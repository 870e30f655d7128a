//! WEBSOCKET: between bytes and whole messages, as functions over bytes.
//!
//! Whoever owns a connection (the guest's reader, or a native edge) hands every byte it has read to a [`Framer`] and is
//! told which messages are whole, what the protocol itself wants answered, and whether the connection may go on. What is
//! to be said is made into bytes here too ([`outbound`]). The framing is tungstenite's, strict RFC 6455; nothing in here
//! reads, writes or waits.

mod framer;
pub mod outbound;

pub use framer::{Framer, Heard, Verdict};
