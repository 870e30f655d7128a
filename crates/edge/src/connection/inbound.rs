//! EDGE, connection: what the client sends: first a request, then, if it asked for that, a WebSocket.

use std::cell::RefCell;
use std::task::{Context, Poll};

use log::debug;
use tokio::io::ReadBuf;
use umbra::process::messages::{AdminRequest, ListenerMessage};
use umbra::process::operator;
use umbra_http::{Answer, Parsed, Site, answer, parse};
use umbra_machine::heartbeat::Beat;
use umbra_protocol::CloseCode;
use umbra_websocket::{Framer, Heard, Verdict};

use super::{Connection, Phase};
use crate::node;
use crate::outlet::Mark;

/// Bytes of one read, whose buffer is the thread's: a connection keeps none.
const READ_BYTES: usize = 16 * 1024;

thread_local! {
    static BUFFER: RefCell<Box<[u8]>> = RefCell::new(vec![0; READ_BYTES].into_boxed_slice());
}

impl Connection {
    /// Whether silence of the client means anything: it is being listened to, and has been told so.
    pub(super) fn listens(&self) -> bool {
        match &self.phase {
            Phase::Request(_) => true,
            Phase::WebSocket(_) => self.twin.is_open() && self.reads_on(),
            Phase::Asked | Phase::Deaf | Phase::Replied { .. } | Phase::Over => false,
        }
    }

    /// Nothing is read while the twin waits for its user, or while the client does not take what it is answered: what it
    /// sends meanwhile stays in the kernel, and TCP slows it down.
    fn reads_on(&self) -> bool {
        self.twin.reads_on() && (self.outlet.is_empty() || !self.twin.is_open())
    }

    /// One read, if it is time for one. Whether anything came of it.
    pub(super) fn read(&mut self, now_ms: u64, context: &mut Context<'_>) -> bool {
        let wanted = match &self.phase {
            Phase::Request(_) | Phase::Deaf | Phase::Replied { .. } => true,
            Phase::WebSocket(_) => self.reads_on(),
            Phase::Asked | Phase::Over => false,
        };
        if !wanted || self.is_over() {
            return false;
        }
        BUFFER.with_borrow_mut(|buffer| {
            let mut buffer = ReadBuf::new(buffer);
            match self.stream.poll_read(context, &mut buffer) {
                Poll::Pending => return false,
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => self.bytes(now_ms, buffer.filled()),
                Poll::Ready(Ok(()) | Err(_)) => self.nothing_more(),
            }
            true
        })
    }

    fn nothing_more(&mut self) {
        match self.phase {
            Phase::Request(_) | Phase::Replied { .. } => self.phase = Phase::Over,
            Phase::WebSocket(_) | Phase::Deaf => self.twin.ended(),
            Phase::Asked | Phase::Over => {}
        }
    }

    fn bytes(&mut self, now_ms: u64, bytes: &[u8]) {
        match &mut self.phase {
            Phase::Request(so_far) => {
                // Too late even for a request; there is nothing to say it in.
                if self.heartbeat.heard(now_ms) != Beat::Read {
                    self.phase = Phase::Over;
                    return;
                }
                so_far.extend_from_slice(bytes);
                match parse(so_far) {
                    Parsed::NeedMore => {}
                    Parsed::Bad(reply) => self.reply(&reply),
                    Parsed::Request(request) => {
                        let site = Site {
                            assets: &self.site.assets,
                            admin_token: self.site.admin_token.reveal(),
                            chaos: self.site.chaos,
                        };
                        let answer = answer(*request, &site);
                        self.answered(now_ms, answer);
                    }
                }
            }
            Phase::WebSocket(framer) => match self.heartbeat.heard(now_ms) {
                Beat::Drop(code) => self.violated(code),
                Beat::Read | Beat::Ping => {
                    let heard = framer.take(bytes);
                    self.heard(now_ms, heard);
                }
            },
            Phase::Asked | Phase::Deaf | Phase::Replied { .. } | Phase::Over => {}
        }
    }

    fn answered(&mut self, now_ms: u64, answer: Answer) {
        match answer {
            Answer::Reply(reply) => self.reply(&reply),
            Answer::Upgrade(upgrade) => {
                self.outlet.say(|bytes| bytes.extend_from_slice(&upgrade.response));
                self.twin.upgraded(now_ms, upgrade.subprotocol);
                let mut framer = Box::new(Framer::new(self.site.limits.max_message_bytes));
                // What came with the handshake is looked at before anything more is waited for.
                let heard = framer.take(&upgrade.leftover);
                self.phase = Phase::WebSocket(framer);
                self.heard(now_ms, heard);
            }
            Answer::Admin(ask) => self.admin(now_ms, ask.into()),
        }
    }

    fn heard(&mut self, now_ms: u64, heard: Heard) {
        let Heard { payloads, answers, verdict } = heard;
        self.twin.heard(now_ms, payloads);
        // After the server's own goodbye the client needs no second one.
        if self.twin.is_open() && !answers.is_empty() {
            self.outlet.say(|bytes| bytes.extend_from_slice(&answers));
        }
        match verdict {
            Verdict::ReadOn => {}
            Verdict::Closed => self.twin.ended(),
            Verdict::Violation(code) => self.violated(code),
        }
    }

    pub(super) fn violated(&mut self, code: CloseCode) {
        debug!("{} broke the protocol: {} {}", self.name(), code.code(), code.reason());
        self.phase = Phase::Deaf;
        self.twin.violated(code);
    }

    pub(super) fn reply(&mut self, reply: &[u8]) {
        self.outlet.say(|bytes| bytes.extend_from_slice(reply));
        self.outlet.mark(Mark::Reply);
        self.phase = Phase::Replied { until_ms: None, shut: false };
    }

    fn admin(&mut self, now_ms: u64, request: AdminRequest) {
        match request {
            AdminRequest::Conduct(conduct) => {
                let manager = self.site.neighbours.user_manager();
                self.reply(&conduct.answer(manager.is_some()));
                if let Some(manager) = manager {
                    self.site.neighbours.send(&manager, &conduct.message());
                }
            }
            AdminRequest::Task(task) => {
                let message = ListenerMessage::Operate { task, socket: node::handle(self.life.id()) };
                if self.site.neighbours.send(&self.site.listener(), &message) {
                    self.phase = Phase::Asked;
                    self.twin.operator_awaited(now_ms);
                } else {
                    self.reply(&operator::no_process("the listener is just being restarted"));
                }
            }
        }
    }
}
