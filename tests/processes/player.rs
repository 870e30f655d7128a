//! A client of the server whose socket is played by the test: it says what a client says, and keeps what it is told.

use std::collections::VecDeque;

use umbra::process::messages::{FromSocket, Place, RoomMessage, SignInAnswer, SocketMessage, ToSocket};
use umbra::process::messages::{UserManagerMessage, UserMessage};
use umbra_machine::receipts::ONE_AT_A_TIME;
use umbra_machine::session::{Attach, Inbound, OutFrame, SocketKey};
use umbra_otp::{Handle, ProcessId};
use umbra_protocol::{
    ClientFrame, ClientMessage, CloseCode, Control, Event, Hello, HelloOk, OkBody, RoomId, ServerFrame, Subprotocol,
    Uid, WireError, decode_server_binary,
};

use crate::server::{handle_of, user_manager};
use crate::stage::Stage;

/// What an action came to.
pub type Outcome = Result<OkBody, WireError>;

pub struct Player {
    pub socket: Handle<SocketMessage>,
    pub user: Handle<UserMessage>,
    /// The `OK` to the last `HELLO`.
    pub hello: HelloOk,
    /// What the socket was last told about the room.
    pub place: Option<Place>,
    pub closed: Option<CloseCode>,
    frames: VecDeque<ServerFrame>,
    /// Batches that were delivered.
    pub batches: usize,
    /// Whether it says that it can take more.
    pub drains: bool,
    last_ref: u64,
    /// Names the sign-in.
    sid: String,
    /// The highest `seq` that was told.
    pub last_seq: u64,
}

impl Player {
    /// Signs in under a name.
    pub fn guest(stage: &mut Stage, name: &str) -> Self {
        Self::hello(stage, Hello::Guest { user_name: name.into() })
    }

    /// Says `HELLO` on a new connection and waits for the `OK`.
    pub fn hello(stage: &mut Stage, hello: Hello) -> Self {
        let socket = stage.puppet();
        say_hello(socket, hello);
        Self::behind_hello(stage, socket)
    }

    /// Waits for what becomes of a `HELLO`.
    pub fn behind_hello(stage: &mut Stage, socket: Handle<SocketMessage>) -> Self {
        let mut early = Vec::new();
        let (user, sid) = loop {
            match stage.socket_hears(socket) {
                SocketMessage::SignIn(SignInAnswer::Admitted { user, sid, .. }) => break (user, sid),
                SocketMessage::SignIn(refused) => panic!("expected to be admitted, got {refused:?}"),
                // A user that is quick speaks before the user manager's answer is there.
                SocketMessage::User(to) => early.push(to),
                other => panic!("expected an answer, got {other:?}"),
            }
        };
        let mut player = Player::behind(socket, user);
        player.sid = sid;
        for to in early {
            player.take(to);
        }
        player.greeted(stage);
        player
    }

    /// Waits for the `OK` to `HELLO`.
    pub fn greeted(&mut self, stage: &mut Stage) {
        match self.frame(stage) {
            ServerFrame::Ok { reference: Some(1), body: OkBody::Hello(hello) } => self.hello = *hello,
            other => panic!("expected the OK to HELLO, got {other:?}"),
        }
        self.last_ref = self.hello.last_ref;
    }

    /// A player whose user is there already.
    pub fn behind(socket: Handle<SocketMessage>, user: Handle<UserMessage>) -> Self {
        let hello = HelloOk {
            uid: Uid("".into()),
            user_name: umbra_protocol::UserName::parse("Nobody").expect("a name"),
            session: String::new(),
            epoch: 0,
            resumed: false,
            last_ref: 0,
            server_time_ms: 0,
            heartbeat_ms: 0,
            grace_ms: 0,
            room: None,
        };
        Player {
            socket,
            user,
            hello,
            place: None,
            closed: None,
            frames: VecDeque::new(),
            batches: 0,
            drains: true,
            last_ref: 0,
            sid: String::new(),
            last_seq: 0,
        }
    }

    pub fn uid(&self) -> Uid {
        self.hello.uid.clone()
    }

    pub fn key(&self) -> SocketKey {
        SocketKey(ProcessId::of(&self.socket).0)
    }

    /// The room as the socket knows it.
    pub fn room(&self) -> Handle<RoomMessage> {
        handle_of(self.place.as_ref().expect("it is in a room").room)
    }

    pub fn room_id(&self) -> RoomId {
        self.place.as_ref().expect("it is in a room").room_id.clone()
    }

    /// Says something and does not wait. Gives the `ref`.
    pub fn say(&mut self, message: ClientMessage) -> u64 {
        self.last_ref += 1;
        self.say_as(Some(self.last_ref), message);
        self.last_ref
    }

    /// As a socket does for a user whose process has died.
    pub fn says_again(&self, reference: u64, message: ClientMessage) {
        self.say_as(Some(reference), message);
    }

    fn say_as(&self, reference: Option<u64>, message: ClientMessage) {
        let inbound = Box::new(Inbound::Frame(ClientFrame { reference, ack: None, message }));
        self.user.send(UserMessage::Socket(FromSocket::Inbound { socket: self.key(), inbound, drained: 0 }));
    }

    /// Says something and waits for the reply: what happened before it, and the reply itself.
    pub fn ask(&mut self, stage: &mut Stage, message: ClientMessage) -> (Vec<Event>, Outcome) {
        let asked = self.say(message);
        self.reply(stage, asked)
    }

    /// Says something that is carried out; gives the events before its `OK`.
    pub fn does(&mut self, stage: &mut Stage, message: ClientMessage) -> Vec<Event> {
        let id = message.id();
        let (events, outcome) = self.ask(stage, message);
        outcome.unwrap_or_else(|error| panic!("{id} was refused: {error:?}"));
        events
    }

    /// Waits for the reply to a `ref`.
    pub fn reply(&mut self, stage: &mut Stage, asked: u64) -> (Vec<Event>, Outcome) {
        let mut events = Vec::new();
        loop {
            match self.frame(stage) {
                ServerFrame::Event { event, .. } => events.push(event),
                ServerFrame::Ok { reference: Some(reference), body } if reference == asked => {
                    return (events, Ok(body));
                }
                ServerFrame::Error { reference: Some(reference), error } if reference == asked => {
                    return (events, Err(error));
                }
                other => panic!("expected the reply to {asked}, got {other:?}"),
            }
        }
    }

    /// Waits for the next event; nothing else may come before it.
    pub fn told(&mut self, stage: &mut Stage) -> Event {
        match self.frame(stage) {
            ServerFrame::Event { event, .. } => event,
            other => panic!("expected an event, got {other:?}"),
        }
    }

    /// Everything that was under way to this player has come, and it was these events.
    pub fn news(&mut self, stage: &mut Stage) -> Vec<Event> {
        self.say_as(None, ClientMessage::Ping { client_time_ms: 7 });
        let mut events = Vec::new();
        loop {
            match self.frame(stage) {
                ServerFrame::Event { event, .. } => events.push(event),
                ServerFrame::Control(Control::Pong { client_time_ms: 7, .. }) => return events,
                other => panic!("expected events and a PONG, got {other:?}"),
            }
        }
    }

    /// The next message that the client would see.
    pub fn frame(&mut self, stage: &mut Stage) -> ServerFrame {
        loop {
            if let Some(frame) = self.frames.pop_front() {
                if let ServerFrame::Event { seq, event } = &frame {
                    let next = if let Event::Resync { .. } = event { 1 } else { self.last_seq + 1 };
                    assert_eq!(*seq, next, "events are numbered without a gap");
                    self.last_seq = *seq;
                }
                return frame;
            }
            self.hear(stage);
        }
    }

    /// Waits until the server has closed the connection.
    pub fn expect_close(&mut self, stage: &mut Stage) -> CloseCode {
        loop {
            if let Some(code) = self.closed {
                return code;
            }
            self.hear(stage);
        }
    }

    fn hear(&mut self, stage: &mut Stage) {
        match stage.socket_hears(self.socket) {
            SocketMessage::User(to) => self.take(to),
            other => panic!("expected a user to speak, got {other:?}"),
        }
    }

    /// As a good socket: takes what is delivered, and says that it can take more.
    fn take(&mut self, to: ToSocket) {
        match to {
            ToSocket::Deliver { frames, .. } => {
                self.frames.extend(frames.iter().map(decode));
                self.batches += 1;
                if self.drains {
                    self.drained();
                }
            }
            ToSocket::Close(code) => self.closed = Some(code),
            ToSocket::Room(place) => self.place = place,
        }
    }

    /// What was delivered is written.
    pub fn drained(&self) {
        self.user.send(UserMessage::Socket(FromSocket::Drained { socket: self.key(), batches: 1 }));
    }

    /// The user's process has died, and the socket finds its next one.
    pub fn finds_its_user(&mut self, stage: &mut Stage) {
        stage.expect_end(ProcessId::of(&self.user));
        let (name, sid) = (self.hello.user_name.clone(), self.sid.clone());
        let attach = Box::new(Attach::live(self.key(), Subprotocol::Bincode, ONE_AT_A_TIME, name, sid));
        user_manager().send(UserManagerMessage::Return { uid: self.uid(), socket: self.socket, attach });
        self.admitted(stage);
    }

    /// Waits for the user to say who it is.
    pub fn admitted(&mut self, stage: &mut Stage) {
        loop {
            match stage.socket_hears(self.socket) {
                SocketMessage::SignIn(SignInAnswer::Admitted { user, .. }) => {
                    self.user = user;
                    return;
                }
                SocketMessage::User(to) => self.take(to),
                other => panic!("expected a user, got {other:?}"),
            }
        }
    }

    /// The connection is lost.
    pub fn drop_out(&self) {
        self.socket.kill();
    }

    /// Comes back over a new connection, with all that was told up to now.
    pub fn come_back(&mut self, stage: &mut Stage) {
        let back = Player::hello(stage, self.resume());
        let (last_ref, last_seq) = (self.last_ref, self.last_seq);
        *self = back;
        if self.hello.resumed {
            (self.last_ref, self.last_seq) = (last_ref, last_seq);
        }
    }

    /// Goes on where a former connection of the same session stopped.
    pub fn take_up(&mut self, former: &Player) {
        (self.last_ref, self.last_seq) = (former.last_ref, former.last_seq);
    }

    /// The `HELLO` with which to come back.
    pub fn resume(&self) -> Hello {
        Hello::Resume { session: self.hello.session.clone(), epoch: self.hello.epoch, last_seq: self.last_seq }
    }
}

/// Sends a `HELLO` to the user manager as a socket does.
pub fn say_hello(socket: Handle<SocketMessage>, hello: Hello) {
    let (subprotocol, window, reference) = (Subprotocol::Bincode, ONE_AT_A_TIME, Some(1));
    let chance = [umbra::process::random(), umbra::process::random()];
    user_manager().send(UserManagerMessage::SignIn { socket, subprotocol, window, reference, hello, chance });
}

pub fn decode(frame: OutFrame<'_>) -> ServerFrame {
    assert_eq!(frame.subprotocol, Subprotocol::Bincode);
    decode_server_binary(frame.content).expect("what the server says can be read")
}

/// Ids of events, for a glance.
pub fn ids(events: &[Event]) -> Vec<&'static str> {
    events.iter().map(Event::id).collect()
}
