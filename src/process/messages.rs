//! What processes say to each other: one closed enum for each receiver.
//!
//! What passes between a socket and its user ([`FromSocket`], [`ToSocket`]) is a protocol of its own, with golden bytes
//! in `tests/`: whoever owns connections can speak it, and a user never learns who does.

use serde::{Deserialize, Serialize};
use umbra_machine::connection::Payload;
use umbra_machine::journal::{Entry, Kept, Recalled};
use umbra_machine::room::{Command, OpId, RoomPlan};
use umbra_machine::session::{Ask, Attach, Inbound, OutFrame, SocketKey};
use umbra_otp::{Epoch, Handle, ProcessId};
use umbra_protocol::{
    CloseCode, EncodedEvent, Hello, OkBody, RoomId, RoomSummary, Subprotocol, Uid, UserName, WireError,
};

use super::inspect::Inspector;
use super::operator::Task;

/// What wakes a socket.
#[derive(Debug, Serialize, Deserialize)]
pub enum SocketMessage {
    /// From the user that this connection belongs to.
    User(ToSocket),
    /// From the user manager.
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
    /// Write these, then say [`FromSocket::Drained`].
    Deliver(Vec<OutFrame>),
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
    Inbound(SocketKey, Inbound),
    /// What was to be delivered is written.
    Drained(SocketKey),
}

/// The user manager's answer to a `HELLO`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SignInAnswer {
    /// The user has been told of this connection and speaks to it from now on.
    Admitted {
        /// Who.
        uid: Uid,
        /// Under which name.
        user_name: UserName,
        /// The user's process.
        user: Handle<UserMessage>,
    },
    /// Not admitted.
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
    /// Let nobody new in, tell everybody, stop.
    Drain,
    /// Remove this user.
    Kick(Uid),
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
        attach: Attach,
        /// The connection.
        socket: Handle<SocketMessage>,
    },
    /// From a room.
    Room {
        /// Which.
        room_id: RoomId,
        /// The room's input that has brought it about; what a room that was brought back says twice has the same number.
        n: u64,
        /// All that one input of the room has brought about for this user, in order.
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
    /// End: the server stops.
    Stop,
    /// Something may be due.
    Tick(Epoch),
    /// Somebody asks what is held here.
    Inspect(Inspector),
    /// From the room manager: there is another journal, which is to know this room.
    HandIn,
    /// From the journal, to a room that is brought back: what it was; `None` when nothing is known of it.
    Recalled(Option<Box<Recalled<Handle<UserMessage>>>>),
}

/// What wakes the journal.
#[derive(Debug, Serialize, Deserialize)]
pub enum JournalMessage {
    /// A room as it is now: the first word about it, or in place of inputs that are in it.
    Keep {
        /// What the room was made from.
        plan: RoomPlan,
        /// Its process.
        room: Handle<RoomMessage>,
        /// The room.
        kept: Box<Kept<Handle<UserMessage>>>,
    },
    /// A room is about to look at an input.
    Append {
        /// Which room.
        room_id: RoomId,
        /// The input.
        entry: Entry<Handle<UserMessage>>,
    },
    /// A room has dealt with an input.
    Done {
        /// Which room.
        room_id: RoomId,
        /// The input.
        n: u64,
    },
    /// A room is brought back and asks what it was.
    Recall {
        /// Which room.
        room_id: RoomId,
        /// Its new process.
        room: Handle<RoomMessage>,
    },
    /// A room is over.
    Forget {
        /// Which room.
        room_id: RoomId,
    },
    /// A room manager that starts anew asks which rooms there were.
    Rooms {
        /// Where the answer goes.
        manager: Handle<RoomManagerMessage>,
    },
    /// End: the server stops.
    Stop,
}

/// What wakes the room manager.
#[derive(Debug, Serialize, Deserialize)]
pub enum RoomManagerMessage {
    /// A user asks for a room, or which there are.
    Ask {
        /// Who.
        uid: Uid,
        /// Its process.
        user: Handle<UserMessage>,
        /// Comes back in the answer.
        op: OpId,
        /// What.
        ask: Ask,
    },
    /// A room tells what it is like now.
    Changed {
        /// Which.
        room_id: RoomId,
        /// Its process.
        room: ProcessId,
        /// Its line in the lobby; `None`: not listed.
        summary: Option<RoomSummary>,
    },
    /// A room is over.
    Ended {
        /// Which.
        room_id: RoomId,
        /// Its process.
        room: ProcessId,
    },
    /// Make no further rooms.
    Drain,
    /// Stop all rooms and end.
    Stop,
    /// Somebody asks what is held here.
    Inspect(Inspector),
    /// From a journal that was started anew and knows no room.
    JournalStarted,
    /// From the journal: every room there was, and its process.
    Remembered {
        /// Plan and process of each.
        rooms: Vec<(RoomPlan, Handle<RoomMessage>)>,
    },
}

/// What wakes the user manager.
#[derive(Debug, Serialize, Deserialize)]
pub enum UserManagerMessage {
    /// A connection said `HELLO`.
    SignIn {
        /// The connection.
        socket: Handle<SocketMessage>,
        /// In which form it wants its frames.
        subprotocol: Subprotocol,
        /// The `ref` of the `HELLO`.
        reference: Option<u64>,
        /// The credentials.
        hello: Hello,
    },
    /// A user has nothing left to do and asks for leave to end.
    Ending {
        /// Who.
        uid: Uid,
        /// Its process.
        user: Handle<UserMessage>,
    },
    /// A user that had leave to end stays: somebody came.
    Stays {
        /// Who.
        uid: Uid,
    },
    /// Let nobody new in, tell everybody, stop the server.
    Drain,
    /// Remove a user.
    Kick(Uid),
    /// Stop all users and end.
    Stop,
    /// The next step of draining is due.
    Tick(Epoch),
    /// Somebody asks what is held here.
    Inspect(Inspector),
}
