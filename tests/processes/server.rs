//! The whole server around the test, as `main` starts it, and looks into its processes.

use lunatic::net::TcpListener;
use umbra::process;
use umbra::process::inspect::Inspection;
use umbra::process::messages::{
    Place, RoomManagerMessage, RoomMessage, SocketMessage, UserManagerMessage, UserMessage,
};
use umbra_machine::session::SocketKey;
use umbra_machine::settings::{LogLevel, Settings};
use umbra_otp::{Child, Handle, Inbox, Incoming, ProcessId, ProcessLimits, SupervisorMessage};
use umbra_protocol::{Phase, RoomId, Uid};

use crate::stage::{Report, Stage};

const MAY_SPAWN: ProcessLimits = ProcessLimits { memory_bytes: None, may_spawn: true };

/// On any free port. Nothing is too slow on a busy machine, unless a test has it so.
pub fn settings() -> Settings {
    Settings {
        bind: "127.0.0.1:0".parse().expect("an address"),
        log_level: LogLevel::Warn,
        slow_socket_ms: 600_000,
        request_timeout_ms: 600_000,
        hello_timeout_ms: 600_000,
        ..Settings::default()
    }
}

/// On a port that is free just now, for a test that connects through the listener.
pub fn settings_with_port() -> Settings {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    Settings { bind: free.local_addr().expect("it is bound"), ..settings() }
}

fn root((settings, stage): (Settings, Handle<Report>), inbox: Inbox<SupervisorMessage>) {
    process::root::supervisor(&settings, &inbox).run(inbox, || stage.send(Report::Ready));
}

/// Starts the server and waits until it is complete.
pub fn start(stage: &mut Stage, settings: Settings) -> Child<SupervisorMessage> {
    let argument = (settings, stage.inbox.this());
    let child = stage.inbox.spawn_link(argument, root, &MAY_SPAWN).expect("there is room for a process");
    stage.expect("the server to be ready", |incoming| match incoming {
        Incoming::Message(Report::Ready) => Ok(()),
        other => Err(other),
    });
    child
}

pub fn user_manager() -> Handle<UserManagerMessage> {
    process::user_manager().expect("the user manager is there")
}

pub fn room_manager() -> Handle<RoomManagerMessage> {
    process::room_manager().expect("the room manager is there")
}

/// Somebody who can be sent to, by the number of the process.
pub fn handle_of<M>(id: ProcessId) -> Handle<M> {
    id.handle()
}

/// What a room holds.
#[derive(Debug, PartialEq)]
pub struct RoomSeen {
    pub phase: Phase,
    pub seats: Vec<Option<Uid>>,
    pub members: Vec<(Uid, ProcessId)>,
    pub monitors: usize,
}

/// What a user holds.
#[derive(Debug, PartialEq)]
pub struct UserSeen {
    pub uid: Uid,
    pub sockets: Vec<SocketKey>,
    pub place: Option<Place>,
    pub monitors: usize,
}

impl Stage {
    pub fn see_room(&mut self, room: Handle<RoomMessage>) -> RoomSeen {
        match self.inspect(|inspector| room.send(RoomMessage::Inspect(inspector))) {
            Inspection::Room { phase, seats, members, monitors } => RoomSeen { phase, seats, members, monitors },
            other => panic!("expected a room, got {other:?}"),
        }
    }

    pub fn see_user(&mut self, user: Handle<UserMessage>) -> UserSeen {
        match self.inspect(|inspector| user.send(UserMessage::Inspect(inspector))) {
            Inspection::User { uid, sockets, place, monitors } => UserSeen { uid, sockets, place, monitors },
            other => panic!("expected a user, got {other:?}"),
        }
    }

    pub fn see_socket(&mut self, socket: Handle<SocketMessage>) -> Inspection {
        self.inspect(|inspector| socket.send(SocketMessage::Inspect(inspector)))
    }

    /// Every user with its process, and how many monitors the user manager has.
    pub fn see_users(&mut self) -> (Vec<(Uid, ProcessId)>, usize) {
        match self.inspect(|inspector| user_manager().send(UserManagerMessage::Inspect(inspector))) {
            Inspection::Users { users, monitors } => (users, monitors),
            other => panic!("expected the user manager, got {other:?}"),
        }
    }

    /// Every room with its process, and how many monitors the room manager has.
    pub fn see_rooms(&mut self) -> (Vec<(RoomId, ProcessId)>, usize) {
        match self.inspect(|inspector| room_manager().send(RoomManagerMessage::Inspect(inspector))) {
            Inspection::Rooms { rooms, monitors } => (rooms, monitors),
            other => panic!("expected the room manager, got {other:?}"),
        }
    }
}
