//! RAW: one TCP connection, with or without a WebSocket on it.

use std::io;
use std::time::Duration;

use bytes::BytesMut;
use thiserror::Error;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use super::http::head;
use super::{Frame, Received, Response};

/// How long an upgrade may take.
const OPEN_TIMEOUT: Duration = Duration::from_secs(10);
/// What a WebSocket client says, but for `Host`. The key is the one of RFC 6455.
const UPGRADE: [(&str, &str); 4] = [
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
];
/// What the server must make of that key.
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// Why there is no WebSocket.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The server answered, but not with an upgrade.
    #[error("the server answered {}", .0.status)]
    Refused(Box<Response>),
    /// It came to no answer.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// A connection. Dropping it cuts it without a close frame.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: BytesMut,
}

impl Connection {
    /// A bare TCP connection to `host:port`.
    ///
    /// # Errors
    /// Those of connecting.
    pub async fn tcp(addr: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(addr).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: BytesMut::new() })
    }

    /// An upgraded connection. `headers` come on top of the standard ones, or in their place if they have the same name.
    ///
    /// # Errors
    /// [`OpenError::Refused`] with the response if it is any but 101 with the right key.
    pub async fn open(addr: &str, path: &str, headers: &[(&str, &str)]) -> Result<Self, OpenError> {
        Ok(Self::open_with_response(addr, path, headers).await?.0)
    }

    /// As [`Connection::open`], with the response: which subprotocol was chosen, for one.
    ///
    /// # Errors
    /// As [`Connection::open`].
    pub async fn open_with_response(
        addr: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<(Self, Response), OpenError> {
        let mut connection = Self::tcp(addr).await?;
        connection.send_bytes(&head(addr, "GET", path, &UPGRADE, headers)).await?;
        let response = connection.read_response(OPEN_TIMEOUT).await?;
        let own_key = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("Sec-WebSocket-Key"));
        if response.status != 101 || !(own_key || response.header("Sec-WebSocket-Accept") == Some(ACCEPT)) {
            return Err(OpenError::Refused(Box::new(response)));
        }
        Ok((connection, response))
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    /// Those of writing.
    pub async fn send_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Sends a frame, proper or not, in one write.
    ///
    /// # Errors
    /// Those of writing.
    pub async fn send_frame(&mut self, frame: &Frame) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(frame.payload.len() + 14);
        frame.encode(&mut bytes);
        self.send_bytes(&bytes).await
    }

    /// Sends a proper text message.
    ///
    /// # Errors
    /// Those of writing.
    pub async fn send_text(&mut self, text: &str) -> io::Result<()> {
        self.send_frame(&Frame::text(text)).await
    }

    /// Sends a proper binary message.
    ///
    /// # Errors
    /// Those of writing.
    pub async fn send_binary(&mut self, payload: &[u8]) -> io::Result<()> {
        self.send_frame(&Frame::binary(payload)).await
    }

    /// The next frame. Safe to cancel.
    ///
    /// # Errors
    /// `TimedOut` when none came within `wait`; `InvalidData` for what no server may send. A reset is [`Received::Eof`].
    pub async fn read(&mut self, wait: Duration) -> io::Result<Received> {
        let deadline = Instant::now() + wait;
        loop {
            if let Some(received) = Received::parse(&mut self.buffer)? {
                return Ok(received);
            }
            if !self.fill(deadline).await? {
                return Ok(Received::Eof);
            }
        }
    }

    /// A response to a request sent as bytes: the head, and the body up to `Content-Length` or the end.
    ///
    /// # Errors
    /// `TimedOut`; `InvalidData` for what is not HTTP; `UnexpectedEof`.
    pub async fn read_response(&mut self, wait: Duration) -> io::Result<Response> {
        let deadline = Instant::now() + wait;
        let mut response = loop {
            if let Some(response) = Response::parse_head(&mut self.buffer)? {
                break response;
            }
            if !self.fill(deadline).await? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        };
        if response.status == 101 {
            return Ok(response);
        }
        let length = response.header("Content-Length").and_then(|length| length.trim().parse::<usize>().ok());
        while length.is_none_or(|length| self.buffer.len() < length) {
            if !self.fill(deadline).await? {
                if length.is_some() {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                break;
            }
        }
        let length = length.unwrap_or(self.buffer.len());
        response.body = self.buffer.split_to(length).to_vec();
        Ok(response)
    }

    /// Ends the sending side (FIN) and goes on reading.
    ///
    /// # Errors
    /// Those of the socket.
    pub async fn finish_sending(&mut self) -> io::Result<()> {
        self.stream.shutdown().await
    }

    /// The stream, and what was read from it beyond the last frame.
    pub fn into_parts(self) -> (TcpStream, BytesMut) {
        (self.stream, self.buffer)
    }

    /// Reads on; false at the end.
    async fn fill(&mut self, deadline: Instant) -> io::Result<bool> {
        match timeout_at(deadline, self.stream.read_buf(&mut self.buffer)).await {
            Ok(Ok(read)) => Ok(read > 0),
            Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionReset => Ok(false),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "nothing came in time")),
        }
    }
}
