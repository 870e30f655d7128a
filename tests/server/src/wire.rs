//! TESTS, wire: one connection that says what it is told and keeps every byte it gets; with proof that events are numbered
//! without a gap.

use std::collections::HashMap;

use umbra_client::raw::{Connection, Frame, Received};
use umbra_protocol::{
    ClientFrame, ClientMessage, Event, Hello, HelloOk, OkBody, ReplyKind, ServerFrame, Subprotocol, WireError,
    decode_server_binary, decode_server_json, encode_client_binary, encode_client_json,
};

use crate::deadline::{SOON, soon};
use crate::server::Server;

/// A WebSocket, signed in or not.
#[derive(Debug)]
pub struct Wire {
    connection: Connection,
    subprotocol: Subprotocol,
    /// Every message, as bytes and as what it says.
    messages: Vec<(Vec<u8>, ServerFrame)>,
    events: Vec<(u64, Event)>,
    unread: usize,
    last_seq: u64,
    last_ref: u64,
    asked: HashMap<u64, ReplyKind>,
    answers: Vec<(Option<u64>, Result<OkBody, WireError>)>,
}

/// What came.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// A message.
    Frame(ServerFrame),
    /// A pong with this content.
    Pong(Vec<u8>),
    /// The server's half of a close.
    Close(u16),
    /// The end of the connection.
    Eof,
}

impl Wire {
    /// Opens a WebSocket at `addr`.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn open(addr: &str, subprotocol: Subprotocol) -> Self {
        let headers = [("Sec-WebSocket-Protocol", subprotocol.name())];
        let opened = soon("the upgrade", Connection::open(addr, "/ws", &headers)).await;
        let connection = opened.unwrap_or_else(|error| panic!("no WebSocket: {error}"));
        Self {
            connection,
            subprotocol,
            messages: Vec::new(),
            events: Vec::new(),
            unread: 0,
            last_seq: 0,
            last_ref: 0,
            asked: HashMap::new(),
            answers: Vec::new(),
        }
    }

    /// Signs in as a guest.
    pub async fn guest(server: &Server, subprotocol: Subprotocol, name: &str) -> (Self, HelloOk) {
        let mut wire = Self::open(server.addr(), subprotocol).await;
        let hello = wire.hello(Hello::Guest { user_name: name.into() }).await;
        let hello = hello.unwrap_or_else(|error| panic!("{name} cannot sign in: {error:?}"));
        (wire, hello)
    }

    /// Says `HELLO`; the answer. After a resume, events go on behind the last one that was handled.
    pub async fn hello(&mut self, hello: Hello) -> Result<HelloOk, WireError> {
        let last_seq = if let Hello::Resume { last_seq, .. } = &hello { *last_seq } else { 0 };
        self.say_frame(None, None, ClientMessage::Hello(hello)).await;
        let body = self.answer_without_ref().await?;
        let OkBody::Hello(hello) = body else { panic!("expected who is signed in, got {body:?}") };
        self.last_seq = if hello.resumed { last_seq } else { 0 };
        self.last_ref = self.last_ref.max(hello.last_ref);
        Ok(*hello)
    }

    /// Says this under the next `ref`, and which that is.
    pub async fn say(&mut self, message: ClientMessage) -> u64 {
        self.last_ref += 1;
        self.say_frame(Some(self.last_ref), None, message).await;
        self.last_ref
    }

    /// Says exactly this.
    pub async fn say_frame(&mut self, reference: Option<u64>, ack: Option<u64>, message: ClientMessage) {
        if let Some(reference) = reference {
            self.asked.insert(reference, expects(&message));
        }
        let frame = ClientFrame { reference, ack, message };
        let frame = match self.subprotocol {
            Subprotocol::Json => Frame::text(encode_client_json(&frame)),
            Subprotocol::Bincode => Frame::binary(encode_client_binary(&frame)),
        };
        self.raw(&frame).await;
    }

    /// Sends a WebSocket frame, proper or not.
    ///
    /// # Panics
    /// If the connection is gone.
    pub async fn raw(&mut self, frame: &Frame) {
        let sent = soon("the kernel's buffer", self.connection.send_frame(frame)).await;
        sent.unwrap_or_else(|error| panic!("{frame:?} cannot be sent: {error}"));
    }

    /// Sends bytes as they are.
    ///
    /// # Panics
    /// If the connection is gone.
    pub async fn raw_bytes(&mut self, bytes: &[u8]) {
        soon("the kernel's buffer", self.connection.send_bytes(bytes)).await.expect("bytes can be sent");
    }

    /// Says it and waits for the answer.
    pub async fn ask(&mut self, message: ClientMessage) -> Result<OkBody, WireError> {
        let reference = self.say(message).await;
        self.answer(reference).await
    }

    /// Waits for the answer to this `ref`; passes over events, which are kept, and other answers.
    pub async fn answer(&mut self, reference: u64) -> Result<OkBody, WireError> {
        self.any_answer(|answered| answered == Some(reference)).await
    }

    /// Waits for an answer without a `ref`.
    pub async fn answer_without_ref(&mut self) -> Result<OkBody, WireError> {
        self.any_answer(|answered| answered.is_none()).await
    }

    async fn any_answer(&mut self, wanted: impl Fn(Option<u64>) -> bool) -> Result<OkBody, WireError> {
        soon("an answer", async {
            loop {
                if let Some(at) = self.answers.iter().position(|(answered, _)| wanted(*answered)) {
                    return self.answers.remove(at).1;
                }
                self.frame().await;
            }
        })
        .await
    }

    /// Waits for an event that `pick` makes something of; each event is looked at once.
    pub async fn event<T>(&mut self, mut pick: impl FnMut(&Event) -> Option<T>) -> T {
        soon("an event", async {
            loop {
                while let Some((_, event)) = self.events.get(self.unread) {
                    self.unread += 1;
                    if let Some(picked) = pick(event) {
                        return picked;
                    }
                }
                self.frame().await;
            }
        })
        .await
    }

    /// Waits for an event of this id.
    pub async fn event_named(&mut self, id: &str) -> Event {
        self.event(|event| (event.id() == id).then(|| event.clone())).await
    }

    /// The next message; answers pings.
    ///
    /// # Panics
    /// If the connection ends instead.
    pub async fn frame(&mut self) -> ServerFrame {
        match self.next().await {
            Heard::Frame(frame) => frame,
            other => panic!("expected a message, got {other:?} after {:#?}", self.events),
        }
    }

    /// Whatever comes next.
    pub async fn next(&mut self) -> Heard {
        loop {
            match self.connection.read(SOON).await.unwrap_or_else(|error| panic!("nothing came: {error}")) {
                Received::Text(text) => {
                    assert_eq!(self.subprotocol, Subprotocol::Json, "text on a binary connection");
                    let kind = |reference: Option<u64>| {
                        let kind = reference.map(|reference| self.asked.get(&reference).copied());
                        kind.unwrap_or(Some(ReplyKind::Hello)).unwrap_or(ReplyKind::Answer)
                    };
                    let frame = decode_server_json(&text, kind).unwrap_or_else(|error| panic!("{text}: {error}"));
                    return Heard::Frame(self.take_note(text.into_bytes(), frame));
                }
                Received::Binary(bytes) => {
                    assert_eq!(self.subprotocol, Subprotocol::Bincode, "bytes on a JSON connection");
                    let frame = decode_server_binary(&bytes).unwrap_or_else(|error| panic!("{bytes:?}: {error}"));
                    return Heard::Frame(self.take_note(bytes.to_vec(), frame));
                }
                Received::Ping(content) => self.raw(&Frame::pong(content.to_vec())).await,
                Received::Pong(content) => return Heard::Pong(content.to_vec()),
                Received::Close { code, .. } => return Heard::Close(code),
                Received::Eof => return Heard::Eof,
            }
        }
    }

    fn take_note(&mut self, bytes: Vec<u8>, frame: ServerFrame) -> ServerFrame {
        match &frame {
            ServerFrame::Ok { reference, body } => self.answers.push((*reference, Ok(body.clone()))),
            ServerFrame::Error { reference, error } => self.answers.push((*reference, Err(error.clone()))),
            ServerFrame::Event { seq, event } => {
                let first = if let Event::Resync { .. } = event { 1 } else { self.last_seq + 1 };
                assert_eq!(*seq, first, "events are numbered without a gap, got {event:?}");
                self.last_seq = *seq;
                self.events.push((*seq, event.clone()));
            }
            ServerFrame::Control(_) => {}
        }
        self.messages.push((bytes, frame.clone()));
        frame
    }

    /// Waits for the server's half of a close, and for the end that follows when the client does its half; the code.
    ///
    /// # Panics
    /// If the connection ends without it, or does not end after it.
    pub async fn closed(&mut self) -> u16 {
        soon("a close", async {
            loop {
                match self.next().await {
                    Heard::Close(code) => {
                        // The server may have gone already, once it has said goodbye.
                        let _ = self.connection.send_frame(&Frame::close(code, "")).await;
                        assert_eq!(self.next().await, Heard::Eof, "after close {code}");
                        return code;
                    }
                    Heard::Eof => panic!("the connection ended without a close frame"),
                    Heard::Frame(_) | Heard::Pong(_) => {}
                }
            }
        })
        .await
    }

    /// Every event so far.
    pub fn events(&self) -> &[(u64, Event)] {
        &self.events
    }

    /// The highest `seq` so far.
    pub fn last_seq(&self) -> u64 {
        self.last_seq
    }

    /// Every message so far, as bytes and as what it says.
    pub fn messages(&self) -> &[(Vec<u8>, ServerFrame)] {
        &self.messages
    }

    /// The connection, to go on with it alone.
    pub fn into_connection(self) -> Connection {
        self.connection
    }

    /// The connection itself.
    pub fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }
}

fn expects(message: &ClientMessage) -> ReplyKind {
    match message {
        ClientMessage::Hello(_) => ReplyKind::Hello,
        ClientMessage::RoomList { .. } => ReplyKind::Rooms,
        ClientMessage::RoomCreate { .. } | ClientMessage::RoomJoin { .. } | ClientMessage::RoomQuickJoin { .. } => {
            ReplyKind::Room
        }
        ClientMessage::GameAction { .. } => ReplyKind::Answer,
        ClientMessage::Ping { .. }
        | ClientMessage::RoomLeave
        | ClientMessage::RoomReady { .. }
        | ClientMessage::RoomKick { .. }
        | ClientMessage::RoomDissolve
        | ClientMessage::GameStart
        | ClientMessage::ChatSend { .. } => ReplyKind::Empty,
    }
}
