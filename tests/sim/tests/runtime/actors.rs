//! Who plays in these tests: a world whose outcome is written down by a port, and an actor that does as it is told.

use serde::{Deserialize, Serialize};
use umbra_otp::sim::{Port, World};
use umbra_otp::{Handle, Inbox, Incoming, ProcessLimits, exit_failed};

pub const LIMITS: ProcessLimits = ProcessLimits { memory_bytes: None, may_spawn: false };
pub const MAY_SPAWN: ProcessLimits = ProcessLimits { memory_bytes: None, may_spawn: true };

/// What actors tell the test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Report {
    Number(u32),
    Text(String),
}

pub fn text(text: &str) -> Report {
    Report::Text(text.to_owned())
}

/// What an actor is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cue {
    Say(u32),
    End,
    Fail(String),
    Panic,
    Monitor(Handle<Cue>),
}

/// Tells the port what it hears, and does as it is told.
pub fn actor(port: Handle<Report>, mut inbox: Inbox<Cue>) {
    loop {
        match inbox.receive() {
            Incoming::Message(Cue::Say(number)) => port.send(Report::Number(number)),
            Incoming::Message(Cue::End) => return,
            Incoming::Message(Cue::Fail(why)) => exit_failed(why),
            Incoming::Message(Cue::Panic) => panic!("on cue"),
            Incoming::Message(Cue::Monitor(other)) => inbox.monitor(other),
            Incoming::Down(id) => port.send(Report::Text(format!("{id} is down"))),
            Incoming::LinkDied(tag) => port.send(Report::Text(format!("a child failed: {}", inbox.exit_reason(tag)))),
            Incoming::Garbled(_) => port.send(text("garbled")),
        }
    }
}

/// A world with a port and an actor.
pub fn one_actor() -> (World, Port<Report>, Handle<Cue>) {
    let world = World::default();
    let port = world.port();
    let actor = world.spawn(port.handle(), actor, &LIMITS).expect("there is room for a process");
    (world, port, actor)
}
