//! HOME: one WebSocket: opening it, and reading and writing at once.

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
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};
use umbra_client_core::{Loss, MESSAGE_BYTES_MAX, Payload};
use umbra_protocol::Subprotocol;

/// What can come in.
#[derive(Debug)]
pub enum Incoming {
    /// A message.
    Message(Received),
    /// A WebSocket ping or pong.
    SignOfLife,
}

/// A text or binary message as it came.
#[derive(Debug)]
pub struct Received(Message);

impl Received {
    /// What is in it.
    pub fn payload(&self) -> Option<Payload<'_>> {
        match &self.0 {
            Message::Text(text) => Some(Payload::Text(text.as_str().into())),
            Message::Binary(bytes) => Some(Payload::Binary(bytes.as_ref().into())),
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_) => None,
        }
    }
}

fn sort(message: Message) -> Result<Incoming, Loss> {
    match message {
        Message::Text(_) | Message::Binary(_) => Ok(Incoming::Message(Received(message))),
        Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Ok(Incoming::SignOfLife),
        Message::Close(Some(close)) => Err(Loss::Closed(close.code.into())),
        Message::Close(None) => Err(Loss::Cut),
    }
}

/// An open connection.
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
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
        let config = WebSocketConfig::default()
            .max_message_size(Some(MESSAGE_BYTES_MAX))
            .max_frame_size(Some(MESSAGE_BYTES_MAX));
        let opening = tokio_tungstenite::client_async_with_config(request, tcp, Some(config));
        let (stream, _) = opening.await.map_err(|error| unreachable(&error))?;
        Ok(Self { stream, outgoing: VecDeque::new() })
    }

    /// Queues a message; [`Socket::next`] writes it.
    pub fn queue(&mut self, payload: Payload<'static>) {
        self.outgoing.push_back(match payload {
            Payload::Text(text) => Message::text(text.into_owned()),
            Payload::Binary(bytes) => Message::binary(bytes.into_owned()),
        });
    }

    /// Says goodbye with a close frame, after what is queued, and waits until the other side has hung up.
    pub async fn goodbye(mut self) {
        let bye = CloseFrame { code: CloseCode::Normal, reason: "".into() };
        self.outgoing.push_back(Message::Close(Some(bye)));
        while self.next().await.is_ok() {}
    }

    /// Writes what is queued while waiting for the next message. Safe to cancel.
    ///
    /// Both at once, because a client that stops reading while it writes and a server that does the same wait for each
    /// other for ever.
    pub async fn next(&mut self) -> Result<Incoming, Loss> {
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
        sort(message.await?)
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
