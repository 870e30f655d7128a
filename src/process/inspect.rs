//! What a process holds, told to whoever asks by message: the only way to look into one.
//!
//! For operators, and for tests that count: each of these is the chain's own bookkeeping, so what is in here beyond what
//! lives is a leak.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};
use umbra_machine::session::SocketKey;
use umbra_otp::{Handle, ProcessId};
use umbra_protocol::{Phase, RoomId, Uid, UserName};

use super::messages::Place;

/// Where the answer to an `Inspect` goes.
pub type Inspector = Handle<Inspection>;

/// The answer to an `Inspect`, by the kind of process. `monitors` counts the processes whose end it is to be told of,
/// its children among them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Inspection {
    /// A connection's.
    Socket {
        /// Whose connection it is, once signed in.
        user: Option<SocketUser>,
        /// Where its user is, as the user last said.
        place: Option<Place>,
        /// The process that reads, where it is one of its own.
        reader: Option<ProcessId>,
        /// One for such a reader, one for the user.
        monitors: usize,
    },
    /// A user's.
    User {
        /// Who.
        uid: Uid,
        /// The live connection, and any that it is still replacing.
        sockets: Vec<SocketKey>,
        /// The room it is in, or on the way into.
        place: Option<Place>,
        /// One for each connection, one for the room.
        monitors: usize,
    },
    /// A room's.
    Room {
        /// Waiting or in game.
        phase: Phase,
        /// Who sits where: one entry a seat, by position.
        seats: Vec<Option<Uid>>,
        /// Players and spectators, with the processes through which they are told.
        members: Vec<(Uid, ProcessId)>,
        /// One for each member.
        monitors: usize,
    },
    /// The user manager's.
    Users {
        /// Every user and its process, by uid.
        users: Vec<(Uid, ProcessId)>,
        /// One for each user.
        monitors: usize,
    },
    /// The room manager's.
    Rooms {
        /// Every room and its process, by id.
        rooms: Vec<(RoomId, ProcessId)>,
        /// One for each room.
        monitors: usize,
    },
    /// A native edge's.
    Edge {
        /// Every connection: the client's address and the process.
        connections: Vec<(SocketAddr, ProcessId)>,
    },
}

/// The user of a connection, as the connection knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SocketUser {
    /// Who.
    pub uid: Uid,
    /// Under which name.
    pub user_name: UserName,
    /// The user's process.
    pub user: ProcessId,
}
