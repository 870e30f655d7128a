//! What processes say to each other: one closed enum for each receiver.
//!
//! What passes between a socket and its user ([`FromSocket`], [`ToSocket`]) is a protocol of its own, with golden bytes
//! in `tests/`: whoever owns connections can speak it, and a user never learns who does.

mod edge;
mod journal;
mod managers;
mod said;

use serde::{Deserialize, Serialize};
use umbra_machine::connection::Payload;
use umbra_machine::journal::{Origin, Recalled, UserRecord};
use umbra_machine::room::{Command, OpId};
use umbra_machine::session::{Attach, Inbound, OutFrames, SocketKey};
use umbra_otp::{Epoch, Handle, ProcessId};
use umbra_protocol::{
    CloseCode, EncodedEvent, OkBody, PackedRoomId, RoomId, RoomSummary, Subprotocol, Uid, UserName, WireError,
};

pub use edge::{EDGE_PROTOCOL, EdgeMessage, ListenerMessage};
pub use journal::JournalMessage;
pub use managers::{RoomManagerMessage, UserManagerMessage};
pub use said::RoomSays;

use super::inspect::Inspector;
use super::operator::{Conduct, Task};

/// What wakes a socket.
#[derive(Debug, Serialize, Deserialize)]
pub enum SocketMessage {
    /// From the user that this connection belongs to.
    User(ToSocket),
    /// From the user, or from the user manager if there is to be none.
    SignIn(SignInAnswer),
    /// From the reader of this connection.
    Reader(FromReader),
    /// Something may be due.
    Tick(Epoch),
    /// Somebody asks what is held here.
    Inspect(Inspector),
    /// From an operator's process: write this answer to its request.
    Operator(#[serde(with = "serde_bytes")] Vec<u8>),
}

/// What a user tells a socket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToSocket {
    /// One batch: write these, then count it among the batches that are [drained](FromSocket::Drained).
    Deliver {
        /// WebSocket messages, in order.
        frames: OutFrames,
        /// The `ref`s that are answered among them.
        answers: Vec<u64>,
    },
    /// Say goodbye and end.
    Close(CloseCode),
    /// The user is in this room now, or in none.
    Room(Option<Place>),
}

/// Where a user is: the room and its process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The room.
    pub room_id: RoomId,
    /// Its process.
    pub room: ProcessId,
}

/// What a socket tells its user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromSocket {
    /// The client said something.
    Inbound {
        /// Who tells it.
        socket: SocketKey,
        /// What. In a box, as all that is large and rare here: a message is moved several times before it is read.
        inbound: Box<Inbound>,
        /// Batches that are written and were not told of before.
        drained: u16,
    },
    /// Batches are written.
    Drained {
        /// Who tells it.
        socket: SocketKey,
        /// How many, of those that were not told of before.
        batches: u16,
    },
}

/// What becomes of a `HELLO`, or of a connection whose user's process died.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SignInAnswer {
    /// From the user: it knows of this connection and speaks to it from now on.
    Admitted {
        /// Who.
        uid: Uid,
        /// Under which name.
        user_name: UserName,
        /// Names the sign-in.
        sid: String,
        /// The user's process.
        user: Handle<UserMessage>,
    },
    /// From the user manager: not admitted.
    Refused {
        /// The `ref` of the `HELLO`.
        reference: Option<u64>,
        /// Why.
        error: WireError,
        /// Whether the connection ends with it.
        close: Option<CloseCode>,
    },
}

/// What a reader tells its socket.
#[derive(Debug, Serialize, Deserialize)]
pub enum FromReader {
    /// Write this and end: it was an HTTP request like any other.
    Reply(#[serde(with = "serde_bytes")] Vec<u8>),
    /// An operator asks, with the right token.
    Admin(AdminRequest),
    /// Write this; from here on it is a WebSocket.
    Upgraded {
        /// The response to the handshake.
        #[serde(with = "serde_bytes")]
        response: Vec<u8>,
        /// In which form frames travel.
        subprotocol: Subprotocol,
    },
    /// One read's worth of messages. Answered with [`Go`].
    Messages(Vec<Payload>),
    /// Write this as it is: the WebSocket's own answer to a ping or a close.
    Raw(#[serde(with = "serde_bytes")] Vec<u8>),
    /// Send a ping: nothing was heard for a while.
    Ping,
    /// Close with this code. The reader goes on reading for the client's half of the close.
    Violation(CloseCode),
    /// Nothing more will come.
    Ended(ReadEnd),
}

/// Why a reader has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReadEnd {
    /// The client closed the WebSocket.
    Closed,
    /// The connection was lost.
    Lost,
    /// The request was answered, or never became one.
    Http,
}

/// What an operator wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AdminRequest {
    /// Something that the user manager does.
    Conduct(Conduct),
    /// Something that takes a process of its own.
    Task(Task),
}

/// A socket's leave for its reader to read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Go {
    /// Reads whose messages have been dealt with so far.
    pub reads: u64,
    /// Whether the connection has signed in.
    pub signed_in: bool,
}

/// What wakes a user.
#[derive(Debug, Serialize, Deserialize)]
pub enum UserMessage {
    /// From a connection.
    Socket(FromSocket),
    /// From the user manager: a connection has signed in as this user.
    Attach {
        /// The facts for the twin.
        attach: Box<Attach>,
        /// The connection.
        socket: Handle<SocketMessage>,
    },
    /// From a room.
    Room {
        /// Which.
        room_id: PackedRoomId,
        /// The entry of the room's journal that has brought it about; what a room that was brought back says twice has the
        /// same number.
        n: u64,
        /// All that this entry has brought about for this user, in order.
        said: Vec<FromRoom>,
    },
    /// From the room manager.
    Rooms {
        /// The question.
        op: OpId,
        /// The answer.
        answer: RoomsAnswer,
    },
    /// From the user manager: leave to end, as was asked for.
    MayEnd,
    /// From the journal, to a user that comes back: what it was; `None` when nothing is known of it.
    Recalled(Option<Box<UserRecord>>),
    /// From the user manager: there is another journal, which is to know this user.
    HandIn,
    /// The server is about to stop; clients may come again after this long.
    Draining {
        /// Milliseconds.
        reconnect_after_ms: u64,
    },
    /// An admin removes this user.
    ThrowOut,
    /// Close the connection as going away, and end.
    Stop,
    /// Something may be due.
    Tick(Epoch),
    /// Somebody asks what is held here.
    Inspect(Inspector),
}

/// What a room tells a user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromRoom {
    /// Something happened.
    Event(EncodedEvent),
    /// The one answer to a question.
    Reply(OpId, Result<OkBody, WireError>),
    /// This user is no member any more.
    Released,
}

/// What the room manager answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RoomsAnswer {
    /// The public rooms.
    List(Vec<RoomSummary>),
    /// The room and its process, or why there is none.
    Found(Result<(RoomId, Handle<RoomMessage>), WireError>),
}

/// What wakes a room.
#[derive(Debug, Serialize, Deserialize)]
pub enum RoomMessage {
    /// A user asks for something.
    Command {
        /// Who.
        uid: Uid,
        /// Its process.
        user: Handle<UserMessage>,
        /// Comes back in the answer.
        op: OpId,
        /// Which action of its client's it is, when it is one.
        origin: Option<Origin>,
        /// What.
        command: Command,
    },
    /// A member has a live connection again.
    Online {
        /// Who.
        uid: Uid,
        /// Its process.
        user: Handle<UserMessage>,
        /// Comes back in the answer.
        op: OpId,
    },
    /// A member's connection is lost.
    Offline {
        /// Who.
        uid: Uid,
        /// Its process.
        user: Handle<UserMessage>,
    },
    /// A member whose process died is here again, in another one.
    Returned {
        /// Who.
        uid: Uid,
        /// Its process.
        user: Handle<UserMessage>,
        /// Comes back in the answer.
        op: OpId,
    },
    /// From the user manager: a member whose process died does not come back.
    Crashed {
        /// Who.
        uid: Uid,
        /// The process that died.
        user: ProcessId,
    },
    /// End: the server stops.
    Stop,
    /// Something may be due.
    Tick(Epoch),
    /// Actions have waited long enough for others to come.
    Paced(Epoch),
    /// Somebody asks what is held here.
    Inspect(Inspector),
    /// From the room manager: there is another journal, which is to know this room.
    HandIn,
    /// From the journal, to a room that is brought back: what it was; `None` when nothing is known of it.
    Recalled(Option<Box<Recalled<Handle<UserMessage>>>>),
}
