//! A connection's reading half: bytes in, whole messages out. It never writes.
//!
//! First HTTP ([`umbra_http`]), then WebSocket: strict RFC 6455 by tungstenite, over a stream whose writing side is a
//! buffer: what the protocol itself wants to answer (pongs, the echo of a close) goes to the socket as bytes.

mod inlet;

use std::time::Duration;

use lunatic::net::TcpStream;
use serde::{Deserialize, Serialize};
use tungstenite::error::{CapacityError, ProtocolError};
use tungstenite::protocol::{Role, WebSocketConfig};
use tungstenite::{Error, Message, WebSocket};
use umbra_http::{AdminAsk, Answer, Parsed, Site};
use umbra_machine::connection::Payload;
use umbra_machine::heartbeat::{Beat, Heartbeat, Tempo};
use umbra_machine::settings::{Secret, Settings};
use umbra_otp::{Handle, now_ms};
use umbra_protocol::{CloseCode, Subprotocol};

use super::gate::Gate;
use crate::assets::ASSETS;
use crate::process::messages::{AdminRequest, FromReader, ReadEnd, SocketMessage};
use crate::process::operator::Task;
use inlet::{Inlet, Read};

/// Bytes of one read, and so of what is copied at a time.
const READ_BYTES: usize = 4096;

/// What a reader is started with.
#[derive(Debug, Serialize, Deserialize)]
pub struct ReaderArgs {
    stream: TcpStream,
    socket: Handle<SocketMessage>,
    admin_token: Secret,
    chaos: bool,
    max_message_bytes: usize,
    close_timeout_ms: u64,
    heartbeat_ms: u64,
    heartbeat_timeout_ms: u64,
    hello_timeout_ms: u64,
}

impl ReaderArgs {
    /// For a connection, by the settings.
    pub fn new(stream: TcpStream, socket: Handle<SocketMessage>, settings: &Settings) -> Self {
        Self {
            stream,
            socket,
            admin_token: settings.admin_token.clone(),
            chaos: settings.chaos,
            max_message_bytes: settings.max_message_bytes,
            close_timeout_ms: settings.close_timeout_ms,
            heartbeat_ms: settings.heartbeat_ms,
            heartbeat_timeout_ms: settings.heartbeat_timeout_ms,
            hello_timeout_ms: settings.hello_timeout_ms,
        }
    }
}

/// The process.
pub fn run(args: ReaderArgs) {
    let tempo = Tempo {
        heartbeat_ms: args.heartbeat_ms,
        heartbeat_timeout_ms: args.heartbeat_timeout_ms,
        hello_timeout_ms: args.hello_timeout_ms,
    };
    let mut reader = Reader {
        inlet: Inlet::new(args.stream),
        heartbeat: Heartbeat::new(tempo, now_ms()),
        gate: Gate::new(),
        socket: args.socket,
        admin_token: args.admin_token,
        chaos: args.chaos,
        max_message_bytes: args.max_message_bytes,
        close_timeout_ms: args.close_timeout_ms,
    };
    let end = match reader.http() {
        Ok((subprotocol, response, leftover)) => {
            reader.tell(FromReader::Upgraded { response, subprotocol });
            reader.websocket(leftover)
        }
        Err(end) => end,
    };
    reader.tell(FromReader::Ended(end));
}

struct Reader {
    inlet: Inlet,
    heartbeat: Heartbeat,
    gate: Gate,
    socket: Handle<SocketMessage>,
    admin_token: Secret,
    chaos: bool,
    max_message_bytes: usize,
    close_timeout_ms: u64,
}

impl Reader {
    fn tell(&self, what: FromReader) {
        self.socket.send(SocketMessage::Reader(what));
    }

    /// Reads one request. Comes back with a handshake, or with the end.
    fn http(&mut self) -> Result<(Subprotocol, Vec<u8>, Vec<u8>), ReadEnd> {
        let mut bytes = Vec::new();
        loop {
            self.inlet.patience(self.heartbeat.read_timeout_ms(now_ms()));
            match self.inlet.take(&mut bytes) {
                Read::Bytes if self.heartbeat.heard(now_ms()) == Beat::Read => {}
                Read::Nothing if self.heartbeat.silent(now_ms()) == Beat::Read => continue,
                // Too late even for a request; there is nothing to say it in.
                Read::Bytes | Read::Nothing | Read::End => return Err(ReadEnd::Lost),
            }
            let request = match umbra_http::parse(&bytes) {
                Parsed::NeedMore => continue,
                Parsed::Request(request) => *request,
                Parsed::Bad(response) => return Err(self.reply(response)),
            };
            let site = Site { assets: ASSETS, admin_token: self.admin_token.reveal(), chaos: self.chaos };
            return match umbra_http::answer(request, &site) {
                Answer::Upgrade(upgrade) => Ok((upgrade.subprotocol, upgrade.response, upgrade.leftover)),
                Answer::Reply(response) => Err(self.reply(response)),
                Answer::Admin(ask) => {
                    self.tell(FromReader::Admin(match ask {
                        AdminAsk::Drain => AdminRequest::Drain,
                        AdminAsk::Kick(uid) => AdminRequest::Kick(uid),
                        AdminAsk::Kill(target) => AdminRequest::Task(Task::Kill(target)),
                        AdminAsk::Processes => AdminRequest::Task(Task::Processes),
                    }));
                    Err(ReadEnd::Http)
                }
            };
        }
    }

    fn reply(&mut self, response: Vec<u8>) -> ReadEnd {
        // What is left unread would make the kernel reset the connection and take the response with it.
        self.inlet.drain(Duration::from_millis(1));
        self.tell(FromReader::Reply(response));
        ReadEnd::Http
    }

    fn websocket(&mut self, leftover: Vec<u8>) -> ReadEnd {
        // What came with the handshake is looked at before anything more is waited for.
        let mut look_first = !leftover.is_empty();
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BYTES)
            .write_buffer_size(0)
            .max_message_size(Some(self.max_message_bytes))
            .max_frame_size(Some(self.max_message_bytes));
        let mut protocol = WebSocket::from_partially_read(self.inlet.once(), leftover, Role::Server, Some(config));
        loop {
            let patience = self.heartbeat.read_timeout_ms(now_ms());
            if !std::mem::take(&mut look_first) {
                protocol.get_mut().allow_one_read(patience);
            }
            let (payloads, error) = read_all(&mut protocol);
            let (heard, ended, raw) = protocol.get_mut().outcome();
            let beat = if heard { self.heartbeat.heard(now_ms()) } else { self.heartbeat.silent(now_ms()) };
            if !payloads.is_empty() {
                self.tell(FromReader::Messages(payloads));
                self.pass_gate();
            }
            if !raw.is_empty() {
                self.tell(FromReader::Raw(raw));
            }
            match judge(error, ended) {
                Judgement::ReadOn => {}
                Judgement::End(end) => return end,
                Judgement::Violation(code) => return self.say_violation(code),
            }
            match beat {
                Beat::Read => {}
                Beat::Ping => self.tell(FromReader::Ping),
                Beat::Drop(code) => return self.say_violation(code),
            }
        }
    }

    fn pass_gate(&mut self) {
        let before = self.gate.signed_in();
        self.gate.pass();
        if self.gate.signed_in() && !before {
            self.heartbeat.greeted(now_ms());
        }
    }

    /// The connection is to be closed. Reads on, for the client's half of the close, as long as the socket waits for it.
    fn say_violation(&mut self, code: CloseCode) -> ReadEnd {
        self.tell(FromReader::Violation(code));
        self.inlet.drain(Duration::from_millis(self.close_timeout_ms));
        ReadEnd::Closed
    }
}

/// Every whole message that one read brought.
fn read_all(protocol: &mut WebSocket<inlet::Once>) -> (Vec<Payload>, Error) {
    let mut payloads = Vec::new();
    loop {
        match protocol.read() {
            Ok(Message::Text(text)) => payloads.push(Payload::Text(text.as_str().to_owned())),
            Ok(Message::Binary(bytes)) => payloads.push(Payload::Binary(bytes.to_vec())),
            // Answered by the protocol itself.
            Ok(Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_)) => {}
            Err(error) => return (payloads, error),
        }
    }
}

enum Judgement {
    ReadOn,
    End(ReadEnd),
    Violation(CloseCode),
}

/// What the error that ended a round of reading means.
fn judge(error: Error, ended: bool) -> Judgement {
    match error {
        Error::ConnectionClosed | Error::AlreadyClosed => Judgement::End(ReadEnd::Closed),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Judgement::End(ReadEnd::Lost),
        Error::Io(_) if ended => Judgement::End(ReadEnd::Lost),
        Error::Io(_) => Judgement::ReadOn,
        Error::Utf8(_) => Judgement::Violation(CloseCode::NotUtf8),
        Error::Capacity(CapacityError::MessageTooLong { .. }) => Judgement::Violation(CloseCode::TooBig),
        Error::Protocol(_) => Judgement::Violation(CloseCode::Protocol),
        // Not of reading.
        other => {
            lunatic_log::error!("a connection's reader met an error that reading does not have: {other}");
            Judgement::Violation(CloseCode::Internal)
        }
    }
}
