//! FAULTS, sim: a client in a world. Its connection's processes are played here; what a socket decides is decided by the
//! socket's own twin.

use umbra::process::messages::{FromSocket, SignInAnswer, SocketMessage, ToSocket, UserManagerMessage, UserMessage};
use umbra_machine::connection::{Connection, Payload, Step};
use umbra_machine::receipts::{ONE_AT_A_TIME, Receipts};
use umbra_machine::session::{Attach, Inbound, OutFrames, SocketKey};
use umbra_machine::socket::SocketLimits;
use umbra_otp::sim::Port;
use umbra_otp::{Handle, ProcessId};
use umbra_protocol::{
    ClientFrame, ClientMessage, CloseCode, Control, Event, Hello, HelloOk, OkBody, RoomSnapshot, ServerFrame,
    Subprotocol, Uid, UserName, WireError, decode_server_binary, encode_client_binary,
};

use super::{Server, settings};
use crate::story::Heard;

/// What an action came to.
pub type Outcome = Result<OkBody, WireError>;

/// After this long without an answer the user manager is asked again, as a socket does it.
const ASK_AGAIN_MS: u64 = 1_000;

/// Somebody who is signed in. As a good client it takes what comes at once.
pub struct Client {
    /// In the place of its socket.
    pub socket: Port<SocketMessage>,
    /// Its user.
    pub user: Option<User>,
    /// The `OK` to its `HELLO`.
    pub hello: Option<HelloOk>,
    /// Every event that it was told, in order; `RESYNC` is none of them.
    pub events: Vec<Event>,
    /// Everything that it was told, in order, `RESYNC` as a new beginning.
    pub heard: Vec<Heard>,
    /// Each time it was told the whole present state anew: how many events it knew by then, and the state.
    pub resyncs: Vec<(usize, Option<Box<RoomSnapshot>>)>,
    /// Every reply but that to `HELLO`, with the `ref` that it is for.
    pub replies: Vec<(u64, Outcome)>,
    /// Whether the server has closed the connection.
    pub closed: Option<CloseCode>,
    connection: Connection,
    receipts: Receipts,
    chance: [u64; 2],
    /// Whom it asked for its user, and when.
    asked: Option<(Option<ProcessId>, u64)>,
    last_ref: u64,
    epoch: u64,
    last_seq: u64,
}

/// The user of a client, as its socket knows it.
pub struct User {
    /// Who.
    pub uid: Uid,
    /// Its process.
    pub process: Handle<UserMessage>,
    user_name: UserName,
    sid: String,
}

/// Both kinds of connections that there are, in turn: those that take one batch at a time, and those that take several.
fn window_of(id: u64) -> u16 {
    if id.is_multiple_of(2) { ONE_AT_A_TIME } else { 16 }
}

impl Client {
    /// Says `HELLO` and waits for the `OK`.
    pub(crate) fn guest(server: &Server, name: &str) -> Self {
        Self::sign_in(server, Hello::Guest { user_name: name.into() })
    }

    /// The same user on another connection, which takes over.
    ///
    /// # Panics
    /// If that is refused.
    pub fn again(&self, server: &Server) -> Self {
        let hello = self.hello.as_ref().expect("it has signed in");
        let (session, epoch, last_seq) = (hello.session.clone(), self.epoch, self.last_seq);
        Self::sign_in(server, Hello::Resume { session, epoch, last_seq })
    }

    fn sign_in(server: &Server, hello: Hello) -> Self {
        let socket = server.world.port::<SocketMessage>();
        let id = socket.id().0;
        let mut client = Client {
            connection: Connection::new(Subprotocol::Bincode, &SocketLimits::of(&settings()), server.world.now_ms()),
            receipts: Receipts::new(window_of(id), settings().slow_socket_ms),
            socket,
            user: None,
            hello: None,
            events: Vec::new(),
            heard: Vec::new(),
            epoch: 0,
            resyncs: Vec::new(),
            replies: Vec::new(),
            closed: None,
            chance: [id, !id],
            asked: None,
            last_ref: 0,
            last_seq: 0,
        };
        client.send(server, Some(1), ClientMessage::Hello(hello));
        server.wait(std::slice::from_mut(&mut client), |clients| clients[0].hello.is_some());
        client
    }

    /// Says something. Nothing comes of it before the world runs.
    pub fn say(&mut self, server: &Server, message: ClientMessage) {
        self.last_ref += 1;
        self.send(server, Some(self.last_ref), message);
    }

    fn send(&mut self, server: &Server, reference: Option<u64>, message: ClientMessage) {
        let frame = ClientFrame { reference, ack: (self.last_seq > 0).then_some(self.last_seq), message };
        let payload = Payload::Binary(encode_client_binary(&frame));
        assert!(!self.connection.awaits_user(), "a client waits for its answers");
        if let Some(step) = self.connection.take(server.world.now_ms(), &payload) {
            self.perform(server, step);
        }
    }

    fn perform(&mut self, server: &Server, step: Step) {
        match step {
            Step::Forward(inbound) => self.forward(server, inbound),
            step @ (Step::SignIn { .. } | Step::Return) => self.ask_for_user(server, step),
            Step::Answer(frame) => panic!("a good client is refused nothing by its socket: {frame:?}"),
            Step::Close(code) => self.closed = Some(code),
        }
    }

    fn forward(&mut self, server: &Server, inbound: Inbound) {
        let user = self.user.as_ref().expect("it has signed in").process;
        server.world.send(
            user,
            UserMessage::Socket(FromSocket::Inbound {
                socket: self.key(),
                inbound: Box::new(inbound),
                drained: self.receipts.take(),
            }),
        );
    }

    fn ask_for_user(&mut self, server: &Server, step: Step) {
        let manager = server.user_manager();
        self.asked = Some((manager.as_ref().map(ProcessId::of), server.world.passed_ms()));
        let (Some(manager), socket, subprotocol) = (manager, self.socket.handle(), Subprotocol::Bincode) else {
            return;
        };
        let window = self.receipts.window();
        match (step, &self.user) {
            (Step::SignIn { reference, hello }, _) => {
                let chance = self.chance;
                server.world.send(
                    manager,
                    UserManagerMessage::SignIn { socket, subprotocol, window, reference, hello, chance },
                );
            }
            (_, Some(User { uid, user_name, sid, .. })) => {
                let attach = Box::new(Attach::live(self.key(), subprotocol, window, user_name.clone(), sid.clone()));
                server.world.send(manager, UserManagerMessage::Return { uid: uid.clone(), socket, attach });
            }
            (step, None) => panic!("{step:?} without a user"),
        }
    }

    /// What the last action came to, once there is an answer.
    pub fn answer(&self) -> Option<&Outcome> {
        let (reference, outcome) = self.replies.last()?;
        (*reference == self.last_ref).then_some(outcome)
    }

    /// Takes what has come. False: there was nothing.
    pub(crate) fn hear(&mut self, server: &Server) -> bool {
        let (said, ended) = (self.socket.take(), self.socket.downs());
        let anything = !said.is_empty() || !ended.is_empty();
        for message in said {
            match message {
                SocketMessage::SignIn(SignInAnswer::Admitted { uid, user_name, sid, user }) => {
                    self.admitted(server, User { uid, process: user, user_name, sid });
                }
                SocketMessage::User(ToSocket::Deliver { frames, answers }) => {
                    self.receipts.delivered(server.world.now_ms());
                    self.take(&frames);
                    self.connection.written(&answers);
                    self.receipts.written();
                    self.say_drained(server);
                }
                SocketMessage::User(ToSocket::Close(code)) => self.closed = Some(code),
                SocketMessage::User(ToSocket::Room(_)) => {}
                other => panic!("expected what a socket is told, got {other:?}"),
            }
        }
        for id in ended {
            if self.user.as_ref().is_some_and(|user| ProcessId::of(&user.process) == id) {
                self.user_is_gone(server);
            }
        }
        anything
    }

    /// Acknowledges what is written, if it is time to.
    pub(crate) fn say_drained(&mut self, server: &Server) {
        let batches = self.receipts.due(server.world.now_ms());
        if batches > 0 {
            let user = self.user.as_ref().expect("a user speaks after it has said who it is").process;
            let said = FromSocket::Drained { socket: self.key(), batches };
            server.world.send(user, UserMessage::Socket(said));
        }
    }

    /// When it is time to, milliseconds since the world began.
    pub(crate) fn receipt_due_ms(&self, server: &Server) -> Option<u64> {
        let began_ms = server.world.now_ms() - server.world.passed_ms();
        self.receipts.next_deadline().map(|due_ms| due_ms - began_ms)
    }

    fn admitted(&mut self, server: &Server, user: User) {
        if self.asked.take().is_none() {
            return;
        }
        let lives = self.socket.monitor(ProcessId::of(&user.process));
        self.user = Some(user);
        self.receipts.another_user();
        for inbound in self.connection.admitted() {
            self.forward(server, inbound);
        }
        if !lives {
            self.user_is_gone(server);
        }
    }

    fn user_is_gone(&mut self, server: &Server) {
        self.connection.user_lost();
        if let Some(step) = self.connection.awaited() {
            self.perform(server, step);
        }
    }

    /// Says what has waited long enough, and asks again whoever may not have heard.
    pub(crate) fn tick(&mut self, server: &Server) {
        self.say_drained(server);
        let (Some((manager, since_ms)), Some(step)) = (self.asked, self.connection.awaited()) else { return };
        let another = server.user_manager().is_some_and(|now| Some(ProcessId::of(&now)) != manager);
        if another || since_ms + ASK_AGAIN_MS <= server.world.passed_ms() {
            self.ask_for_user(server, step);
        }
    }

    /// Whether it waits for its user.
    pub(crate) fn is_asking(&self) -> bool {
        self.asked.is_some()
    }

    fn key(&self) -> SocketKey {
        SocketKey(self.socket.id().0)
    }

    fn take(&mut self, frames: &OutFrames) {
        for frame in frames.iter() {
            assert_eq!(frame.subprotocol, Subprotocol::Bincode);
            match decode_server_binary(frame.content).expect("what the server says can be read") {
                ServerFrame::Ok { body: OkBody::Hello(hello), .. } => {
                    assert!(self.hello.is_none(), "HELLO is answered once");
                    self.epoch = hello.epoch;
                    self.heard.push(Heard::Anew { epoch: hello.epoch, seq: 0, room: hello.room.clone().map(Box::new) });
                    self.hello = Some(*hello);
                }
                ServerFrame::Ok { reference: Some(reference), body } => self.replies.push((reference, Ok(body))),
                ServerFrame::Error { reference: Some(reference), error } => self.replies.push((reference, Err(error))),
                ServerFrame::Event { event: Event::Resync { epoch, room }, seq } => {
                    (self.epoch, self.last_seq) = (epoch, seq);
                    self.heard.push(Heard::Anew { epoch, seq, room: room.clone() });
                    self.resyncs.push((self.events.len(), room));
                }
                ServerFrame::Event { event, seq } => {
                    self.last_seq = seq;
                    self.heard.push(Heard::Event { epoch: self.epoch, seq, event: event.clone() });
                    self.events.push(event);
                }
                ServerFrame::Control(Control::Replaced) => {}
                other => panic!("expected replies and events, got {other:?}"),
            }
        }
    }
}
