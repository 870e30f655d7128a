//! Who plays in these tests: a stage that waits for what is told to it, and an actor who starts, ends and fails as it is told.

use std::cell::Cell;
use std::time::Duration;

use lunatic::Mailbox;
use serde::{Deserialize, Serialize};
use umbra_otp::{
    Ack, Child, ChildSpec, ExitReason, Handle, Inbox, Incoming, Intensity, ProcessId, ProcessLimits, Restart, Shutdown,
    Strategy, Supervisor, SupervisorMessage, Wire, exit_failed,
};

/// Long enough for a machine in any state: only a broken test waits this long.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// For deadlines that pass in the test: no longer than must be, and long enough for a good child to keep on a busy machine.
pub const WAITED_FOR: Duration = Duration::from_secs(1);

pub const LIMITS: ProcessLimits = ProcessLimits { memory_bytes: None, may_spawn: false };

pub const MAY_SPAWN: ProcessLimits = ProcessLimits { memory_bytes: None, may_spawn: true };

/// More restarts than any test that does not ask for fewer will see.
pub const PATIENT: Intensity = Intensity { max_restarts: 100, period_ms: 60_000 };

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Who {
    A,
    B,
    C,
}

/// What an actor does, by how badly it does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Manner {
    BehavesWell,
    PanicsBeforeStarted,
    EndsBeforeStarted,
    NeverAnswersItsStart,
    RefusesToStart,
    NeverStops,
}

/// What an actor tells the test.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Report {
    Up(Who, Handle<Cue>),
    Stopping(Who),
    Number(u32),
    Text(String),
}

/// What the test tells an actor.
#[derive(Debug, Serialize, Deserialize)]
pub enum Cue {
    Stop,
    Panic,
    EndNormally,
    FailBecause(String),
}

/// An actor in no play of a supervisor.
pub fn actor((who, stage): (Who, Handle<Report>), inbox: Inbox<Cue>) {
    stage.send(Report::Up(who, inbox.this()));
    follow_cues(who, Manner::BehavesWell, stage, inbox);
}

fn supervised_actor((who, manner, stage, ack): (Who, Manner, Handle<Report>, Ack), mut inbox: Inbox<Cue>) {
    match manner {
        Manner::BehavesWell | Manner::NeverStops => {
            stage.send(Report::Up(who, inbox.this()));
            ack.started();
        }
        Manner::PanicsBeforeStarted => panic!("stage fright"),
        Manner::EndsBeforeStarted => return,
        Manner::NeverAnswersItsStart => {
            stage.send(Report::Up(who, inbox.this()));
            loop {
                inbox.receive();
            }
        }
        Manner::RefusesToStart => {
            ack.refused("the port is taken");
            return;
        }
    }
    follow_cues(who, manner, stage, inbox);
}

fn follow_cues(who: Who, manner: Manner, stage: Handle<Report>, mut inbox: Inbox<Cue>) {
    loop {
        match inbox.receive() {
            Incoming::Message(Cue::Stop) => {
                stage.send(Report::Stopping(who));
                if manner != Manner::NeverStops {
                    return;
                }
            }
            Incoming::Message(Cue::Panic) => panic!("on cue"),
            Incoming::Message(Cue::EndNormally) => return,
            Incoming::Message(Cue::FailBecause(why)) => exit_failed(why),
            Incoming::LinkDied(_) | Incoming::Down(_) | Incoming::Garbled(_) => {}
        }
    }
}

/// A supervisor with its children, as data that travels to the process that becomes the supervisor.
#[derive(Serialize, Deserialize)]
pub struct Play {
    pub strategy: Strategy,
    pub intensity: Intensity,
    pub parts: Vec<Part>,
}

#[derive(Serialize, Deserialize)]
pub struct Part {
    pub who: Who,
    pub restart: Restart,
    pub shutdown: Shutdown,
    pub start_deadline: Duration,
    pub limits: Option<u64>,
    /// The manner of each start; the last one holds for all that follow.
    pub manners: Vec<Manner>,
}

/// A permanent, well-behaved child with all the time it needs.
pub fn part(who: Who) -> Part {
    Part {
        who,
        restart: Restart::Permanent,
        shutdown: Shutdown::Deadline(PATIENCE),
        start_deadline: PATIENCE,
        limits: None,
        manners: vec![Manner::BehavesWell],
    }
}

/// A permanent child each for A, B and C.
pub fn play_of_three(strategy: Strategy) -> Play {
    Play { strategy, intensity: PATIENT, parts: [Who::A, Who::B, Who::C].map(part).into() }
}

fn direct((play, stage): (Play, Handle<Report>), inbox: Inbox<SupervisorMessage>) {
    perform(play, stage, inbox, || {});
}

/// Makes this process the supervisor of a play.
pub fn perform(play: Play, stage: Handle<Report>, inbox: Inbox<SupervisorMessage>, started: impl FnOnce()) {
    let mut supervisor = Supervisor::new(play.strategy, play.intensity);
    for part in play.parts {
        let id = match part.who {
            Who::A => "a",
            Who::B => "b",
            Who::C => "c",
        };
        let starts = Cell::new(0);
        let limits = ProcessLimits { memory_bytes: part.limits, may_spawn: false };
        let start = move |starter: &mut umbra_otp::Starter<'_>| {
            let manner = part.manners[starts.get().min(part.manners.len() - 1)];
            starts.set(starts.get() + 1);
            starter.link((part.who, manner, stage, starter.ack()), supervised_actor, &limits, || Cue::Stop)
        };
        supervisor = supervisor.child(
            ChildSpec::new(id, start).restart(part.restart).shutdown(part.shutdown).start_deadline(part.start_deadline),
        );
    }
    supervisor.run(inbox, started);
}

/// The test's own process, and what it expects to be told.
pub struct Stage {
    pub inbox: Inbox<Report>,
}

impl Stage {
    pub fn new(mailbox: Mailbox<Report, Wire>) -> Self {
        Stage { inbox: mailbox.into() }
    }

    pub fn handle(&self) -> Handle<Report> {
        self.inbox.this()
    }

    pub fn next(&mut self) -> Incoming<Report> {
        self.inbox.receive_within(PATIENCE).expect("something should happen")
    }

    pub fn report(&mut self) -> Report {
        match self.next() {
            Incoming::Message(report) => report,
            other => panic!("expected a report, got {other:?}"),
        }
    }

    pub fn up(&mut self, expected: Who) -> Handle<Cue> {
        match self.report() {
            Report::Up(who, handle) if who == expected => handle,
            other => panic!("expected {expected:?} to be up, got {other:?}"),
        }
    }

    pub fn stopping(&mut self, expected: Who) {
        assert_eq!(self.report(), Report::Stopping(expected));
    }

    pub fn down(&mut self, expected: ProcessId) {
        match self.next() {
            Incoming::Down(id) => assert_eq!(id, expected),
            other => panic!("expected {expected} to be down, got {other:?}"),
        }
    }

    pub fn ended<M>(&mut self, child: &Child<M>) {
        self.down(ProcessId::of(&child.handle));
    }

    pub fn failed<M>(&mut self, child: &Child<M>) -> ExitReason {
        match self.next() {
            Incoming::LinkDied(tag) => {
                assert_eq!(tag, child.tag);
                self.inbox.exit_reason(tag)
            }
            other => panic!("expected the failure of {:?}, got {other:?}", child.tag),
        }
    }

    /// Everything that is in the mailbox has been taken.
    pub fn quiet(&mut self) {
        match self.inbox.receive_within(Duration::ZERO) {
            None => {}
            Some(other) => panic!("expected nothing more, got {other:?}"),
        }
    }

    pub fn spawn_actor(&mut self, who: Who) -> Child<Cue> {
        let stage = self.handle();
        let child = self.inbox.spawn_link((who, stage), actor, &LIMITS).expect("there is room for a process");
        assert_eq!(self.up(who), child.handle);
        child
    }

    pub fn perform(&mut self, play: Play) -> Child<SupervisorMessage> {
        let stage = self.handle();
        self.inbox.spawn_link((play, stage), direct, &MAY_SPAWN).expect("there is room for a process")
    }
}
