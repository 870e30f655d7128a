//! What the journal is told and asked, by rooms, users and managers.

use serde::{Deserialize, Serialize};
use umbra_machine::journal::{Answer, Answered, Entry, Kept, UserFacts};
use umbra_machine::room::RoomPlan;
use umbra_otp::{Handle, ProcessId};
use umbra_protocol::{RoomId, Uid};

use super::{RoomManagerMessage, RoomMessage, UserManagerMessage, UserMessage};

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
    /// A room is about to look at what it deals with in one go.
    Append {
        /// Which room.
        room_id: RoomId,
        /// What.
        entry: Entry<Handle<UserMessage>>,
    },
    /// A room has dealt with it.
    Done {
        /// Which room.
        room_id: RoomId,
        /// The entry.
        n: u64,
        /// The actions that are in it, and their answers.
        answered: Vec<Answered>,
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
    /// The room manager asks about a room that it does not know. Answered with
    /// [`RoomManagerMessage::Looked`].
    Room {
        /// Which.
        room_id: RoomId,
        /// Where the answer goes.
        manager: Handle<RoomManagerMessage>,
    },
    /// A user tells what it is now.
    User {
        /// Who.
        uid: Uid,
        /// Its process.
        user: Handle<UserMessage>,
        /// What.
        facts: UserFacts,
        /// All its answers, for a journal that knows nothing of it.
        answers: Option<Vec<Answer>>,
    },
    /// A user that comes back has this process now.
    UserMoved {
        /// Who.
        uid: Uid,
        /// Its process.
        user: Handle<UserMessage>,
    },
    /// A user comes back and asks what it was.
    RecallUser {
        /// Who.
        uid: Uid,
        /// Its new process.
        user: Handle<UserMessage>,
    },
    /// A user has ended.
    ForgetUser {
        /// Who.
        uid: Uid,
        /// The process that it was; another one is not meant.
        user: ProcessId,
    },
    /// A user manager that starts anew asks which users there are.
    Users {
        /// Where the answer goes.
        manager: Handle<UserManagerMessage>,
    },
    /// End: the server stops.
    Stop,
}
