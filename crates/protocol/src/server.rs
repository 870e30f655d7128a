//! What a server says: replies, numbered events and control messages.

use serde::{Deserialize, Serialize};

use crate::{Event, GameValue, RoomSnapshot, RoomSummary, Uid, UserName, WireError};

/// One message of a server. Variants are only ever appended: their order is the binary encoding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ServerFrame {
    /// `OK`: the action `reference` was carried out.
    Ok {
        /// The `ref` of the message that is answered.
        reference: Option<u64>,
        /// The answer; its form depends on what was asked.
        body: OkBody,
    },
    /// `ERROR`: the action was refused and changed nothing.
    Error {
        /// The `ref` of the message that is answered, when it could be read.
        reference: Option<u64>,
        /// Why.
        error: WireError,
    },
    /// A numbered event: kept until acknowledged, replayed on resume.
    Event {
        /// 1, 2, 3 … within one epoch of the session.
        seq: u64,
        /// What happened.
        event: Event,
    },
    /// Neither answer nor event: never replayed.
    Control(Control),
}

/// The body of an `OK`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum OkBody {
    /// `{}`
    Empty,
    /// To `HELLO`. Boxed because it is far larger than the rest.
    Hello(Box<HelloOk>),
    /// To `ROOM_LIST`: `{"rooms": […]}`.
    Rooms(Vec<RoomSummary>),
    /// To `ROOM_CREATE`, `ROOM_JOIN`, `ROOM_QUICK_JOIN`: `{"room": RoomSnapshot}`.
    Room(Box<RoomSnapshot>),
    /// To `GAME_ACTION`, when the game answers with more than `{}`.
    Answer(GameValue),
}

/// Which form of [`OkBody`] a client expects; JSON does not say it by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyKind {
    /// [`OkBody::Empty`]
    Empty,
    /// [`OkBody::Hello`]
    Hello,
    /// [`OkBody::Rooms`]
    Rooms,
    /// [`OkBody::Room`]
    Room,
    /// [`OkBody::Answer`], or [`OkBody::Empty`] for `{}`.
    Answer,
}

/// The body of the `OK` to `HELLO`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HelloOk {
    /// Who the client is.
    pub uid: Uid,
    /// Under which name.
    pub user_name: UserName,
    /// The session token, to resume with.
    pub session: String,
    /// The epoch of the event numbering.
    pub epoch: u64,
    /// Whether the events after `lastSeq` follow without a gap.
    pub resumed: bool,
    /// The highest `ref` already carried out.
    pub last_ref: u64,
    /// The server's clock, Unix milliseconds.
    pub server_time_ms: u64,
    /// How long a silent client is left alone, milliseconds.
    pub heartbeat_ms: u64,
    /// How long a dropped player's seat is held in game, milliseconds; 0: until the match ends.
    pub grace_ms: u64,
    /// The room the user is in.
    pub room: Option<RoomSnapshot>,
}

/// Messages outside the numbering. Variants are only ever appended: their order is the binary encoding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
pub enum Control {
    /// `PONG`
    Pong {
        /// As it came in `PING`.
        client_time_ms: i64,
        /// The server's clock, Unix milliseconds.
        server_time_ms: u64,
    },
    /// `REPLACED`: the same user connected anew; this connection closes with 4001.
    Replaced,
    /// `SERVER_DRAINING`: the server is about to stop.
    ServerDraining {
        /// When to try again, milliseconds from now.
        reconnect_after_ms: u64,
    },
}

impl Control {
    /// Every id, in the order of the variants.
    pub const IDS: [&'static str; 3] = ["PONG", "REPLACED", "SERVER_DRAINING"];

    /// The id on the wire.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Pong { .. } => "PONG",
            Self::Replaced => "REPLACED",
            Self::ServerDraining { .. } => "SERVER_DRAINING",
        }
    }
}
