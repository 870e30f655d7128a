//! A connection's process in the guest: it writes, and forwards what its reader reads. It decides nothing; its twin does
//! ([`umbra_machine::socket`]), the same one that decides for a connection of a native edge.
//!
//! Where we are: `**socket** → user → room → user → **socket**`. A lunatic process cannot wait for its mailbox and its
//! connection at once, so a connection has two: this one, blocked in its mailbox, the only one that writes; and its
//! [`reader`], blocked in `read`. Either one's end ends both, and with them the connection.
//!
//! Inbound: reader → twin → user. Outbound: user → frames → one write; then the user is told. The reader reads on when it
//! is told to ([`Go`](super::messages::Go)), so nothing piles up in this mailbox either.

mod admin;
pub mod gate;
pub mod reader;
mod write;

use lunatic::net::TcpStream;
use serde::{Deserialize, Serialize};
use umbra_machine::receipts::ONE_AT_A_TIME;
use umbra_machine::session::SocketKey;
use umbra_machine::settings::Settings;
use umbra_machine::socket::{Effect, Peer, SocketLimits};
use umbra_otp::{Child, Handle, Inbox, Incoming, ProcessId, ProcessLimits, now_ms};
use umbra_websocket::outbound;

use super::alarm::Alarm;
use super::inspect::{Inspection, SocketUser};
use super::messages::{FromReader, FromSocket, Place, ReadEnd, SignInAnswer, SocketMessage, ToSocket, UserMessage};
use super::{random, sign_in, user_manager};
use crate::log;
use gate::GateKeeper;
use reader::ReaderArgs;
use write::Outlet;

/// This process is busy as long as it writes, so a second batch would only lie in its mailbox.
const WINDOW: u16 = ONE_AT_A_TIME;

/// What a socket is started with.
#[derive(Debug, Serialize, Deserialize)]
pub struct SocketArgs {
    /// The connection.
    pub stream: TcpStream,
    /// All settings.
    pub settings: Settings,
}

/// The process.
pub fn run(args: SocketArgs, mut inbox: Inbox<SocketMessage>) {
    let SocketArgs { stream, settings } = args;
    log::set_level(settings.log_level);
    let reader_args = ReaderArgs::new(stream.clone(), inbox.this(), &settings);
    let process_limits = ProcessLimits { memory_bytes: Some(settings.socket_memory_bytes), may_spawn: false };
    let reader = match inbox.spawn_link_plain(reader_args, reader::run, &process_limits) {
        Ok(reader) => reader,
        Err(error) => return lunatic_log::error!("no process for the reader of a connection: {error}"),
    };
    let limits = SocketLimits::of(&settings);
    let mut socket = Socket {
        outlet: Outlet::new(stream, &limits),
        gate: GateKeeper::new(&reader),
        reader,
        inbox,
        process_limits,
        twin: Twin::new(limits, WINDOW, [random(), random()]),
        place: None,
        alarm: Alarm::default(),
    };
    while !socket.twin.is_over() {
        let incoming = socket.inbox.receive();
        socket.wake(incoming);
    }
    socket.end();
}

/// The twin, with what it needs of processes.
type Twin = umbra_machine::socket::Socket<Handle<UserMessage>, ProcessId>;

struct Socket {
    inbox: Inbox<SocketMessage>,
    /// Of any process that this one starts.
    process_limits: ProcessLimits,
    outlet: Outlet,
    reader: Child<()>,
    gate: GateKeeper,
    twin: Twin,
    /// Where the user is, as it last said.
    place: Option<Place>,
    alarm: Alarm,
}

impl Socket {
    fn wake(&mut self, incoming: Incoming<SocketMessage>) {
        match incoming {
            Incoming::Message(SocketMessage::Reader(from)) => self.reader_says(from),
            Incoming::Message(SocketMessage::User(to)) => self.user_says(to),
            Incoming::Message(SocketMessage::SignIn(answer)) => self.sign_in_answered(answer),
            Incoming::Message(SocketMessage::Tick(epoch)) => {
                if self.alarm.rang(epoch) {
                    self.twin.tick(now_ms(), || user_manager().as_ref().map(ProcessId::of));
                }
            }
            Incoming::Message(SocketMessage::Operator(answer)) => {
                self.write(&answer);
                self.twin.lost();
            }
            Incoming::Message(SocketMessage::Inspect(inspector)) => inspector.send(self.inspection()),
            // The reader failed: it cannot say goodbye any more, and neither can we without reading.
            Incoming::LinkDied(_) => self.twin.lost(),
            Incoming::Down(id) if id == ProcessId::of(&self.reader.handle) => self.twin.ended(),
            Incoming::Down(id) => {
                if self.twin.peer().is_some_and(|peer| ProcessId::of(&peer.user) == id) {
                    log::debug(|| format!("{} has lost its user", self.name()));
                    self.twin.user_is_gone(now_ms());
                }
            }
            Incoming::Garbled(why) => lunatic_log::error!("{} got a garbled message: {why}", self.name()),
        }
        self.perform();
        if self.twin.reads_on() {
            self.gate.open(self.twin.signed_in());
        }
        self.alarm.set(&self.inbox, self.twin.due_ms(), SocketMessage::Tick);
    }

    fn reader_says(&mut self, from: FromReader) {
        match from {
            FromReader::Reply(bytes) => self.write(&bytes),
            FromReader::Admin(request) => self.admin(request),
            FromReader::Upgraded { response, subprotocol } => {
                self.twin.upgraded(now_ms(), subprotocol);
                self.write(&response);
            }
            FromReader::Messages(payloads) => {
                self.gate.read_arrived();
                self.twin.heard(now_ms(), payloads);
            }
            FromReader::Raw(bytes) if self.twin.is_open() => self.write(&bytes),
            FromReader::Ping if self.twin.is_open() => self.write_made(outbound::ping),
            FromReader::Raw(_) | FromReader::Ping => {}
            FromReader::Violation(code) => self.twin.violated(code),
            FromReader::Ended(end) => {
                log::debug(|| format!("{} ended: {}", self.name(), describe(&end)));
                self.gate.reader_ended();
                self.twin.ended();
            }
        }
    }

    fn user_says(&mut self, to: ToSocket) {
        match to {
            ToSocket::Deliver { frames, answers } => self.twin.deliver(now_ms(), frames, answers),
            ToSocket::Close(code) => self.twin.close(code),
            ToSocket::Room(place) => self.place = place,
        }
    }

    fn sign_in_answered(&mut self, answer: SignInAnswer) {
        match answer {
            SignInAnswer::Admitted { uid, user_name, sid, user } => {
                self.twin.admitted(now_ms(), Peer { uid, user_name, sid, user });
                log::debug(|| format!("{} signed in", self.name()));
            }
            SignInAnswer::Refused { reference, error, close } => {
                log::debug(|| format!("a connection was refused: {}", error.message));
                self.twin.refused(now_ms(), reference, error, close, [random(), random()]);
            }
        }
    }

    fn perform(&mut self) {
        loop {
            let effects = self.twin.effects();
            if effects.is_empty() {
                return;
            }
            for effect in effects {
                self.perform_one(effect);
            }
        }
    }

    fn perform_one(&mut self, effect: Effect<Handle<UserMessage>>) {
        match effect {
            Effect::Ask(question) => {
                let manager = user_manager();
                if let Some(manager) = manager {
                    manager.send(sign_in::ask(question, self.inbox.this(), &self.twin));
                }
                self.twin.asked(now_ms(), manager.as_ref().map(ProcessId::of));
            }
            Effect::Watch(user) => self.inbox.monitor(user),
            Effect::Forward { user, inbound, drained } => {
                user.send(UserMessage::Socket(FromSocket::Inbound {
                    socket: self.key(),
                    inbound: Box::new(inbound),
                    drained,
                }));
            }
            Effect::Drained { user, batches } => {
                user.send(UserMessage::Socket(FromSocket::Drained { socket: self.key(), batches }));
            }
            Effect::Say(frame) => {
                let subprotocol = self.twin.subprotocol();
                self.write_made(|bytes| outbound::server_frame(bytes, subprotocol, &frame));
            }
            Effect::Deliver { frames, answers } => {
                self.write_made(|bytes| outbound::frames(bytes, &frames));
                self.twin.delivered(now_ms(), &answers);
            }
            Effect::Goodbye(code) => {
                log::debug(|| format!("{} is closed: {} {}", self.name(), code.code(), code.reason()));
                self.write_made(|bytes| outbound::close(bytes, code));
                self.twin.goodbye_written(now_ms());
            }
        }
    }

    fn write_made(&mut self, make: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = Vec::new();
        make(&mut bytes);
        self.write(&bytes);
    }

    fn write(&mut self, bytes: &[u8]) {
        if !self.twin.is_over() && !self.outlet.write(bytes) {
            self.twin.lost();
        }
    }

    fn inspection(&self) -> Inspection {
        let user = self.twin.peer().map(|peer| SocketUser {
            uid: peer.uid.clone(),
            user_name: peer.user_name.clone(),
            user: ProcessId::of(&peer.user),
        });
        let reader = Some(ProcessId::of(&self.reader.handle));
        Inspection::Socket { user, place: self.place.clone(), reader, monitors: self.inbox.monitors() }
    }

    /// A reader that has not ended is blocked in a read, and would stay so as long as the client wishes.
    fn end(self) {
        if !self.gate.has_reader_ended() {
            self.reader.handle.kill();
        }
    }

    fn key(&self) -> SocketKey {
        SocketKey(ProcessId::of(&self.inbox.this()).0)
    }

    fn name(&self) -> String {
        self.twin.name(self.place.as_ref().map(|place| &place.room_id))
    }
}

fn describe(end: &ReadEnd) -> &'static str {
    match end {
        ReadEnd::Closed => "the client closed",
        ReadEnd::Lost => "the connection was lost",
        ReadEnd::Http => "the request was answered",
    }
}
