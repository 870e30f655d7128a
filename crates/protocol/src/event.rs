//! What happened: the numbered events that a room tells its members.

use serde::{Deserialize, Serialize};

use crate::{GameValue, RoomSnapshot, Seat, Turn, Uid, UserName};

/// Every event. Variants are only ever appended: their order is the binary encoding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
pub enum Event {
    /// `USER_JOINED`
    UserJoined {
        /// Null for spectators.
        seat: Option<Seat>,
        /// Who.
        uid: Uid,
        /// Under which name.
        user_name: UserName,
    },
    /// `USER_LEFT`
    UserLeft {
        /// Null for spectators.
        seat: Option<Seat>,
        /// Who.
        uid: Uid,
        /// How it came about.
        reason: LeaveReason,
    },
    /// `USER_OFFLINE`: the connection is lost, the seat is kept.
    UserOffline {
        /// Whose seat.
        seat: Seat,
        /// Who.
        uid: Uid,
    },
    /// `USER_ONLINE`: back again.
    UserOnline {
        /// Whose seat.
        seat: Seat,
        /// Who.
        uid: Uid,
    },
    /// `USER_READY`
    UserReady {
        /// Whose seat.
        seat: Seat,
        /// Who.
        uid: Uid,
        /// Ready or not.
        ready: bool,
    },
    /// `HOST_CHANGED`
    HostChanged {
        /// The new host.
        uid: Uid,
    },
    /// `GAME_STARTED`: carries the first turn.
    GameStarted {
        /// What the receiver may see.
        view: GameValue,
        /// The first turn; null for a game without turns.
        turn: Option<Turn>,
    },
    /// `TURN_STARTED`: each further turn; the body is the turn itself.
    TurnStarted(Turn),
    /// `TURN_SKIPPED`
    TurnSkipped {
        /// Whose turn passed without an action.
        seat: Seat,
        /// Why.
        reason: SkipReason,
    },
    /// `GAME_EVENT`: public, or for the receiver's seat alone, as the game says.
    GameEvent {
        /// The game's own event.
        event: GameValue,
    },
    /// `GAME_OVER`: exactly once a match.
    GameOver {
        /// The game's own outcome.
        outcome: GameValue,
    },
    /// `CHAT`
    Chat {
        /// Who wrote.
        uid: Uid,
        /// Under which name.
        user_name: UserName,
        /// What.
        text: String,
    },
    /// `ROOM_DISSOLVED`: the room is no more.
    RoomDissolved {
        /// Why.
        reason: DissolveReason,
    },
    /// `RESYNC`: continuity was lost on a live socket; `seq` starts again at 1 with this event.
    Resync {
        /// The new epoch.
        epoch: u64,
        /// The whole present state.
        room: Option<Box<RoomSnapshot>>,
    },
    /// `KICKED`: to the one who was kicked.
    Kicked,
}

/// Why somebody left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum LeaveReason {
    /// On purpose, while waiting.
    Left,
    /// The connection was lost (or a grace period passed).
    Offline,
    /// On purpose, in game: a forced exit.
    Fled,
    /// The host removed them.
    Kicked,
    /// Their process died.
    Crashed,
}

/// Why a turn passed without an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SkipReason {
    /// The player has no connection.
    Offline,
    /// The deadline passed.
    Timeout,
}

/// Why a room is no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum DissolveReason {
    /// The host ended it.
    Host,
    /// Nobody is left.
    Empty,
    /// It failed.
    Failed,
}

impl Event {
    /// Every id, in the order of the variants.
    pub const IDS: [&'static str; 15] = [
        "USER_JOINED",
        "USER_LEFT",
        "USER_OFFLINE",
        "USER_ONLINE",
        "USER_READY",
        "HOST_CHANGED",
        "GAME_STARTED",
        "TURN_STARTED",
        "TURN_SKIPPED",
        "GAME_EVENT",
        "GAME_OVER",
        "CHAT",
        "ROOM_DISSOLVED",
        "RESYNC",
        "KICKED",
    ];

    /// The id on the wire.
    pub fn id(&self) -> &'static str {
        match self {
            Self::UserJoined { .. } => "USER_JOINED",
            Self::UserLeft { .. } => "USER_LEFT",
            Self::UserOffline { .. } => "USER_OFFLINE",
            Self::UserOnline { .. } => "USER_ONLINE",
            Self::UserReady { .. } => "USER_READY",
            Self::HostChanged { .. } => "HOST_CHANGED",
            Self::GameStarted { .. } => "GAME_STARTED",
            Self::TurnStarted(_) => "TURN_STARTED",
            Self::TurnSkipped { .. } => "TURN_SKIPPED",
            Self::GameEvent { .. } => "GAME_EVENT",
            Self::GameOver { .. } => "GAME_OVER",
            Self::Chat { .. } => "CHAT",
            Self::RoomDissolved { .. } => "ROOM_DISSOLVED",
            Self::Resync { .. } => "RESYNC",
            Self::Kicked => "KICKED",
        }
    }
}
