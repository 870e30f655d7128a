//! A connection's process: it writes, and forwards what its reader reads. It decides nothing about users or rooms.
//!
//! Where we are: `**socket** → user → room → user → **socket**`. A lunatic process cannot wait for its mailbox and its
//! connection at once, so a connection has two: this one, blocked in its mailbox, the only one that writes; and its
//! [`reader`], blocked in `read`. Either one's end ends both, and with them the connection.
//!
//! Inbound: reader → [`Connection`] (shape, size, rate, sign-in) → user. Outbound: user → frames → one write; then the
//! user is told, which is the backpressure ([`umbra_machine::session`]). The reader reads on when it is told to
//! ([`Go`]), so nothing piles up in this mailbox either.

mod admin;
mod asking;
pub mod gate;
pub mod reader;
mod wire;
mod write;

use std::collections::VecDeque;
use std::time::Duration;

use lunatic::net::TcpStream;
use serde::{Deserialize, Serialize};
use umbra_machine::connection::{Connection, Payload, Step};
use umbra_machine::receipts::ONE_AT_A_TIME;
use umbra_machine::session::{Inbound, SocketKey};
use umbra_machine::settings::Settings;
use umbra_otp::{Child, Epoch, Handle, Inbox, Incoming, ProcessId, ProcessLimits, Timer, now_ms};
use umbra_protocol::{CloseCode, ErrorCode, ServerFrame, Subprotocol, Uid, UserName, WireError};

use super::inspect::{Inspection, SocketUser};
use super::messages::{FromReader, FromSocket, Place, ReadEnd, SignInAnswer, SocketMessage, ToSocket, UserMessage};
use super::random;
use crate::log;
use asking::Asking;
use gate::GateKeeper;
use reader::ReaderArgs;
use write::Outlet;

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
    let limits = ProcessLimits { memory_bytes: Some(settings.socket_memory_bytes), may_spawn: false };
    let reader = match inbox.spawn_link_plain(reader_args, reader::run, &limits) {
        Ok(reader) => reader,
        Err(error) => return lunatic_log::error!("no process for the reader of a connection: {error}"),
    };
    let mut socket = Socket {
        outlet: Outlet::new(stream, &settings),
        gate: GateKeeper::new(&reader),
        reader,
        inbox,
        settings,
        connection: None,
        waiting: VecDeque::new(),
        peer: None,
        asking: None,
        chance: [random(), random()],
        place: None,
        timer: Timer::new(),
        operator_awaited: false,
        stage: Stage::Open,
    };
    while socket.stage != Stage::Over {
        let incoming = socket.inbox.receive();
        socket.wake(incoming);
    }
    socket.end();
}

struct Socket {
    inbox: Inbox<SocketMessage>,
    settings: Settings,
    outlet: Outlet,
    reader: Child<()>,
    gate: GateKeeper,
    /// Once it is a WebSocket.
    connection: Option<Connection>,
    /// What the client sent while the user manager is asked.
    waiting: VecDeque<Payload>,
    peer: Option<Peer>,
    /// While the user manager is asked for the user: whom it asked, and until when.
    asking: Option<Asking>,
    /// Names who signs in; the same when the question comes again.
    chance: [u64; 2],
    /// Where the user is, as it last said.
    place: Option<Place>,
    timer: Timer,
    /// A process of its own is doing what an operator asked for, and will say how it went.
    operator_awaited: bool,
    stage: Stage,
}

/// The user of this connection.
struct Peer {
    uid: Uid,
    user_name: UserName,
    sid: String,
    user: Handle<UserMessage>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Open,
    /// Goodbye is said; the client's half is awaited, for a time.
    Closing,
    /// The reader has ended (or will be ended): so does this process.
    Over,
}

impl Socket {
    fn wake(&mut self, incoming: Incoming<SocketMessage>) {
        match incoming {
            Incoming::Message(SocketMessage::Reader(from)) => self.reader_says(from),
            Incoming::Message(SocketMessage::User(to)) => self.user_says(to),
            Incoming::Message(SocketMessage::SignIn(answer)) => self.sign_in_answered(answer),
            Incoming::Message(SocketMessage::Tick(epoch)) => self.tick(epoch),
            Incoming::Message(SocketMessage::Operator(answer)) => self.operator_answers(&answer),
            Incoming::Message(SocketMessage::Inspect(inspector)) => inspector.send(self.inspection()),
            // The reader failed: it cannot say goodbye any more, and neither can we without reading.
            Incoming::LinkDied(_) => self.stage = Stage::Over,
            Incoming::Down(id) if id == ProcessId::of(&self.reader.handle) => self.reader_is_gone(),
            Incoming::Down(id) => self.user_is_gone(id),
            Incoming::Garbled(why) => lunatic_log::error!("{} got a garbled message: {why}", self.name()),
        }
    }

    fn reader_says(&mut self, from: FromReader) {
        match from {
            FromReader::Reply(bytes) => self.write(&bytes),
            FromReader::Admin(request) => self.admin(request),
            FromReader::Upgraded { response, subprotocol } => {
                self.connection = Some(Connection::new(subprotocol, &self.settings, now_ms()));
                self.write(&response);
            }
            FromReader::Messages(payloads) => {
                self.gate.read_arrived();
                if self.stage == Stage::Open {
                    self.waiting.extend(payloads);
                    self.take_waiting();
                }
                self.let_read_on();
            }
            // After our own goodbye the client needs no second one.
            FromReader::Raw(bytes) if self.stage == Stage::Open => self.write(&bytes),
            FromReader::Ping if self.stage == Stage::Open => self.write(&wire::ping()),
            FromReader::Raw(_) | FromReader::Ping => {}
            FromReader::Violation(code) => self.close(code),
            FromReader::Ended(end) => {
                log::debug(|| format!("{} ended: {}", self.name(), describe(&end)));
                self.gate.reader_ended();
                self.reader_is_gone();
            }
        }
    }

    /// Nothing more will come; but an operator's answer may still have to go out.
    fn reader_is_gone(&mut self) {
        if !self.operator_awaited {
            self.stage = Stage::Over;
        }
    }

    /// Hands in what has arrived, up to the next `HELLO`.
    fn take_waiting(&mut self) {
        while self.stage == Stage::Open
            && let Some(connection) = self.connection.as_mut().filter(|connection| !connection.awaits_user())
            && let Some(payload) = self.waiting.pop_front()
        {
            if let Some(step) = connection.take(now_ms(), &payload) {
                self.perform(step);
            }
        }
    }

    fn perform(&mut self, step: Step) {
        match step {
            Step::SignIn { .. } | Step::Return => {
                let until_ms = now_ms().saturating_add(self.settings.request_timeout_ms);
                self.ask_for_user(until_ms, step);
            }
            Step::Forward(inbound) => self.forward(inbound),
            Step::Answer(frame) => self.answer(&frame),
            Step::Close(code) => self.close(code),
        }
    }

    fn forward(&self, inbound: Inbound) {
        match &self.peer {
            Some(peer) => {
                let said = FromSocket::Inbound { socket: self.key(), inbound, drained: 0 };
                peer.user.send(UserMessage::Socket(said));
            }
            None => lunatic_log::error!("{} has no user to forward to", self.name()),
        }
    }

    fn sign_in_answered(&mut self, answer: SignInAnswer) {
        // Too late once the goodbye is said, whose time is running: the user hears of the end, as it does of any.
        let Some(connection) = self.connection.as_mut().filter(|_| self.stage == Stage::Open) else {
            return;
        };
        if self.asking.take().is_none() {
            // It was asked twice, and is answered twice.
            return;
        }
        self.timer.cancel();
        match answer {
            SignInAnswer::Admitted { uid, user_name, sid, user } => {
                let again = connection.admitted();
                self.inbox.monitor(user);
                self.peer = Some(Peer { uid, user_name, sid, user });
                log::debug(|| format!("{} signed in", self.name()));
                for inbound in again {
                    self.forward(inbound);
                }
            }
            SignInAnswer::Refused { reference, error, close } => {
                connection.refused();
                self.chance = [random(), random()];
                log::debug(|| format!("a connection was refused: {}", error.message));
                self.answer(&ServerFrame::Error { reference, error });
                if let Some(code) = close {
                    self.close(code);
                }
            }
        }
        self.take_waiting();
        self.let_read_on();
    }

    fn user_says(&mut self, to: ToSocket) {
        match to {
            ToSocket::Deliver { frames, answers } if self.stage == Stage::Open => {
                self.write(&wire::frames(frames));
                if let Some(connection) = self.connection.as_mut() {
                    connection.written(&answers);
                }
                if self.stage == Stage::Open {
                    self.tell_drained();
                }
            }
            ToSocket::Deliver { .. } => {}
            ToSocket::Close(code) => self.close(code),
            ToSocket::Room(place) => self.place = place,
        }
    }

    fn tell_drained(&mut self) {
        match &self.peer {
            Some(peer) => {
                let said = FromSocket::Drained { socket: self.key(), batches: ONE_AT_A_TIME };
                peer.user.send(UserMessage::Socket(said));
            }
            None => lunatic_log::error!("{} was given something by nobody it knows", self.name()),
        }
    }

    fn tick(&mut self, epoch: Epoch) {
        if !self.timer.fired(epoch) {
            return;
        }
        match self.stage {
            Stage::Closing | Stage::Over => self.stage = Stage::Over,
            Stage::Open if self.operator_awaited => self.stage = Stage::Over,
            Stage::Open => {
                if self.asking.is_none_or(|asking| !self.asked_in_vain(asking)) {
                    return;
                }
                if self.peer.is_some() {
                    // It was greeted, and is not told once more what it knows.
                    return self.close(CloseCode::Internal);
                }
                let message = "the server did not answer HELLO in time, try again";
                let error = WireError::new(ErrorCode::Internal, message);
                self.answer(&ServerFrame::Error { reference: None, error });
                self.close(CloseCode::Internal);
            }
        }
    }

    /// Says goodbye. The reader goes on until the client has answered, so that a healthy connection ends by itself.
    fn close(&mut self, code: CloseCode) {
        if self.stage != Stage::Open {
            return;
        }
        log::debug(|| format!("{} is closed: {} {}", self.name(), code.code(), code.reason()));
        if self.connection.is_none() {
            // Not a WebSocket yet: there is nothing to say goodbye in.
            self.stage = Stage::Over;
            return;
        }
        self.write(&wire::close(code));
        if self.stage == Stage::Open {
            self.stage = Stage::Closing;
            self.timer.arm(&self.inbox, Duration::from_millis(self.settings.close_timeout_ms), SocketMessage::Tick);
            self.let_read_on();
        }
    }

    fn let_read_on(&mut self) {
        let awaits_user = self.connection.as_ref().is_some_and(Connection::awaits_user);
        if self.stage == Stage::Closing || !awaits_user {
            self.gate.open(self.connection.as_ref().is_some_and(Connection::signed_in));
        }
    }

    fn answer(&mut self, frame: &ServerFrame) {
        let bytes = wire::server_frame(self.subprotocol(), frame);
        self.write(&bytes);
    }

    fn write(&mut self, bytes: &[u8]) {
        if self.stage != Stage::Over && !self.outlet.write(bytes) {
            self.stage = Stage::Over;
        }
    }

    fn inspection(&self) -> Inspection {
        let user = self.peer.as_ref().map(|peer| SocketUser {
            uid: peer.uid.clone(),
            user_name: peer.user_name.clone(),
            user: ProcessId::of(&peer.user),
        });
        let reader = ProcessId::of(&self.reader.handle);
        Inspection::Socket { user, place: self.place.clone(), reader, monitors: self.inbox.monitors() }
    }

    /// A reader that has not ended is blocked in a read, and would stay so as long as the client wishes.
    fn end(self) {
        if !self.gate.has_reader_ended() {
            self.reader.handle.kill();
        }
    }

    fn subprotocol(&self) -> Subprotocol {
        self.connection.as_ref().map_or(Subprotocol::Json, Connection::subprotocol)
    }

    fn key(&self) -> SocketKey {
        SocketKey(ProcessId::of(&self.inbox.this()).0)
    }

    /// Who this is, for the log.
    fn name(&self) -> String {
        let who = self
            .peer
            .as_ref()
            .map_or_else(|| "nobody yet".to_owned(), |peer| format!("user {} ({})", peer.uid, peer.user_name));
        match &self.place {
            Some(place) => format!("socket of {who} in room {}", place.room_id),
            None => format!("socket of {who}"),
        }
    }
}

fn describe(end: &ReadEnd) -> &'static str {
    match end {
        ReadEnd::Closed => "the client closed",
        ReadEnd::Lost => "the connection was lost",
        ReadEnd::Http => "the request was answered",
    }
}
