//! What comes out of a session: orders to its shell, questions to the room manager among them.

use serde::{Deserialize, Serialize};
use umbra_protocol::{CloseCode, RoomId};

use super::{OutFrames, SocketKey};
use crate::directory::Wish;
use crate::journal::{Answer, Origin, UserFacts};
use crate::room::{Command, OpId};

/// What is asked of the room manager.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// The public rooms, of one game if named.
    List {
        /// Only rooms of this game.
        game: Option<String>,
    },
    /// A new room.
    Create {
        /// What it is like.
        wish: Wish,
        /// Not listed.
        private: bool,
    },
    /// Where a room is.
    Find {
        /// Which.
        room_id: RoomId,
    },
    /// An open room that fits, else a new one.
    Quick {
        /// What is looked for.
        wish: Wish,
        /// Rooms that turned out not to be open.
        not: Vec<RoomId>,
    },
}

/// What the shell has to do, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Hand these to the socket, as one batch; [`Input::Drained`] says that it is written.
    Deliver {
        /// Which socket.
        socket: SocketKey,
        /// WebSocket messages, in order.
        frames: OutFrames,
        /// The `ref`s that are answered among them.
        answers: Vec<u64>,
    },
    /// Have the socket say goodbye and end.
    Close {
        /// Which socket.
        socket: SocketKey,
        /// Why.
        code: CloseCode,
    },
    /// Stop monitoring the socket.
    Forget {
        /// Which socket.
        socket: SocketKey,
    },
    /// Ask the room manager.
    AskRooms {
        /// Comes back in the answer.
        op: OpId,
        /// What.
        ask: Ask,
    },
    /// Ask the room.
    AskRoom {
        /// Which room.
        room_id: RoomId,
        /// Comes back in the answer.
        op: OpId,
        /// Which action of the client's it is; `None` when nobody waits for its answer.
        origin: Option<Origin>,
        /// What.
        command: Command,
    },
    /// Tell the room that there is a live connection again; it answers with the snapshot.
    Online {
        /// Which room.
        room_id: RoomId,
        /// Comes back in the answer.
        op: OpId,
    },
    /// Tell the room that the connection is lost.
    Offline {
        /// Which room.
        room_id: RoomId,
    },
    /// Stop monitoring the room and forget its handle.
    LeaveRoom {
        /// Which room.
        room_id: RoomId,
    },
    /// Tell the journal what this user is now, and all its answers if it is to begin with them.
    Keep {
        /// What it is.
        facts: UserFacts,
        /// For a journal that knows nothing of this user.
        answers: Option<Vec<Answer>>,
    },
    /// Nothing is left to do: ask the user manager for leave to end.
    Ending,
    /// End now.
    End,
    /// Not ending after all.
    Stay,
    /// Something arrived that does not fit what is known here: log it.
    Odd(String),
}
