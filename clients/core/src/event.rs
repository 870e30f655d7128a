//! What a client tells its program: the server's events in order, and what becomes of the connection.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use umbra_protocol::{Event, RoomSnapshot, WireError};

/// One thing to know, in the order in which it happened.
///
/// Between two [`ClientEvent::Sync`] every event of the server arrives exactly once and in the order of its `seq`, however
/// often the connection is lost in between.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ClientEvent {
    /// A numbered event of the server. `RESYNC` never shows up here: it becomes [`ClientEvent::Sync`].
    Event {
        /// Its number within the epoch.
        seq: u64,
        /// What happened.
        event: Event,
    },
    /// Forget what was known and begin from this: the first sign-in, or continuity could not be kept.
    Sync {
        /// The epoch whose events follow.
        epoch: u64,
        /// The whole present state of the user's room; `None`: in no room.
        room: Option<Box<RoomSnapshot>>,
    },
    /// Signed in, and everything still unanswered is on its way (again). After the first one: the connection is back.
    Online {
        /// True: nothing was missed. False: a [`ClientEvent::Sync`] follows.
        resumed: bool,
    },
    /// The connection is lost or could not be had again. Actions may still be sent: they wait.
    Offline {
        /// The close code, if the server gave one.
        code: Option<u16>,
        /// When the next attempt begins; `None`: automatic reconnecting is off, see [`crate::Machine::connect`].
        retry_in: Option<Duration>,
    },
    /// The server is about to stop and will close this connection; the client waits as long as asked before it returns.
    Draining {
        /// How long the server asks to stay away.
        reconnect_after: Duration,
    },
    /// The server, newer than this client, said something this client does not know. Skipped, without a gap in the numbering.
    Unknown {
        /// What the message calls itself.
        id: String,
    },
    /// The server could not read something this client sent, not even its `ref`: a mismatch of versions, worth a log line.
    Misread(WireError),
    /// The server said something that is not of this protocol: cut off, of the wrong type, too long. That connection is given
    /// up and the client comes back ([`ClientEvent::Offline`] follows), as from any loss. When the next connection stumbles
    /// too, it asks for the whole present state, so that no single bad event can keep it out for ever.
    Unreadable {
        /// What is wrong with it.
        why: String,
    },
    /// The last event: this client is done.
    Closed(Ending),
}

/// Why a client is done for good.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum Ending {
    /// [`crate::Machine::close`]: its own program asked for it, or is gone. The session may still be resumed.
    #[error("closed by its own program")]
    Caller,
    /// The same user connected elsewhere, and the newer connection wins. Connecting again would throw the other out.
    #[error("the same user connected elsewhere")]
    Replaced,
    /// The server refused the sign-in. Branch on the code: another name, another token.
    #[error("sign-in refused: {}", .0.message)]
    Refused(WireError),
    /// The server closed with a code that forbids coming back, or that coming back would only bring about again.
    #[error("closed by the server with code {0}")]
    Code(u16),
    /// The very first attempt failed; later ones are repeated instead.
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    /// The very first attempt failed because the server said something that is not of this protocol version.
    #[error("the server's message cannot be read: {0}")]
    Unreadable(String),
}

/// Why an action has no `OK`.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum ClientError {
    /// The server refused it; nothing changed.
    ///
    /// `STALE_REF` is the exception: it *was* carried out, before a connection was lost, and its answer is no longer kept.
    #[error("refused: {}", .0.message)]
    Refused(WireError),
    /// The session that it was sent in is gone; it may or may not have been carried out. The [`ClientEvent::Sync`] that
    /// follows shows which.
    #[error("the session was lost before the answer came")]
    Lost,
    /// Twice in a row, what the server sent while this action was under way could not be read. It may or may not have been
    /// carried out.
    #[error("the server's messages could not be read before the answer came")]
    Unreadable,
    /// The client is done. Actions that had been sent may or may not have been carried out.
    #[error("the client is closed: {0}")]
    Closed(Ending),
    /// `HELLO` and `PING` are the client's own business.
    #[error("{0} is not an action")]
    NotAnAction(String),
    /// The `OK` carried a body of another form than this call promises: a fault of the server.
    #[error("the answer has an unexpected form")]
    UnexpectedAnswer,
}
