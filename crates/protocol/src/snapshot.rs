//! The whole present state of a room as one user may see it, and its line in the lobby.

use serde::{Deserialize, Serialize};

use crate::{GameValue, RoomId, Seat, Uid, UserName};

/// What a room is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Phase {
    /// People come, go and get ready.
    Waiting,
    /// A match is running.
    InGame,
}

/// A room as one viewer sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoomSnapshot {
    /// Which room.
    pub room_id: RoomId,
    /// Which game is played there.
    pub game: String,
    /// Waiting or in game.
    pub phase: Phase,
    /// Who may start, kick and dissolve.
    pub host: Uid,
    /// Not listed.
    pub private: bool,
    /// How many seats there are.
    pub seats: u8,
    /// The game's options, with its defaults filled in.
    pub options: GameValue,
    /// Who sits where, by seat.
    pub players: Vec<PlayerInfo>,
    /// Who watches.
    pub spectators: Vec<SpectatorInfo>,
    /// Where the receiver sits; null for spectators.
    pub my_seat: Option<Seat>,
    /// Whose turn it is; null when nobody has it.
    pub turn: Option<Turn>,
    /// What the game lets the receiver see; null outside a match.
    pub view: Option<GameValue>,
    /// How the last match in this room ended.
    pub last_outcome: Option<GameValue>,
}

/// One taken seat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlayerInfo {
    /// Where.
    pub seat: Seat,
    /// Who.
    pub uid: Uid,
    /// Under which name.
    pub user_name: UserName,
    /// Whether there is a live connection.
    pub online: bool,
    /// Ready for the next match.
    pub ready: bool,
}

/// Somebody who watches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SpectatorInfo {
    /// Who.
    pub uid: Uid,
    /// Under which name.
    pub user_name: UserName,
}

/// Whose turn it is and until when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Turn {
    /// Who may act.
    pub seats: Vec<Seat>,
    /// The game's name for this part of it.
    pub phase: String,
    /// Server time (Unix milliseconds) when it ends by itself; null: never.
    pub deadline_ms: Option<u64>,
}

/// One line of the lobby's list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoomSummary {
    /// Which room.
    pub room_id: RoomId,
    /// Which game is played there.
    pub game: String,
    /// Waiting or in game.
    pub phase: Phase,
    /// How many seats are taken.
    pub seats_taken: u8,
    /// How many seats there are.
    pub seats: u8,
    /// Who is the host.
    pub host: Uid,
}
