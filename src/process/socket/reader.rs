//! A connection's reading half: bytes in, whole messages out. It never writes.
//!
//! First HTTP ([`umbra_http`]), then WebSocket ([`umbra_websocket`]): what the protocol itself wants to answer (pongs, the
//! echo of a close) goes to the socket as bytes.

mod inlet;

use std::time::Duration;

use lunatic::net::TcpStream;
use serde::{Deserialize, Serialize};
use umbra_http::{Answer, Parsed, Site};
use umbra_machine::heartbeat::{Beat, Heartbeat};
use umbra_machine::settings::{Secret, Settings};
use umbra_machine::socket::SocketLimits;
use umbra_otp::{Handle, now_ms};
use umbra_protocol::{CloseCode, Subprotocol};
use umbra_websocket::{Framer, Heard, Verdict};

use super::gate::Gate;
use crate::assets::ASSETS;
use crate::process::messages::{FromReader, ReadEnd, SocketMessage};
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
    limits: SocketLimits,
}

impl ReaderArgs {
    /// For a connection, by the settings.
    pub fn new(stream: TcpStream, socket: Handle<SocketMessage>, settings: &Settings) -> Self {
        Self {
            stream,
            socket,
            admin_token: settings.admin_token.clone(),
            chaos: settings.chaos,
            limits: SocketLimits::of(settings),
        }
    }
}

/// The process.
pub fn run(args: ReaderArgs) {
    let mut reader = Reader {
        inlet: Inlet::new(args.stream),
        heartbeat: Heartbeat::new(args.limits.tempo(), now_ms()),
        gate: Gate::new(),
        socket: args.socket,
        admin_token: args.admin_token,
        chaos: args.chaos,
        limits: args.limits,
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
    limits: SocketLimits,
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
                    self.tell(FromReader::Admin(ask.into()));
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
        let mut framer = Framer::new(self.limits.max_message_bytes);
        // What came with the handshake is looked at before anything more is waited for.
        let mut bytes = leftover;
        loop {
            if bytes.is_empty() {
                self.inlet.patience(self.heartbeat.read_timeout_ms(now_ms()));
                let read = self.inlet.take(&mut bytes);
                let beat = match read {
                    Read::Bytes => self.heartbeat.heard(now_ms()),
                    Read::Nothing => self.heartbeat.silent(now_ms()),
                    Read::End => return ReadEnd::Lost,
                };
                match beat {
                    Beat::Read => {}
                    Beat::Ping => self.tell(FromReader::Ping),
                    Beat::Drop(code) => return self.say_violation(code),
                }
            }
            let Heard { payloads, answers, verdict } = framer.take(&bytes);
            bytes.clear();
            if !payloads.is_empty() {
                self.tell(FromReader::Messages(payloads));
                self.pass_gate();
            }
            if !answers.is_empty() {
                self.tell(FromReader::Raw(answers));
            }
            match verdict {
                Verdict::ReadOn => {}
                Verdict::Closed => return ReadEnd::Closed,
                Verdict::Violation(code) => return self.say_violation(code),
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
        self.inlet.drain(Duration::from_millis(self.limits.close_timeout_ms));
        ReadEnd::Closed
    }
}
