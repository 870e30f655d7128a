//! What the managers are told and asked: create, look-up, join, sign in. No game message is among it.

use serde::{Deserialize, Serialize};
use umbra_machine::room::{OpId, RoomPlan};
use umbra_machine::session::{Ask, Attach};
use umbra_otp::{Epoch, Handle, ProcessId};
use umbra_protocol::{Hello, RoomId, RoomSummary, Subprotocol, Uid};

use super::{RoomMessage, SocketMessage, UserMessage};
use crate::process::inspect::Inspector;

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
    /// From the journal: a room that was asked for, if it is known there.
    Looked {
        /// Which.
        room_id: RoomId,
        /// Plan and process.
        found: Option<Box<(RoomPlan, Handle<RoomMessage>)>>,
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
        /// How many batches it takes at a time, at least one.
        window: u16,
        /// The `ref` of the `HELLO`.
        reference: Option<u64>,
        /// The credentials.
        hello: Hello,
        /// Nobody can guess these, and they are the same when the question comes again: they name who signs in.
        chance: [u64; 2],
    },
    /// A connection whose user's process died looks for its next one.
    Return {
        /// Whose connection it is.
        uid: Uid,
        /// The connection.
        socket: Handle<SocketMessage>,
        /// The facts for the twin.
        attach: Box<Attach>,
    },
    /// A room whose member's process died asks what becomes of it. Answered when it is not coming back.
    Seek {
        /// Who.
        uid: Uid,
        /// The process that died.
        dead: ProcessId,
        /// The room.
        room: Handle<RoomMessage>,
    },
    /// From a journal that was started anew and knows no user.
    JournalStarted,
    /// From the journal: every user there is, and its process.
    Remembered {
        /// Name and process of each.
        users: Vec<(Uid, Handle<UserMessage>)>,
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
