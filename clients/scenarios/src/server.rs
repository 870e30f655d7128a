//! SCENARIOS, the scripted server: real connections, over whatever streams a runtime has; it blocks while it waits.

use std::io::{Read, Write};

use tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tungstenite::protocol::CloseFrame;
use tungstenite::{Message, WebSocket};
use umbra_client_core::Payload;
use umbra_client_core::protocol::{ClientFrame, Subprotocol};

use crate::play::read;

/// A connection of some runtime. A read that gets nothing for a generous time is an error.
pub trait Wire: Read + Write {}

impl<T: Read + Write> Wire for T {}

/// Where connections come from.
pub trait Listen {
    /// A connection.
    type Stream: Wire;

    /// Waits for the next one; panics after a generous time.
    fn accept(&mut self) -> Self::Stream;
    /// Where clients find it: `host:port`.
    fn address(&self) -> String;
}

/// The server of one scenario.
pub struct Server<L: Listen> {
    listener: L,
    subprotocol: Subprotocol,
    /// `None` once it is dropped.
    connections: Vec<Option<WebSocket<L::Stream>>>,
}

impl<L: Listen> Server<L> {
    /// Takes this subprotocol and no other.
    pub fn new(listener: L, subprotocol: Subprotocol) -> Self {
        Self { listener, subprotocol, connections: Vec::new() }
    }

    /// Where clients find it.
    pub fn url(&self) -> String {
        format!("ws://{}/ws", self.listener.address())
    }

    /// Its one subprotocol.
    pub fn subprotocol(&self) -> Subprotocol {
        self.subprotocol
    }

    /// How many connections became WebSockets.
    pub fn accepted(&self) -> usize {
        self.connections.len()
    }

    /// Waits for a connection and lets it in.
    ///
    /// # Panics
    /// If it does not offer the subprotocol.
    pub fn accept(&mut self) {
        let stream = self.listener.accept();
        let wanted = self.subprotocol.name();
        #[allow(clippy::result_large_err, reason = "the type of the callback is tungstenite's")]
        let choose = |request: &Request, mut response: Response| -> Result<Response, ErrorResponse> {
            let offered = request.headers().get("sec-websocket-protocol").expect("a subprotocol is offered").clone();
            assert_eq!(offered, wanted);
            response.headers_mut().insert("sec-websocket-protocol", offered);
            Ok(response)
        };
        let socket = tungstenite::accept_hdr(stream, choose);
        let socket = socket.unwrap_or_else(|error| panic!("no WebSocket comes about: {error}"));
        self.connections.push(Some(socket));
    }

    /// Waits for a connection and drops it.
    pub fn refuse(&mut self) {
        drop(self.listener.accept());
    }

    /// Waits for a message on the newest connection.
    ///
    /// # Panics
    /// If something else comes.
    pub fn receive(&mut self) -> ClientFrame {
        match self.newest().read() {
            Ok(Message::Text(text)) => read(&Payload::Text(text.as_str().into())),
            Ok(Message::Binary(bytes)) => read(&Payload::Binary(bytes.as_ref().into())),
            other => panic!("expected a message, got {other:?}"),
        }
    }

    /// Says many things on the newest connection, in few pieces.
    ///
    /// # Panics
    /// If it has ended.
    pub fn say_many(&mut self, payloads: &mut dyn Iterator<Item = Payload<'static>>) {
        let newest = self.newest();
        for payload in payloads {
            newest.write(message(&payload)).expect("the connection is open");
        }
        newest.flush().expect("the connection is open");
    }

    /// Says something; to nobody, if that connection has ended.
    pub fn say(&mut self, connection: usize, payload: &Payload<'_>) {
        let message = message(payload);
        if let Some(socket) = &mut self.connections[connection] {
            // An older connection may have ended; on the newest the next step would notice.
            let _ = socket.send(message);
        }
    }

    /// Closes with this code.
    pub fn close(&mut self, connection: usize, code: u16) {
        if let Some(socket) = &mut self.connections[connection] {
            let close = CloseFrame { code: code.into(), reason: "".into() };
            let _ = socket.close(Some(close));
            let _ = socket.flush();
        }
    }

    /// Drops the newest connection.
    pub fn cut(&mut self) {
        if let Some(newest) = self.connections.last_mut() {
            *newest = None;
        }
    }

    /// Waits for the client to hang up the newest connection. Its code, if it gave one.
    pub fn is_left(&mut self) -> Option<u16> {
        loop {
            match self.newest().read() {
                Ok(Message::Close(close)) => return close.map(|close| close.code.into()),
                Ok(_) => {}
                Err(tungstenite::Error::Io(error)) if is_time_out(&error) => panic!("the client does not hang up"),
                Err(_) => return None,
            }
        }
    }

    fn newest(&mut self) -> &mut WebSocket<L::Stream> {
        self.connections.last_mut().and_then(Option::as_mut).expect("there is a connection")
    }
}

fn message(payload: &Payload<'_>) -> Message {
    match payload {
        Payload::Text(text) => Message::text(text.as_ref()),
        Payload::Binary(bytes) => Message::binary(bytes.to_vec()),
    }
}

fn is_time_out(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock)
}
