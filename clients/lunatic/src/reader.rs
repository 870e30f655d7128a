//! HOME, reader: the process of one connection that waits for the network: it connects, upgrades, and reads until the end. It has
//! no time-outs: whoever has waited long enough kills it.

use std::io::{Read, Write};
use std::time::Duration;

use lunatic::net::TcpStream;
use serde::{Deserialize, Serialize};
use tungstenite::client::IntoClientRequest;
use tungstenite::error::{Error, ProtocolError};
use tungstenite::http::header::{HeaderValue, SEC_WEBSOCKET_PROTOCOL};
use tungstenite::protocol::WebSocketConfig;
use tungstenite::{Message, WebSocket};
use umbra_client_core::{ConnectionId, Loss, MESSAGE_BYTES_MAX};
use umbra_otp::Handle;
use umbra_protocol::Subprotocol;

use crate::gate::Gate;
use crate::messages::{FromReader, ToSession};

/// How long one write of the session may take; past it the connection is as good as lost. Set here, because it must be set before
/// the stream is shared.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);

/// Bytes of one read.
const READ_BYTES: usize = 4096;

/// What a reader is started with.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ReaderArgs {
    pub connection: ConnectionId,
    pub url: String,
    pub subprotocol: Subprotocol,
    pub session: Handle<ToSession>,
}

/// The process.
pub(crate) fn run(args: ReaderArgs) {
    let mut reader = Reader { connection: args.connection, session: args.session, gate: Gate::new() };
    let loss = match open(&args) {
        Ok(websocket) => reader.read(websocket),
        Err(loss) => loss,
    };
    reader.tell(FromReader::Ended(loss));
}

fn open(args: &ReaderArgs) -> Result<WebSocket<Line>, Loss> {
    let unreachable = |error: &dyn std::fmt::Display| Loss::Unreachable(error.to_string());
    let mut request = args.url.as_str().into_client_request().map_err(|error| unreachable(&error))?;
    request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(args.subprotocol.name()));
    let uri = request.uri();
    if uri.scheme_str() != Some("ws") {
        return Err(Loss::Unreachable(format!("{uri} does not begin with ws://")));
    }
    let host = uri.host().unwrap_or_default();
    let address = format!("{host}:{}", uri.port_u16().unwrap_or(80));
    let mut stream = TcpStream::connect(address.as_str()).map_err(|error| unreachable(&error))?;
    stream.set_write_timeout(Some(WRITE_TIMEOUT)).map_err(|error| unreachable(&error))?;
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BYTES)
        .write_buffer_size(0)
        .max_message_size(Some(MESSAGE_BYTES_MAX))
        .max_frame_size(Some(MESSAGE_BYTES_MAX));
    let line = Line { stream, shared: None };
    let opened = tungstenite::client::client_with_config(request, line, Some(config));
    let (mut websocket, _) = opened.map_err(|error| unreachable(&error))?;
    let line = websocket.get_mut();
    line.shared = Some((args.connection, args.session));
    args.session.send(ToSession::Reader(args.connection, FromReader::Opened(line.stream.clone())));
    Ok(websocket)
}

struct Reader {
    connection: ConnectionId,
    session: Handle<ToSession>,
    gate: Gate,
}

impl Reader {
    fn tell(&self, what: FromReader) {
        self.session.send(ToSession::Reader(self.connection, what));
    }

    fn read(&mut self, mut websocket: WebSocket<Line>) -> Loss {
        loop {
            let said = match websocket.read() {
                Ok(Message::Text(text)) => FromReader::Text(text.as_str().to_owned()),
                Ok(Message::Binary(bytes)) => FromReader::Binary(bytes.to_vec()),
                Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => {
                    // The pong leaves now, not with the next read.
                    let _ = websocket.flush();
                    FromReader::SignOfLife
                }
                Ok(Message::Close(close)) => {
                    // The server's goodbye deserves an answer.
                    let _ = websocket.flush();
                    return close.map_or(Loss::Cut, |close| Loss::Closed(close.code.into()));
                }
                Err(error) => return loss(&error),
            };
            self.tell(said);
            self.gate.pass();
        }
    }
}

fn loss(error: &Error) -> Loss {
    match error {
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Loss::Cut,
        Error::Protocol(_) | Error::Utf8(_) | Error::Capacity(_) => Loss::Unreadable(error.to_string()),
        _ => Loss::Cut,
    }
}

/// The connection as a WebSocket library wants it. Once it is shared, only the session writes: what the library itself wants to
/// write goes there.
struct Line {
    stream: TcpStream,
    shared: Option<(ConnectionId, Handle<ToSession>)>,
}

impl Read for Line {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.stream.read(buffer)
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self.shared {
            Some((connection, session)) => {
                session.send(ToSession::Reader(connection, FromReader::Raw(bytes.to_vec())));
                Ok(bytes.len())
            }
            None => self.stream.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self.shared {
            Some(_) => Ok(()),
            None => self.stream.flush(),
        }
    }
}
