//! What goes into a session.

use serde::{Deserialize, Serialize};
use umbra_protocol::{
    ClientFrame, ClientMessage, CloseCode, EncodedEvent, OkBody, RoomId, RoomSummary, Subprotocol, UserName, WireError,
};

use crate::room::OpId;

/// Tells one socket from every other of this node, past and present.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SocketKey(pub u64);

/// Everything that can change a session.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A connection has signed in as this user.
    Attach(Attach),
    /// A connection has ended.
    SocketLost {
        /// Which; a former one changes nothing.
        socket: SocketKey,
    },
    /// The client said something.
    Client {
        /// Over which connection; a former one is not listened to.
        socket: SocketKey,
        /// What.
        inbound: Inbound,
    },
    /// The socket has written some of what it was given and can take more.
    Drained {
        /// Which.
        socket: SocketKey,
        /// How many batches, of those that were not acknowledged before.
        batches: u16,
    },
    /// The room manager's answer to [`Ask::Create`], [`Ask::Find`] or [`Ask::Quick`].
    RoomFound {
        /// The question.
        op: OpId,
        /// The room, or why there is none.
        found: Result<RoomId, WireError>,
    },
    /// The room manager's answer to [`Ask::List`].
    Listed {
        /// The question.
        op: OpId,
        /// The public rooms.
        rooms: Vec<RoomSummary>,
    },
    /// The room's one answer to a question.
    RoomReply {
        /// Which room.
        room_id: RoomId,
        /// The question.
        op: OpId,
        /// The answer.
        result: Result<OkBody, WireError>,
    },
    /// Something happened in the room.
    RoomEvent {
        /// Which room.
        room_id: RoomId,
        /// What.
        event: EncodedEvent,
    },
    /// The room has let this user go.
    RoomReleased {
        /// Which room.
        room_id: RoomId,
    },
    /// The room's process is no more.
    RoomDown {
        /// Which room.
        room_id: RoomId,
    },
    /// The room manager that was asked is no more, or there is none just now.
    RoomsDown,
    /// There is another journal, which is to know this user.
    HandIn,
    /// The server is about to stop.
    Draining {
        /// When the client may try again, milliseconds from now.
        reconnect_after_ms: u64,
    },
    /// The live connection is to be closed.
    Hangup {
        /// Why.
        code: CloseCode,
    },
    /// An admin removes this user: out of its room and off its connection.
    ThrowOut,
    /// The user manager allows this user to end and holds newcomers back until it hears.
    MayEnd,
    /// Time has passed: something may be due.
    Tick,
}

/// A connection that has signed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attach {
    /// The connection.
    pub socket: SocketKey,
    /// In which form it wants its frames.
    pub subprotocol: Subprotocol,
    /// How many batches it takes at a time, at least one.
    pub window: u16,
    /// The `ref` of its `HELLO`.
    pub reference: Option<u64>,
    /// The name that came with the credentials.
    pub user_name: UserName,
    /// Names the sign-in.
    pub sid: String,
    /// The session token to give to the client.
    pub session: String,
    /// Anew, or back into a session.
    pub kind: AttachKind,
}

impl Attach {
    /// The attach of a connection that is there still after the process of its user, who signed in as `sid`, has died.
    pub fn live(socket: SocketKey, subprotocol: Subprotocol, window: u16, user_name: UserName, sid: String) -> Self {
        let (reference, session) = (None, String::new());
        Self { socket, subprotocol, window, reference, user_name, sid, session, kind: AttachKind::Live }
    }
}

/// How somebody signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttachKind {
    /// By name or token: a new session.
    New,
    /// With a session token.
    Resume {
        /// The epoch the client last knew.
        epoch: u64,
        /// The highest `seq` it has handled.
        last_seq: u64,
    },
    /// Not at all: the connection has been this user's, and is there still, after the user's process died. It was told
    /// `OK` to its `HELLO`, so it is told `RESYNC` now.
    Live,
}

/// What a socket hands on of what its client sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Inbound {
    /// A whole message.
    Frame(ClientFrame),
    /// A message with a `ref` that cannot be carried out as it is (unreadable, unknown, one too many): the `ref` is used
    /// up and answered in its turn.
    Refused {
        /// Its `ref`.
        reference: u64,
        /// Its `ack`.
        ack: Option<u64>,
        /// Why.
        error: WireError,
    },
}

impl Inbound {
    /// The `ref` that is to be answered.
    pub fn reference(&self) -> Option<u64> {
        match self {
            Self::Frame(ClientFrame { message: ClientMessage::Ping { .. }, .. }) => None,
            Self::Frame(frame) => frame.reference,
            Self::Refused { reference, ack: _, error: _ } => Some(*reference),
        }
    }
}
