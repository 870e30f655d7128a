//! From the client: what it has handled, and what it asks for; each `ref` finds its place here.

use umbra_protocol::{ClientFrame, ClientMessage, Control, ErrorCode, ServerFrame, WireError};

use super::actions::Action;
use super::replies::{Replies, Seen};
use super::{Inbound, Session, SocketKey};

impl Session {
    /// Something from a client: only the live socket is listened to.
    pub(super) fn client(&mut self, now_ms: u64, socket: SocketKey, inbound: Inbound) {
        if self.line.as_ref().is_none_or(|line| line.socket() != socket) {
            return;
        }
        match inbound {
            Inbound::Refused { reference, ack, error } => {
                self.acknowledge(ack);
                self.arrive(reference, Err(error));
            }
            Inbound::Frame(ClientFrame { reference, ack, message }) => {
                self.acknowledge(ack);
                match (message, reference) {
                    (ClientMessage::Ping { client_time_ms }, _) => {
                        self.control(Control::Pong { client_time_ms, server_time_ms: now_ms });
                    }
                    (ClientMessage::Hello(_), reference) => {
                        let message = "HELLO was said before on this connection, expected it once";
                        self.send_error(reference, ErrorCode::BadMessage, message);
                    }
                    (message, Some(reference)) => self.arrive(reference, Ok(message)),
                    (message, None) => {
                        let message = format!("field `ref` is missing, expected a number from 1 with {}", message.id());
                        self.send_error(None, ErrorCode::BadMessage, &message);
                    }
                }
            }
        }
    }

    fn send_error(&mut self, reference: Option<u64>, code: ErrorCode, message: &str) {
        self.send(&ServerFrame::Error { reference, error: WireError::new(code, message) });
    }

    fn acknowledge(&mut self, ack: Option<u64>) {
        let Some(seq) = ack.filter(|seq| *seq <= self.outbox.last_seq()) else {
            return;
        };
        self.outbox.acknowledge(seq);
        self.result_heard(seq);
        if let Some(line) = self.line.as_mut() {
            line.forget_events_up_to(seq);
        }
    }

    fn arrive(&mut self, reference: u64, what: Result<ClientMessage, WireError>) {
        match self.replies.arrive(reference) {
            Seen::Before if self.actions.waits(reference) => {
                if let Some(line) = self.line.as_mut().filter(|line| !line.greeted()) {
                    line.owe(reference);
                }
            }
            Seen::Before if !self.replies.is_unrecorded(reference) => self.send(&Replies::stale(reference)),
            Seen::New | Seen::Before if self.actions.waiting.len() >= self.actions.waiting_max => {
                let max = self.actions.waiting_max;
                let message = format!("{max} actions wait already, expected fewer at once");
                let error = WireError::new(ErrorCode::RateLimited, message);
                let frame = self.replies.keep(reference, Err(error));
                self.send(&frame);
            }
            Seen::New | Seen::Before => self.actions.waiting.push_back(Action { reference, what }),
            Seen::Answered(frame) => self.send(&frame),
        }
    }
}
