//! A client whose socket is played by the test.

use umbra::process::messages::{FromSocket, SignInAnswer, SocketMessage, ToSocket, UserManagerMessage, UserMessage};
use umbra_machine::session::{Inbound, OutFrame, SocketKey};
use umbra_otp::Handle;
use umbra_otp::sim::Port;
use umbra_protocol::{
    ClientFrame, ClientMessage, CloseCode, Event, Hello, HelloOk, OkBody, ServerFrame, Subprotocol, WireError,
    decode_server_binary,
};

use crate::Server;

/// What an action came to.
pub type Outcome = Result<OkBody, WireError>;

/// Somebody who is signed in. As a good client it takes what comes at once.
pub struct Client {
    /// In the place of its socket.
    pub socket: Port<SocketMessage>,
    /// Its user's process.
    pub user: Option<Handle<UserMessage>>,
    /// The `OK` to its `HELLO`.
    pub hello: Option<HelloOk>,
    /// Every event that it was told, in order.
    pub events: Vec<Event>,
    /// Every reply but that to `HELLO`, with the `ref` that it is for.
    pub replies: Vec<(u64, Outcome)>,
    /// Whether the server has closed the connection.
    pub closed: Option<CloseCode>,
    last_ref: u64,
    drained_early: bool,
}

impl Client {
    /// Says `HELLO` and waits for the `OK`.
    pub(crate) fn guest(server: &Server, name: &str) -> Self {
        let socket = server.world.port();
        let hello = Hello::Guest { user_name: name.into() };
        let message = UserManagerMessage::SignIn {
            socket: socket.handle(),
            subprotocol: Subprotocol::Bincode,
            reference: Some(1),
            hello,
        };
        server.world.send(server.user_manager().expect("the server is complete"), message);
        let (events, replies) = (Vec::new(), Vec::new());
        let mut client = Client {
            socket,
            user: None,
            hello: None,
            events,
            replies,
            closed: None,
            last_ref: 0,
            drained_early: false,
        };
        server.settle(std::slice::from_mut(&mut client));
        assert!(client.hello.is_some(), "{name} is admitted");
        client
    }

    /// Says something. Nothing comes of it before the world runs.
    pub fn say(&mut self, server: &Server, message: ClientMessage) {
        self.last_ref += 1;
        let inbound = Inbound::Frame(ClientFrame { reference: Some(self.last_ref), ack: None, message });
        let user = self.user.expect("it has signed in");
        server.world.send(user, UserMessage::Socket(FromSocket::Inbound(self.key(), inbound)));
    }

    /// What the last action came to, once there is an answer.
    pub fn answer(&self) -> Option<&Outcome> {
        let (reference, outcome) = self.replies.last()?;
        (*reference == self.last_ref).then_some(outcome)
    }

    /// Takes what has come. False: there was nothing.
    pub(crate) fn hear(&mut self, server: &Server) -> bool {
        let said = self.socket.take();
        let anything = !said.is_empty();
        for message in said {
            match message {
                SocketMessage::SignIn(SignInAnswer::Admitted { user, .. }) => {
                    self.user = Some(user);
                    if std::mem::take(&mut self.drained_early) {
                        self.drained(server);
                    }
                }
                SocketMessage::User(ToSocket::Deliver(frames)) => {
                    self.take(&frames);
                    self.drained(server);
                }
                SocketMessage::User(ToSocket::Close(code)) => self.closed = Some(code),
                SocketMessage::User(ToSocket::Room(_)) => {}
                other => panic!("expected what a socket is told, got {other:?}"),
            }
        }
        anything
    }

    /// What was delivered is written. A user that is quick speaks before the user manager has said who it is.
    fn drained(&mut self, server: &Server) {
        match self.user {
            Some(user) => server.world.send(user, UserMessage::Socket(FromSocket::Drained(self.key()))),
            None => self.drained_early = true,
        }
    }

    fn key(&self) -> SocketKey {
        SocketKey(self.socket.id().0)
    }

    fn take(&mut self, frames: &[OutFrame]) {
        for frame in frames {
            let OutFrame::Binary(bytes) = frame else { panic!("expected bincode, got {frame:?}") };
            match decode_server_binary(bytes).expect("what the server says can be read") {
                ServerFrame::Ok { body: OkBody::Hello(hello), .. } => self.hello = Some(*hello),
                ServerFrame::Ok { reference: Some(reference), body } => self.replies.push((reference, Ok(body))),
                ServerFrame::Error { reference: Some(reference), error } => self.replies.push((reference, Err(error))),
                ServerFrame::Event { event, seq } => {
                    assert_eq!(seq, self.events.len() as u64 + 1, "events are numbered without a gap");
                    self.events.push(event);
                }
                other => panic!("expected replies and events, got {other:?}"),
            }
        }
    }
}
