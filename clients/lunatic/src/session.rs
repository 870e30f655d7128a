//! HOME, session: the process that holds the machine and writes. It carries out what the machine orders and tells it what
//! happens; it decides nothing.

use std::collections::HashMap;
use std::io::{ErrorKind, Write};
use std::time::Duration;

use lunatic::net::TcpStream;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use umbra_client_core::{ClientEvent, ConnectionId, Effect, Loss, Machine, Payload, encode};
use umbra_otp::{Child, Epoch, Handle, Inbox, Incoming, ProcessId, ProcessLimits, Timer, monotonic_ms, random};

use crate::client::{Config, Identity};
use crate::gate::GateKeeper;
use crate::messages::{FromReader, ToSession, Told};
use crate::reader::{self, ReaderArgs};
use crate::wire;

/// For a reader, which grows with the largest message.
const READER: ProcessLimits = ProcessLimits { memory_bytes: Some(64 * 1024 * 1024), may_spawn: false };

/// How long a goodbye may take; past it the connection is just dropped.
const GOODBYE_TIMEOUT: Duration = Duration::from_secs(1);

/// What a session is started with.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound = "")]
pub(crate) struct SessionArgs<M> {
    pub config: Config,
    /// Who is told.
    pub program: Handle<M>,
}

/// The process.
pub(crate) fn run<M>(args: SessionArgs<M>, mut inbox: Inbox<ToSession>)
where
    M: From<Told> + Serialize + DeserializeOwned,
{
    let SessionArgs { config, program } = args;
    inbox.monitor(program);
    let machine = match config.identity.clone() {
        Identity::New(hello) => Machine::new(hello, true, random()),
        Identity::Saved(saved) => Machine::resume(saved, true, random()),
    };
    let mut session = Session {
        machine: machine.with_answer_timeout(config.answer_timeout).speaking(config.subprotocol),
        inbox,
        program,
        config,
        link: None,
        asked: HashMap::new(),
        timer: Timer::new(),
        alarm: None,
    };
    session.machine.connect(now());
    while session.settle() {
        let incoming = session.inbox.receive();
        session.wake(incoming);
    }
}

struct Session<M> {
    inbox: Inbox<ToSession>,
    program: Handle<M>,
    config: Config,
    machine: Machine,
    link: Option<Link>,
    /// The program's numbers, by `ref`.
    asked: HashMap<u64, u64>,
    timer: Timer,
    /// When the timer will tick.
    alarm: Option<Duration>,
}

/// The present connection, or the attempt.
struct Link {
    connection: ConnectionId,
    reader: Child<()>,
    gate: GateKeeper,
    /// Once it is open.
    stream: Option<TcpStream>,
}

fn now() -> Duration {
    Duration::from_millis(monotonic_ms())
}

/// Masks are there to keep proxies from being fooled by what a browser's page sends; any bits will do.
fn mask() -> u32 {
    u32::try_from(random() >> 32).unwrap_or_default()
}

impl<M: From<Told> + Serialize> Session<M> {
    fn wake(&mut self, incoming: Incoming<ToSession>) {
        match incoming {
            Incoming::Message(message) => self.take(message),
            Incoming::LinkDied(tag) => self.reader_is_gone(|link| link.reader.tag == tag),
            // Nobody is left to tell.
            Incoming::Down(id) if id == ProcessId::of(&self.program) => self.machine.close(),
            Incoming::Down(id) => self.reader_is_gone(|link| ProcessId::of(&link.reader.handle) == id),
            Incoming::Garbled(why) => lunatic_log::error!("a client's session got a garbled message: {why}"),
        }
    }

    fn take(&mut self, message: ToSession) {
        match message {
            ToSession::Ask { number, message } => match self.machine.send(message, now()) {
                Ok(reference) => drop(self.asked.insert(reference, number)),
                Err(error) => self.tell(Told::Answer { asked: number, result: Err(error) }),
            },
            ToSession::Connect => self.machine.connect(now()),
            ToSession::Cut => self.machine.cut(now()),
            ToSession::Close => self.machine.close(),
            ToSession::Reader(connection, from) => self.reader_says(connection, from),
            ToSession::Tick(epoch) => self.tick(epoch),
        }
    }

    fn tick(&mut self, epoch: Epoch) {
        if self.timer.fired(epoch) {
            self.alarm = None;
            self.machine.elapsed(now());
        }
    }

    fn reader_says(&mut self, connection: ConnectionId, from: FromReader) {
        let Some(link) = self.link.as_mut().filter(|link| link.connection == connection) else { return };
        match from {
            FromReader::Opened(stream) => {
                link.stream = Some(stream);
                self.machine.opened(connection);
            }
            FromReader::Text(text) => self.payload(connection, &Payload::Text(text.into())),
            FromReader::Binary(bytes) => self.payload(connection, &Payload::Binary(bytes.into())),
            FromReader::SignOfLife => {
                link.gate.taken();
                self.machine.heard(connection, now());
            }
            FromReader::Raw(bytes) => self.write(&bytes),
            FromReader::Ended(loss) => {
                self.link = None;
                self.machine.lost(connection, loss, now());
            }
        }
    }

    fn payload(&mut self, connection: ConnectionId, payload: &Payload<'_>) {
        self.machine.take(connection, payload, now());
        if let Some(link) = &mut self.link {
            link.gate.taken();
        }
    }

    /// Without a word: it was killed by somebody else, or ran out of memory.
    fn reader_is_gone(&mut self, which: impl Fn(&Link) -> bool) {
        if let Some(link) = self.link.take_if(|link| which(link)) {
            self.machine.lost(link.connection, Loss::Cut, now());
        }
    }

    /// Carries out all orders there are, and sets the alarm. False: the client is done.
    fn settle(&mut self) -> bool {
        while let Some(effect) = self.machine.effect() {
            self.perform(effect);
        }
        if self.machine.is_ended() {
            self.drop_link();
            return false;
        }
        let deadline = self.machine.deadline();
        // A later deadline is found when the alarm rings; only an earlier one is worth another alarm.
        if let Some(deadline) = deadline.filter(|deadline| self.alarm.is_none_or(|alarm| *deadline < alarm)) {
            self.alarm = Some(deadline);
            self.timer.arm(&self.inbox, deadline.saturating_sub(now()), ToSession::Tick);
        }
        true
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Open(connection) => self.open(connection),
            Effect::Transmit(connection, frame) => {
                if self.link.as_ref().is_some_and(|link| link.connection == connection) {
                    self.write(&wire::message(encode(self.config.subprotocol, &frame), mask()));
                }
            }
            Effect::HangUp { connection, goodbye } => {
                if self.link.as_ref().is_some_and(|link| link.connection == connection) {
                    if goodbye {
                        self.say_goodbye();
                    }
                    self.drop_link();
                }
            }
            Effect::Answer { reference, result } => {
                if let Some(asked) = self.asked.remove(&reference) {
                    self.tell(Told::Answer { asked, result });
                }
            }
            Effect::Tell(event) => {
                if let (ClientEvent::Online { .. }, Some(hello)) = (&event, self.machine.hello()) {
                    self.tell(Told::SignedIn(Box::new(hello.clone())));
                }
                self.tell(Told::Event(event));
            }
        }
    }

    fn open(&mut self, connection: ConnectionId) {
        let Config { url, subprotocol, .. } = self.config.clone();
        let args = ReaderArgs { connection, url, subprotocol, session: self.inbox.this() };
        match self.inbox.spawn_link_plain(args, reader::run, &READER) {
            Ok(reader) => {
                let gate = GateKeeper::new(&reader);
                self.link = Some(Link { connection, reader, gate, stream: None });
            }
            Err(error) => {
                let loss = Loss::Unreachable(format!("there is no process for a connection: {error}"));
                self.machine.lost(connection, loss, now());
            }
        }
    }

    /// Says goodbye and waits for the server to hang up, so that it is not lost with the connection.
    fn say_goodbye(&mut self) {
        self.write(&wire::goodbye(mask()));
        let Some(reader) = self.link.as_ref().map(|link| ProcessId::of(&link.reader.handle)) else { return };
        let until = now() + GOODBYE_TIMEOUT;
        while let Some(incoming) = self.inbox.receive_within(until.saturating_sub(now())) {
            match incoming {
                Incoming::Message(ToSession::Reader(_, FromReader::Ended(_))) | Incoming::LinkDied(_) => return,
                Incoming::Down(id) if id == reader => return,
                Incoming::Message(_) | Incoming::Down(_) | Incoming::Garbled(_) => {}
            }
        }
    }

    /// A reader may be blocked in a read, and would stay so as long as the server wishes.
    fn drop_link(&mut self) {
        if let Some(link) = self.link.take() {
            link.reader.handle.kill();
        }
    }

    /// The one place that writes to the connection.
    fn write(&mut self, bytes: &[u8]) {
        let Some(link) = &mut self.link else { return };
        let Some(stream) = &mut link.stream else { return };
        let mut rest = bytes;
        while !rest.is_empty() {
            match stream.write(rest) {
                Ok(written) if written > 0 => rest = &rest[written..],
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Ok(_) | Err(_) => {
                    let connection = link.connection;
                    self.drop_link();
                    return self.machine.lost(connection, Loss::Cut, now());
                }
            }
        }
    }

    /// The one place that tells the program anything.
    fn tell(&self, told: Told) {
        self.program.send(M::from(told));
    }
}
