//! An operator's process: does one thing that a test has asked for over `/admin`, and ends.
//!
//! It is apart from the chain: it finds processes by name and by asking their managers what they hold, as anybody can
//! ([`inspect`](super::inspect)), and a socket only carries its answer back.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use umbra_http::{AdminAsk, StatusCode, Target};
use umbra_otp::{Handle, Inbox, Incoming, ProcessId, names};
use umbra_protocol::{RoomId, Uid};

use super::inspect::Inspection;
use super::messages::{AdminRequest, RoomManagerMessage, SocketMessage, UserManagerMessage, UserMessage};
use super::{LISTENER, journal, room_manager, user_manager};

/// What an operator is started with.
#[derive(Debug, Serialize, Deserialize)]
pub struct OperatorArgs {
    /// What is to be done.
    pub task: Task,
    /// Who carries the answer back.
    pub socket: Handle<SocketMessage>,
}

/// What an operator has the user manager do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Conduct {
    /// Let nobody new in, tell everybody, stop.
    Drain,
    /// Remove this user.
    Kick(Uid),
}

impl Conduct {
    /// To the user manager.
    pub fn message(self) -> UserManagerMessage {
        match self {
            Self::Drain => UserManagerMessage::Drain,
            Self::Kick(uid) => UserManagerMessage::Kick(uid),
        }
    }

    /// The response to who asked; `heard`: whether there is a user manager to hear of it.
    pub fn answer(&self, heard: bool) -> Vec<u8> {
        if !heard {
            let sentence = "the user manager is just being restarted, try again";
            return umbra_http::plain(StatusCode::SERVICE_UNAVAILABLE, sentence);
        }
        let sentence = match self {
            Self::Drain => "draining",
            Self::Kick(_) => "asked to leave, if here",
        };
        umbra_http::plain(StatusCode::ACCEPTED, sentence)
    }
}

/// The response when nobody can be found who does a [`Task`].
pub fn no_process(why: &str) -> Vec<u8> {
    umbra_http::plain(StatusCode::SERVICE_UNAVAILABLE, &format!("there is no process for this: {why}"))
}

/// What an operator can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Task {
    /// End a process without a word.
    Kill(Target),
    /// List the processes.
    Processes,
}

/// How long a process may take to say what it holds, or to end. Then it counts as gone.
const PATIENCE: Duration = Duration::from_secs(2);

impl From<AdminAsk> for AdminRequest {
    fn from(ask: AdminAsk) -> Self {
        match ask {
            AdminAsk::Drain => Self::Conduct(Conduct::Drain),
            AdminAsk::Kick(uid) => Self::Conduct(Conduct::Kick(uid)),
            AdminAsk::Kill(target) => Self::Task(Task::Kill(target)),
            AdminAsk::Processes => Self::Task(Task::Processes),
        }
    }
}

/// The process.
pub fn run(args: OperatorArgs, inbox: Inbox<Inspection>) {
    let mut operator = Operator { inbox };
    let body = match args.task {
        Task::Kill(target) => json!({ "killed": operator.kill(&target) }),
        Task::Processes => Value::Array(operator.processes()),
    };
    args.socket.send(SocketMessage::Operator(umbra_http::json(StatusCode::OK, &body.to_string())));
}

struct Operator {
    inbox: Inbox<Inspection>,
}

impl Operator {
    /// Ends the processes that `target` names and waits until they have. Says how many there were.
    fn kill(&mut self, target: &Target) -> usize {
        let found = self.find(target);
        let mut ended = 0;
        for id in found.into_iter().filter(|id| id.is_alive()) {
            self.inbox.monitor(id.handle::<()>());
            id.kill();
            while self.inbox.monitors() > 0 {
                match self.inbox.receive_within(PATIENCE) {
                    Some(Incoming::Down(_)) => ended += 1,
                    Some(_) => {}
                    None => self.inbox.demonitor(id),
                }
            }
        }
        ended
    }

    fn find(&mut self, target: &Target) -> Vec<ProcessId> {
        match target {
            Target::Room(room_id) => named(self.rooms(), room_id),
            Target::User(uid) => named(self.users(), uid),
            Target::Socket(uid) => {
                let users = named(self.users(), uid);
                users.into_iter().flat_map(|user| self.sockets(user)).collect()
            }
            Target::RoomManager => room_manager().iter().map(ProcessId::of).collect(),
            Target::UserManager => user_manager().iter().map(ProcessId::of).collect(),
            Target::Journal => journal().iter().map(ProcessId::of).collect(),
            Target::Listener => names::whereis::<()>(LISTENER).iter().map(ProcessId::of).collect(),
        }
    }

    /// Every process but the root and the readers, which nobody asks for: their number follows from the sockets'.
    fn processes(&mut self) -> Vec<Value> {
        let mut list = Vec::new();
        for (kind, target) in [
            ("journal", Target::Journal),
            ("roomManager", Target::RoomManager),
            ("userManager", Target::UserManager),
            ("listener", Target::Listener),
        ] {
            list.extend(self.find(&target).into_iter().map(|id| entry(kind, id, kind)));
        }
        list.extend(self.rooms().into_iter().map(|(room_id, id)| entry("room", id, &room_id.0)));
        for (uid, id) in self.users() {
            list.push(entry("user", id, &uid.0));
            list.extend(self.sockets(id).into_iter().map(|socket| entry("socket", socket, &uid.0)));
        }
        list
    }

    fn rooms(&mut self) -> Vec<(RoomId, ProcessId)> {
        let Some(manager) = room_manager() else { return Vec::new() };
        manager.send(RoomManagerMessage::Inspect(self.inbox.this()));
        match self.answer() {
            Some(Inspection::Rooms { rooms, .. }) => rooms,
            _ => Vec::new(),
        }
    }

    fn users(&mut self) -> Vec<(Uid, ProcessId)> {
        let Some(manager) = user_manager() else { return Vec::new() };
        manager.send(UserManagerMessage::Inspect(self.inbox.this()));
        match self.answer() {
            Some(Inspection::Users { users, .. }) => users,
            _ => Vec::new(),
        }
    }

    fn sockets(&mut self, user: ProcessId) -> Vec<ProcessId> {
        user.handle().send(UserMessage::Inspect(self.inbox.this()));
        match self.answer() {
            Some(Inspection::User { sockets, .. }) => sockets.into_iter().map(|key| ProcessId(key.0)).collect(),
            _ => Vec::new(),
        }
    }

    fn answer(&mut self) -> Option<Inspection> {
        match self.inbox.receive_within(PATIENCE)? {
            Incoming::Message(inspection) => Some(inspection),
            Incoming::Down(_) | Incoming::LinkDied(_) | Incoming::Garbled(_) => None,
        }
    }
}

fn named<K: PartialEq>(list: Vec<(K, ProcessId)>, key: &K) -> Vec<ProcessId> {
    list.into_iter().filter(|(known, _)| known == key).map(|(_, id)| id).collect()
}

/// The runtime does not tell how long a mailbox is.
fn entry(kind: &str, id: ProcessId, name: &str) -> Value {
    json!({ "kind": kind, "id": id.0, "name": name, "mailbox": null })
}
