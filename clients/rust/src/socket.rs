//! SHELL: one WebSocket: bytes to frames and back, in either encoding; opening, reading and writing at once.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::{Sink, Stream};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::SEC_WEBSOCKET_PROTOCOL;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};
use umbra_protocol::{
    ClientFrame, ReplyKind, ServerFrame, ServerFrameError, Subprotocol, decode_server_binary, decode_server_json,
    encode_client_binary, encode_client_json,
};

use crate::machine::Loss;

/// One message for the wire.
fn encode(subprotocol: Subprotocol, frame: &ClientFrame) -> Message {
    match subprotocol {
        Subprotocol::Json => Message::text(encode_client_json(frame)),
        Subprotocol::Bincode => Message::binary(encode_client_binary(frame)),
    }
}

/// One message from the wire. `expects` says which form of `OK` answers a `ref`, since JSON alone does not tell.
fn decode(
    subprotocol: Subprotocol,
    message: Message,
    expects: impl Fn(Option<u64>) -> ReplyKind,
) -> Result<Incoming, Loss> {
    let decoded = match (subprotocol, message) {
        (Subprotocol::Json, Message::Text(text)) => decode_server_json(&text, expects),
        (Subprotocol::Bincode, Message::Binary(bytes)) => decode_server_binary(&bytes),
        (_, Message::Ping(_) | Message::Pong(_)) => return Ok(Incoming::SignOfLife),
        (_, Message::Close(Some(close))) => return Err(Loss::Closed(close.code.into())),
        (_, Message::Close(None)) => return Err(Loss::Cut),
        (_, Message::Text(_) | Message::Binary(_) | Message::Frame(_)) => {
            return Err(Loss::Unreadable(format!("a frame type that is not of {}", subprotocol.name())));
        }
    };
    match decoded {
        Ok(frame) => Ok(Incoming::Frame(frame)),
        Err(ServerFrameError::Unknown { id, seq }) => Ok(Incoming::Unknown { id, seq }),
        Err(error @ ServerFrameError::Malformed { .. }) => Err(Loss::Unreadable(error.to_string())),
    }
}

/// What can come in.
#[derive(Debug)]
pub enum Incoming {
    /// A message.
    Frame(ServerFrame),
    /// A message of a newer server.
    Unknown {
        /// What it calls itself.
        id: String,
        /// Its place among the events, if it is one.
        seq: Option<u64>,
    },
    /// A WebSocket ping or pong.
    SignOfLife,
}

/// An open connection.
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    subprotocol: Subprotocol,
    outgoing: VecDeque<Message>,
}

impl Socket {
    /// Opens a TCP connection and upgrades it. `url` is `ws://host[:port]/path`.
    pub async fn open(url: String, subprotocol: Subprotocol) -> Result<Self, Loss> {
        let unreachable = |error: &dyn std::fmt::Display| Loss::Unreachable(error.to_string());
        let mut request = url.into_client_request().map_err(|error| unreachable(&error))?;
        request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(subprotocol.name()));
        let uri = request.uri();
        if uri.scheme_str() != Some("ws") {
            return Err(Loss::Unreachable(format!("{uri} does not begin with ws://")));
        }
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = uri.port_u16().unwrap_or(80);
        let tcp = TcpStream::connect((host, port)).await.map_err(|error| unreachable(&error))?;
        // Actions are small and somebody waits for each: nothing to gain by holding them back.
        tcp.set_nodelay(true).map_err(|error| unreachable(&error))?;
        let (stream, _) = tokio_tungstenite::client_async(request, tcp).await.map_err(|error| unreachable(&error))?;
        Ok(Self { stream, subprotocol, outgoing: VecDeque::new() })
    }

    /// Queues a message; [`Socket::next`] writes it.
    pub fn queue(&mut self, frame: &ClientFrame) {
        self.outgoing.push_back(encode(self.subprotocol, frame));
    }

    /// Says goodbye with a close frame, after what is queued, and waits until the other side has hung up.
    pub async fn goodbye(mut self) {
        let bye = CloseFrame { code: CloseCode::Normal, reason: "".into() };
        self.outgoing.push_back(Message::Close(Some(bye)));
        while self.next(|_| ReplyKind::Answer).await.is_ok() {}
    }

    /// Writes what is queued while waiting for the next message. Safe to cancel.
    ///
    /// Both at once, because a client that stops reading while it writes and a server that does the same wait for each
    /// other for ever.
    pub async fn next(&mut self, expects: impl Fn(Option<u64>) -> ReplyKind) -> Result<Incoming, Loss> {
        let subprotocol = self.subprotocol;
        let message = poll_fn(|context| {
            if let Poll::Ready(Err(error)) = self.poll_write(context) {
                // What the server said before it hung up is worth more than the error of writing to it.
                return match Pin::new(&mut self.stream).poll_next(context) {
                    Poll::Ready(Some(Ok(message))) => Poll::Ready(Ok(message)),
                    _ => Poll::Ready(Err(loss(&error))),
                };
            }
            match ready!(Pin::new(&mut self.stream).poll_next(context)) {
                Some(Ok(message)) => Poll::Ready(Ok(message)),
                Some(Err(error)) => Poll::Ready(Err(loss(&error))),
                None => Poll::Ready(Err(Loss::Cut)),
            }
        });
        decode(subprotocol, message.await?, expects)
    }

    fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let mut stream = Pin::new(&mut self.stream);
        while !self.outgoing.is_empty() {
            ready!(stream.as_mut().poll_ready(context))?;
            if let Some(message) = self.outgoing.pop_front() {
                stream.as_mut().start_send(message)?;
            }
        }
        stream.poll_flush(context)
    }
}

fn loss(error: &Error) -> Loss {
    match error {
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Loss::Cut,
        Error::Protocol(_) | Error::Utf8(_) | Error::Capacity(_) => Loss::Unreadable(error.to_string()),
        _ => Loss::Cut,
    }
}
