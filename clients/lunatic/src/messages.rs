//! HOME, messages: all that a client's processes and its program can be told.

use lunatic::net::TcpStream;
use serde::{Deserialize, Serialize};
use umbra_client_core::{ClientError, ClientEvent, ConnectionId, Loss};
use umbra_otp::Epoch;
use umbra_protocol::{ClientMessage, HelloOk, OkBody};

/// What a program is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Told {
    /// What happened, in order. The last is [`ClientEvent::Closed`].
    Event(ClientEvent),
    /// What the server said at a sign-in; comes just before its [`ClientEvent::Online`].
    SignedIn(Box<HelloOk>),
    /// Something that was asked for has its answer. The events that it caused came before.
    Answer {
        /// The program's own number for it.
        asked: u64,
        /// What [`ClientError`] says of errors holds.
        result: Result<OkBody, ClientError>,
    },
}

/// What a session is told.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum ToSession {
    Ask { number: u64, message: ClientMessage },
    Connect,
    Cut,
    Close,
    Reader(ConnectionId, FromReader),
    Tick(Epoch),
}

/// What a connection's reader has to say.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum FromReader {
    /// The WebSocket is open; this is its writing half.
    Opened(TcpStream),
    Text(String),
    Binary(#[serde(with = "serde_bytes")] Vec<u8>),
    /// A ping or pong.
    SignOfLife,
    /// What the WebSocket protocol itself wants to be written.
    Raw(#[serde(with = "serde_bytes")] Vec<u8>),
    Ended(Loss),
}

/// The session has dealt with this many messages of the reader.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Go {
    pub messages: u64,
}
