//! Who plays in these tests: an actor that does as it is told, and a port that hears of it.

use serde::{Deserialize, Serialize};
use umbra_otp::sim::{Port, World};
use umbra_otp::{Handle, Inbox, Incoming, ProcessId, ProcessLimits, exit_failed};

pub const LIMITS: ProcessLimits = ProcessLimits { memory_bytes: None, may_spawn: false };
pub const MAY_SPAWN: ProcessLimits = ProcessLimits { memory_bytes: None, may_spawn: true };

/// What actors tell the test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Report {
    Number(u64),
    Text(String),
    Here(Handle<Cue>),
}

pub fn text(text: impl Into<String>) -> Report {
    Report::Text(text.into())
}

/// What an actor is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cue {
    Say(u64),
    End,
    Fail(String),
    Panic,
    Monitor(Handle<Cue>),
    Kill(ProcessId),
    /// Start another actor, linked and monitored or linked only.
    Raise {
        monitored: bool,
    },
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
            Incoming::Message(Cue::Kill(other)) => other.kill(),
            Incoming::Message(Cue::Raise { monitored: true }) => {
                let child = inbox.spawn_link(port, actor, &LIMITS).expect("there is room for a process");
                port.send(Report::Here(child.handle));
            }
            Incoming::Message(Cue::Raise { monitored: false }) => {
                let child = umbra_otp::spawn_link(port, actor, &LIMITS).expect("there is room for a process");
                port.send(Report::Here(child.handle));
            }
            Incoming::Down(id) => port.send(text(format!("{id} is down"))),
            Incoming::LinkDied(tag) => port.send(text(format!("a child failed: {}", inbox.exit_reason(tag)))),
            Incoming::Garbled(_) => port.send(text("garbled")),
        }
    }
}

/// A port and an actor in this world.
pub fn one_actor(world: &World) -> (Port<Report>, Handle<Cue>) {
    let port = world.port();
    let actor = world.spawn(port.handle(), actor, &MAY_SPAWN).expect("there is room for a process");
    (port, actor)
}

/// Tells an actor something, and what it reports then.
pub fn told(world: &World, port: &Port<Report>, actor: Handle<Cue>, cue: Cue) -> Vec<Report> {
    world.send(actor, cue);
    world.run().expect("it comes to rest");
    port.take()
}

/// Has an actor raise a child.
pub fn child_of(world: &World, port: &Port<Report>, parent: Handle<Cue>, monitored: bool) -> Handle<Cue> {
    match told(world, port, parent, Cue::Raise { monitored }).as_slice() {
        [Report::Here(child)] => *child,
        other => panic!("expected a child, got {other:?}"),
    }
}

/// The same process, as if it took other messages: a handle travels as two numbers, whatever its type.
pub fn as_if<M, N>(handle: Handle<M>) -> Handle<N> {
    let numbers = serde_json::to_string(&handle).expect("two numbers");
    serde_json::from_str(&numbers).expect("the same two numbers")
}
