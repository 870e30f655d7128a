//! FAULTS, sim: one script played in a world, with one process killed on the way.

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;

use umbra_machine::settings::Settings;
use umbra_otp::sim::{Fate, HostCall, Schedule, World, WorldOptions};
use umbra_protocol::{OkBody, RoomId};

use super::{Client, Server, settings};
use crate::script::{Ask, LIMITS, Script, user_name};
use crate::story::{Heard, Names, Reply, Story, Told};

/// A kind of process of the server. All its processes count as one, those that come after one that died included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Process {
    /// The room.
    Room,
    /// The users.
    User,
    /// The room manager.
    RoomManager,
    /// The user manager.
    UserManager,
    /// The journal.
    Journal,
}

/// A process is killed just before a call that it makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kill {
    /// Which.
    pub process: Process,
    /// Before the how many-th call of its kind, from 1; counted from the sign-ins on, for users from the start of the match
    /// on, since a user that dies before leaves the room.
    pub nth: u64,
}

/// What became of a script in a world.
pub struct Played {
    /// What everybody was told.
    pub story: Story,
    /// Whether it came so far that the process was killed.
    pub killed: bool,
}

impl Process {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Room, Self::User, Self::RoomManager, Self::UserManager, Self::Journal];

    fn messages(self) -> &'static str {
        match self {
            Self::Room => "::RoomMessage",
            Self::User => "::UserMessage",
            Self::RoomManager => "::RoomManagerMessage",
            Self::UserManager => "::UserManagerMessage",
            Self::Journal => "::JournalMessage",
        }
    }
}

impl fmt::Display for Kill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {:?} killed before its call {}", self.process, self.nth)
    }
}

/// Plays a whole match. The same arguments give the same run.
///
/// # Panics
/// If the server does not start, or a sign-in is not answered. What was not answered within a minute is missing in the
/// story, and so is everything after it.
pub fn play(script: &Script, schedule: impl Schedule + 'static, kill: Option<Kill>) -> Played {
    let world = World::new(schedule, WorldOptions::default());
    let (armed, killed) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
    if let Some(kill) = kill {
        let (armed, killed, calls) = (Rc::clone(&armed), Rc::clone(&killed), Cell::new(0));
        world.watch(move |call: &HostCall<'_>| {
            if !armed.get() || killed.get() || !call.kind.ends_with(kill.process.messages()) {
                return Fate::GoesOn;
            }
            calls.set(calls.get() + 1);
            killed.set(calls.get() == kill.nth);
            if killed.get() { Fate::IsKilled } else { Fate::GoesOn }
        });
    }
    let limits = Settings { restarts_max: 100, lobby_grace_ms: LIMITS.lobby_grace_ms, ..settings() };
    let server = Server::start(world, limits);
    let from_sign_in = kill.is_some_and(|kill| kill.process != Process::User);
    armed.set(from_sign_in);
    let seats = (0..script.seats()).map(umbra_protocol::Seat);
    let mut clients: Vec<Client> = seats.map(|seat| server.guest(user_name(seat).as_str())).collect();
    let mut room_id = RoomId("".into());
    for (at, step) in script.steps().iter().enumerate() {
        // Whoever dies with the last word, which is in no state that could be told anew, would never hear it.
        armed.set(armed.get() && step.ask != Ask::Farewell);
        match server.try_ask(&mut clients, usize::from(step.seat.0), script.message(step, &room_id)) {
            Some(Ok(OkBody::Room(room))) => room_id = room.room_id,
            Some(_) if at > 0 => {}
            // Nothing of the rest could be asked.
            Some(_) | None => break,
        }
        armed.set(step.ask != Ask::Farewell && (from_sign_in || at >= script.started_by()));
    }
    armed.set(false);
    Played { story: story(&server, &mut clients, room_id), killed: killed.get() }
}

fn story(server: &Server, clients: &mut [Client], room_id: RoomId) -> Story {
    let uid = |client: &Client| client.user.as_ref().expect("it has signed in").uid.clone();
    let names = Names { room_id, uids: clients.iter().map(uid).collect() };
    let mut story = Story::default();
    for client in clients {
        let heard = client.heard.iter().cloned().map(|heard| match heard {
            Heard::Event { epoch, seq, event } => Heard::Event { epoch, seq, event: names.event(event) },
            Heard::Anew { epoch, seq, room } => {
                Heard::Anew { epoch, seq, room: room.map(|room| Box::new(names.snapshot(*room))) }
            }
        });
        let replies = client.replies.iter().cloned();
        let replies = replies.map(|(reference, result)| Reply { reference, result: names.result(result) });
        let (heard, replies) = (heard.collect(), replies.collect());
        let end = client.again(server).hello.and_then(|hello| hello.room).map(|room| names.snapshot(room));
        story.seats.push(Told { heard, replies, end, states: Vec::new() });
    }
    story
}
