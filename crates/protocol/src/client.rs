//! What a client says: one [`ClientFrame`] a WebSocket message.

use serde::{Deserialize, Serialize};

use crate::{GameValue, RoomId, Uid};

/// One message of a client with its envelope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClientFrame {
    /// Names the action within the session, from 1, strictly increasing. Every message but `PING` and `HELLO` needs one.
    pub reference: Option<u64>,
    /// The highest event `seq` that the client has handled.
    pub ack: Option<u64>,
    /// What is asked.
    pub message: ClientMessage,
}

/// Every message a client can send. Variants are only ever appended: their order is the binary encoding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ClientMessage {
    /// `HELLO`: the first message of every connection.
    Hello(Hello),
    /// `PING`: answered by the control message `PONG`, for clients that cannot send WebSocket pings.
    Ping {
        /// The client's own clock, handed back as it came.
        client_time_ms: i64,
    },
    /// `ROOM_LIST`: the public rooms, of one game if named.
    RoomList {
        /// Only rooms of this game.
        game: Option<String>,
    },
    /// `ROOM_CREATE`: a new room with the sender in seat 0 as its host.
    RoomCreate {
        /// What room to make.
        spec: RoomSpec,
        /// Private rooms are not listed and not found by quick join.
        private: bool,
    },
    /// `ROOM_JOIN`: into the room of that id.
    RoomJoin {
        /// Which room.
        room_id: RoomId,
        /// As player (the default) or spectator.
        join_as: JoinAs,
    },
    /// `ROOM_QUICK_JOIN`: into an open public room that fits, else into a new one.
    RoomQuickJoin {
        /// What room is looked for.
        spec: RoomSpec,
    },
    /// `ROOM_LEAVE`: for good; in game a forced exit.
    RoomLeave,
    /// `ROOM_READY`: ready for the host to start, or not.
    RoomReady {
        /// The new state.
        ready: bool,
    },
    /// `ROOM_KICK`: the host removes somebody, while waiting.
    RoomKick {
        /// Who goes.
        uid: Uid,
    },
    /// `ROOM_DISSOLVE`: the host ends the room, while waiting.
    RoomDissolve,
    /// `GAME_START`: the host starts the match.
    GameStart,
    /// `GAME_ACTION`: a move; what it holds is the game's business.
    GameAction {
        /// The game's own action.
        action: GameValue,
    },
    /// `CHAT_SEND`: a line of text to everybody in the room.
    ChatSend {
        /// 1 to 500 characters.
        text: String,
    },
}

/// How somebody signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hello {
    /// As a guest under a name, when the server allows guests.
    Guest {
        /// Not yet checked: see [`crate::UserName::parse`].
        user_name: String,
    },
    /// With a JWT (HS256; claims `sub`, `name`, `exp`) that the game's own backend signed.
    Token {
        /// The compact JWT.
        token: String,
    },
    /// Back into a session after the connection was lost.
    Resume {
        /// The session token that the server gave.
        session: String,
        /// The epoch the client last knew.
        epoch: u64,
        /// The highest `seq` of that epoch that the client has handled.
        last_seq: u64,
    },
}

/// What a room to be made or found looks like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoomSpec {
    /// The game's name.
    pub game: String,
    /// How many seats; the game's default when absent.
    pub seats: Option<u8>,
    /// The game's options: a JSON object; the game's defaults when absent.
    pub options: Option<GameValue>,
}

/// In what role somebody joins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum JoinAs {
    /// Takes the lowest free seat.
    #[default]
    Player,
    /// Watches.
    Spectator,
}

impl ClientMessage {
    /// Every id, in the order of the variants.
    pub const IDS: [&'static str; 13] = [
        "HELLO",
        "PING",
        "ROOM_LIST",
        "ROOM_CREATE",
        "ROOM_JOIN",
        "ROOM_QUICK_JOIN",
        "ROOM_LEAVE",
        "ROOM_READY",
        "ROOM_KICK",
        "ROOM_DISSOLVE",
        "GAME_START",
        "GAME_ACTION",
        "CHAT_SEND",
    ];

    /// The id on the wire.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Hello(_) => "HELLO",
            Self::Ping { .. } => "PING",
            Self::RoomList { .. } => "ROOM_LIST",
            Self::RoomCreate { .. } => "ROOM_CREATE",
            Self::RoomJoin { .. } => "ROOM_JOIN",
            Self::RoomQuickJoin { .. } => "ROOM_QUICK_JOIN",
            Self::RoomLeave => "ROOM_LEAVE",
            Self::RoomReady { .. } => "ROOM_READY",
            Self::RoomKick { .. } => "ROOM_KICK",
            Self::RoomDissolve => "ROOM_DISSOLVE",
            Self::GameStart => "GAME_START",
            Self::GameAction { .. } => "GAME_ACTION",
            Self::ChatSend { .. } => "CHAT_SEND",
        }
    }
}
