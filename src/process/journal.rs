//! The journal's process: of every room and every user, what it takes to bring it back.
//!
//! Where we are: beside the chain. A room writes here before anybody learns what it decided; it is read when a room or
//! the room manager starts again. It lives in memory: what is to outlive the node belongs into a store.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use umbra_machine::journal::Journal;
use umbra_machine::settings::LogLevel;
use umbra_otp::{Ack, Inbox, Incoming, ProcessId, names};

use super::messages::{JournalMessage, RoomManagerMessage, RoomMessage, UserManagerMessage, UserMessage};
use super::{JOURNAL, room_manager, user_manager};
use crate::log;

/// What the journal is started with.
#[derive(Debug, Serialize, Deserialize)]
pub struct JournalArgs {
    /// What it logs at most.
    pub log_level: LogLevel,
    /// To say that it is ready.
    pub ack: Ack,
}

/// How long it may take to end when the server stops: it has nothing to do for that.
pub const STOP_DEADLINE: Duration = Duration::from_secs(1);

/// The process.
pub fn run(args: JournalArgs, mut inbox: Inbox<JournalMessage>) {
    log::set_level(args.log_level);
    names::register(JOURNAL, inbox.this());
    args.ack.started();
    // If there is a manager already, the journal before this one has died, and what it knew with it.
    if let Some(manager) = room_manager() {
        manager.send(RoomManagerMessage::JournalStarted);
    }
    if let Some(manager) = user_manager() {
        manager.send(UserManagerMessage::JournalStarted);
    }
    let mut journal = Journal::new();
    loop {
        match inbox.receive() {
            Incoming::Message(JournalMessage::Keep { plan, room, kept }) => journal.keep(plan, room, *kept),
            Incoming::Message(JournalMessage::Append { room_id, entry }) => journal.append(&room_id, entry),
            Incoming::Message(JournalMessage::Done { room_id, n, answered }) => journal.done(&room_id, n, answered),
            Incoming::Message(JournalMessage::Forget { room_id }) => journal.forget(&room_id),
            Incoming::Message(JournalMessage::Recall { room_id, room }) => {
                room.send(RoomMessage::Recalled(journal.recall(&room_id).map(Box::new)));
            }
            Incoming::Message(JournalMessage::Rooms { manager }) => {
                let rooms = journal.rooms().map(|(plan, room)| (plan.clone(), *room)).collect();
                manager.send(RoomManagerMessage::Remembered { rooms });
            }
            Incoming::Message(JournalMessage::Room { room_id, manager }) => {
                let found = journal.room(&room_id).map(|(plan, room)| Box::new((plan.clone(), *room)));
                manager.send(RoomManagerMessage::Looked { room_id, found });
            }
            Incoming::Message(JournalMessage::User { uid, user, facts, answers }) => {
                journal.keep_user(uid, user, facts, answers);
            }
            Incoming::Message(JournalMessage::UserMoved { uid, user }) => journal.move_user(&uid, user),
            Incoming::Message(JournalMessage::RecallUser { uid, user }) => {
                user.send(UserMessage::Recalled(journal.recall_user(&uid).map(Box::new)));
            }
            Incoming::Message(JournalMessage::ForgetUser { uid, user }) => {
                journal.forget_user(&uid, |known| ProcessId::of(known) == user);
            }
            Incoming::Message(JournalMessage::Users { manager }) => {
                let users = journal.users().map(|(uid, user)| (uid.clone(), *user)).collect();
                manager.send(UserManagerMessage::Remembered { users });
            }
            Incoming::Message(JournalMessage::Stop) => return,
            Incoming::LinkDied(tag) => lunatic_log::warn!("the journal heard of {tag:?}, not its child"),
            Incoming::Down(id) => lunatic_log::warn!("the journal heard of the end of {id}, which it does not monitor"),
            Incoming::Garbled(why) => lunatic_log::error!("the journal got a garbled message: {why}"),
        }
    }
}
