//! The test's own process: it is told everything, and plays any part of the chain through puppets.
//!
//! A puppet is a process that takes the messages of one part (a socket, a user, a room, a manager) and hands them to the
//! test. What one puppet was told comes in its order; between puppets there is none, so a test asks for what it expects.

use std::collections::VecDeque;
use std::time::Duration;

use lunatic::Mailbox;
use lunatic_log::subscriber::Subscriber;
use lunatic_log::{Event, LevelFilter, Metadata};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use umbra::process::inspect::{Inspection, Inspector};
use umbra::process::messages::{
    ListenerMessage, RoomManagerMessage, RoomMessage, SocketMessage, UserManagerMessage, UserMessage,
};
use umbra_otp::{Handle, Inbox, Incoming, ProcessId, ProcessLimits, Wire, spawn};

/// Long enough for a machine in any state: only a broken test waits this long.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub const LIMITS: ProcessLimits = ProcessLimits { memory_bytes: None, may_spawn: false };

/// What the test is told, and by which of its puppets.
#[derive(Debug, Serialize, Deserialize)]
pub enum Report {
    Socket(ProcessId, SocketMessage),
    User(ProcessId, UserMessage),
    Room(ProcessId, RoomMessage),
    UserManager(ProcessId, UserManagerMessage),
    RoomManager(ProcessId, RoomManagerMessage),
    Listener(ProcessId, ListenerMessage),
    Inspected(Inspection),
    /// The server is complete.
    Ready,
    /// A line of the log, with its level.
    Logged(String),
}

/// The messages of a part that can be played.
pub trait Part: Serialize + DeserializeOwned {
    fn report(by: ProcessId, message: Self) -> Report;
}

macro_rules! parts {
    ($($message:ident => $report:ident),*) => {$(
        impl Part for $message {
            fn report(by: ProcessId, message: Self) -> Report {
                Report::$report(by, message)
            }
        }
    )*};
}
parts!(SocketMessage => Socket, UserMessage => User, RoomMessage => Room,
    UserManagerMessage => UserManager, RoomManagerMessage => RoomManager, ListenerMessage => Listener);

impl Part for Inspection {
    fn report(_: ProcessId, inspection: Self) -> Report {
        Report::Inspected(inspection)
    }
}

fn play<M: Part>(stage: Handle<Report>, mut inbox: Inbox<M>) {
    let this = ProcessId::of(&inbox.this());
    loop {
        if let Incoming::Message(message) = inbox.receive() {
            stage.send(M::report(this, message));
        }
    }
}

/// Hands every line of the log to the test.
#[derive(Serialize, Deserialize)]
struct ToStage(Handle<Report>);

impl Subscriber for ToStage {
    fn enabled(&self, metadata: &Metadata) -> bool {
        *metadata.level() <= LevelFilter::Warn
    }

    fn event(&self, event: &Event) {
        self.0.send(Report::Logged(format!("{}: {}", event.metadata().level(), event.message())));
    }
}

pub struct Stage {
    pub inbox: Inbox<Report>,
    /// What came while something else was waited for.
    early: VecDeque<Incoming<Report>>,
    inspector: Inspector,
}

impl Stage {
    pub fn new(mailbox: Mailbox<Report, Wire>) -> Self {
        let inbox = Inbox::from(mailbox);
        lunatic_log::init(ToStage(inbox.this()));
        let inspector = spawn(inbox.this(), play::<Inspection>, &LIMITS).expect("there is room for a process");
        Self { inbox, early: VecDeque::new(), inspector }
    }

    /// A process to play a part with.
    pub fn puppet<M: Part>(&self) -> Handle<M> {
        spawn(self.inbox.this(), play::<M>, &LIMITS).expect("there is room for a process")
    }

    /// Waits for the first thing that `pick` takes. It gives back what it does not take; that waits for its turn.
    pub fn expect<T>(
        &mut self,
        what: &str,
        mut pick: impl FnMut(Incoming<Report>) -> Result<T, Incoming<Report>>,
    ) -> T {
        for at in 0..self.early.len() {
            if let Some(incoming) = self.early.remove(at) {
                match pick(incoming) {
                    Ok(found) => return found,
                    Err(other) => self.early.insert(at, other),
                }
            }
        }
        loop {
            let Some(incoming) = self.inbox.receive_within(PATIENCE) else {
                panic!("waited in vain for {what}; what came instead: {:#?}", self.early);
            };
            match pick(incoming) {
                Ok(found) => return found,
                Err(other) => self.early.push_back(other),
            }
        }
    }

    /// Waits for a line of the log that holds all of `words`.
    pub fn expect_line(&mut self, words: &[&str]) -> String {
        self.expect(&format!("a line with {words:?}"), |incoming| match incoming {
            Incoming::Message(Report::Logged(line)) if words.iter().all(|word| line.contains(word)) => Ok(line),
            other => Err(other),
        })
    }

    /// Waits for the end of a process. It looks instead of monitoring, for a monitor that is set behind a kill is lost.
    pub fn expect_end(&mut self, id: ProcessId) {
        self.until(&format!("{id} has ended"), |_| (!id.is_alive()).then_some(()));
    }

    /// What a process holds.
    pub fn inspect(&mut self, ask: impl FnOnce(Inspector)) -> Inspection {
        ask(self.inspector);
        self.expect("an inspection", |incoming| match incoming {
            Incoming::Message(Report::Inspected(inspection)) => Ok(inspection),
            other => Err(other),
        })
    }

    /// Looks again and again until there is something to see. For what nobody is told of.
    pub fn until<T>(&mut self, what: &str, mut look: impl FnMut(&mut Self) -> Option<T>) -> T {
        let start_ms = umbra_otp::monotonic_ms();
        loop {
            if let Some(seen) = look(self) {
                return seen;
            }
            let passed = Duration::from_millis(umbra_otp::monotonic_ms() - start_ms);
            assert!(passed < PATIENCE, "waited in vain until {what}; what came: {:#?}", self.early);
            if let Some(incoming) = self.inbox.receive_within(Duration::from_millis(1)) {
                self.early.push_back(incoming);
            }
        }
    }
}

macro_rules! hear {
    ($($function:ident: $message:ident => $report:ident),*) => {
        impl Stage {$(
            /// Waits for what a puppet of this part is told next.
            pub fn $function(&mut self, puppet: Handle<$message>) -> $message {
                let puppet = ProcessId::of(&puppet);
                self.expect(concat!("a message to a ", stringify!($report)), |incoming| match incoming {
                    Incoming::Message(Report::$report(by, message)) if by == puppet => Ok(message),
                    other => Err(other),
                })
            }
        )*}
    };
}
hear!(socket_hears: SocketMessage => Socket, user_hears: UserMessage => User, room_hears: RoomMessage => Room,
    user_manager_hears: UserManagerMessage => UserManager, room_manager_hears: RoomManagerMessage => RoomManager,
    listener_hears: ListenerMessage => Listener);
