//! Why an action was refused.

use serde::{Deserialize, Serialize};

/// The body of an `ERROR`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireError {
    /// For programs that branch.
    pub code: ErrorCode,
    /// For people: one sentence on what was wrong and what was expected, without internals.
    pub message: String,
}

impl WireError {
    /// An error with its sentence.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// Every error code. Variants are only ever appended: their order is the binary encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ErrorCode {
    /// The message could not be read; names the field. Mend the client.
    BadMessage,
    /// No message has that id. Mend the client.
    UnknownId,
    /// The `ref` is far behind: its reply is no longer kept.
    StaleRef,
    /// `HELLO` comes first.
    NotAuthenticated,
    /// The token is malformed, expired or signed by somebody else. Sign in anew.
    BadToken,
    /// The name is empty, too long or unprintable. Ask for another.
    BadName,
    /// The server has no such game.
    UnknownGame,
    /// The number of seats or an option is refused; names it.
    BadOptions,
    /// There is no such room (any more).
    RoomNotFound,
    /// Every seat is taken.
    RoomFull,
    /// Not while a match is running.
    RoomInGame,
    /// The user is in a room already. Leave it first.
    AlreadyInRoom,
    /// The user is in no room.
    NotInRoom,
    /// Only the host may do that.
    NotHost,
    /// Somebody is not ready.
    NotReady,
    /// Too few seats are taken.
    NotEnoughPlayers,
    /// No match is running.
    GameNotRunning,
    /// Somebody else has the turn.
    NotYourTurn,
    /// The rules do not allow that.
    IllegalAction,
    /// Spectators only watch.
    Spectator,
    /// Too much at once. Slow down and send it again.
    RateLimited,
    /// No room for one more. Try later.
    ServerFull,
    /// The server is about to stop. Reconnect when it says.
    ServerDraining,
    /// A fault of the server: the room failed, or did not answer in time and may still carry the action out.
    Internal,
}
