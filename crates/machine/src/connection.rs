//! The socket's twin, its messages: what becomes of each WebSocket message, before and after the sign-in. When which of
//! them is looked at, and what else happens to a connection, is for [`Socket`](crate::socket::Socket) to say.
//!
//! Where we are: `**socket** → user → room → user → socket`. Shape and size are checked here, nothing else: what a
//! message means is for the user, and then the room, to say.

use serde::{Deserialize, Serialize};
use umbra_protocol::limits::BAD_FRAMES_MAX;
use umbra_protocol::{
    ClientFrame, ClientMessage, CloseCode, ErrorCode, FrameError, Hello, ServerFrame, Subprotocol, WireError,
    decode_client_binary, decode_client_json,
};

use crate::rate_limit::{RateLimit, Verdict};
use crate::session::Inbound;
use crate::socket::SocketLimits;

/// Messages in a row refused as `RATE_LIMITED`; one more closes with 4005: this client does not slow down.
pub const RATE_LIMITED_MAX: u32 = 100;

/// The content of one WebSocket message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Payload {
    /// A text message; it is UTF-8 already.
    Text(String),
    /// A binary message.
    Binary(#[serde(with = "serde_bytes")] Vec<u8>),
}

/// What is to be done about a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Ask the user manager who this is. Nothing further comes out before its answer.
    SignIn {
        /// The `ref` of the `HELLO`.
        reference: Option<u64>,
        /// The credentials.
        hello: Hello,
    },
    /// The user's process died: ask the user manager for its next one. Nothing further comes out before its answer.
    Return,
    /// To the user.
    Forward(Inbound),
    /// Back to the client: nobody further in needs to know.
    Answer(ServerFrame),
    /// The connection is over.
    Close(CloseCode),
}

/// One connection.
#[derive(Debug)]
pub struct Connection {
    subprotocol: Subprotocol,
    stage: Stage,
    bad_in_a_row: u32,
    rate: RateLimit,
    /// What it signed in with, until the user has greeted it: a user that dies before is asked for again.
    hello: Option<(Option<u64>, Hello)>,
    /// What was forwarded with a `ref` and has no answer yet: the user's next process gets it again.
    unanswered: Vec<Inbound>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Nobody has said who this is.
    Anonymous,
    /// The user manager is asked.
    SigningIn,
    SignedIn,
    /// The user's process died, and the user manager is asked for its next one.
    Orphaned,
}

impl Connection {
    /// A connection whose handshake is done.
    pub fn new(subprotocol: Subprotocol, limits: &SocketLimits, now_ms: u64) -> Self {
        let rate = RateLimit::new(limits.messages_per_second, limits.messages_burst, now_ms);
        let (hello, unanswered) = (None, Vec::new());
        Self { subprotocol, stage: Stage::Anonymous, bad_in_a_row: 0, rate, hello, unanswered }
    }

    /// In which form frames travel.
    pub fn subprotocol(&self) -> Subprotocol {
        self.subprotocol
    }

    /// Whether it waits for its user: until that has said who it is, no message may be handed in.
    pub fn awaits_user(&self) -> bool {
        self.awaited().is_some()
    }

    /// What the user manager is to be asked, and asked again when it seems not to have heard.
    pub fn awaited(&self) -> Option<Step> {
        match self.stage {
            Stage::SigningIn => {
                let (reference, hello) = self.hello.clone()?;
                Some(Step::SignIn { reference, hello })
            }
            Stage::Orphaned => Some(Step::Return),
            Stage::Anonymous | Stage::SignedIn => None,
        }
    }

    /// Whether there is a user, or was one that is looked for.
    pub fn signed_in(&self) -> bool {
        matches!(self.stage, Stage::SignedIn | Stage::Orphaned)
    }

    /// The user has said who it is. What its former process did not answer is forwarded again.
    pub fn admitted(&mut self) -> Vec<Inbound> {
        self.stage = Stage::SignedIn;
        self.unanswered.clone()
    }

    /// Something of the user's was written, these answers among it.
    pub fn written(&mut self, answers: &[u64]) {
        self.hello = None;
        self.unanswered.retain(|inbound| inbound.reference().is_none_or(|reference| !answers.contains(&reference)));
    }

    /// The user's process died.
    pub fn user_lost(&mut self) {
        self.stage = if self.hello.is_some() { Stage::SigningIn } else { Stage::Orphaned };
    }

    /// The user manager refused; another `HELLO` may come.
    pub fn refused(&mut self) {
        self.stage = Stage::Anonymous;
        self.hello = None;
    }

    /// Says what to do about one message. `None`: nothing.
    pub fn take(&mut self, now_ms: u64, payload: &Payload) -> Option<Step> {
        debug_assert!(!self.awaits_user(), "messages wait while the user manager is asked");
        let decoded = match (self.subprotocol, payload) {
            (Subprotocol::Json, Payload::Text(text)) => decode_client_json(text),
            (Subprotocol::Bincode, Payload::Binary(bytes)) => decode_client_binary(bytes),
            (Subprotocol::Json, Payload::Binary(_)) | (Subprotocol::Bincode, Payload::Text(_)) => {
                return Some(Step::Close(CloseCode::FrameType));
            }
        };
        if let Verdict::Denied { in_a_row } = self.rate.take(now_ms) {
            return self.too_many(in_a_row, &decoded);
        }
        match decoded {
            Err(error @ FrameError::Envelope { .. }) => {
                self.bad_in_a_row += 1;
                let close = self.bad_in_a_row >= BAD_FRAMES_MAX;
                Some(if close { Step::Close(CloseCode::TooMany) } else { Step::Answer(error.reply()) })
            }
            Err(FrameError::Message { reference, ack, error }) => {
                self.bad_in_a_row = 0;
                Some(self.unreadable(reference, ack, error))
            }
            Ok(frame) => {
                self.bad_in_a_row = 0;
                Some(self.whole(frame))
            }
        }
    }

    fn whole(&mut self, frame: ClientFrame) -> Step {
        match (self.stage, frame) {
            (Stage::SignedIn, frame) => self.forward(Inbound::Frame(frame)),
            (_, ClientFrame { reference, message: ClientMessage::Hello(hello), .. }) => {
                self.stage = Stage::SigningIn;
                self.hello = Some((reference, hello.clone()));
                Step::SignIn { reference, hello }
            }
            (_, ClientFrame { reference, message, .. }) => {
                let message = format!("{} came before HELLO, expected HELLO first", message.id());
                answer(reference, ErrorCode::NotAuthenticated, message)
            }
        }
    }

    /// A message with an envelope, which cannot be carried out. With a `ref` and a user, it is answered in its turn.
    fn unreadable(&mut self, reference: Option<u64>, ack: Option<u64>, error: WireError) -> Step {
        match (self.stage, reference) {
            (Stage::SignedIn, Some(reference)) => self.forward(Inbound::Refused { reference, ack, error }),
            (Stage::SignedIn | Stage::SigningIn | Stage::Anonymous | Stage::Orphaned, reference) => {
                Step::Answer(ServerFrame::Error { reference, error })
            }
        }
    }

    fn forward(&mut self, inbound: Inbound) -> Step {
        if inbound.reference().is_some() {
            self.unanswered.push(inbound.clone());
        }
        Step::Forward(inbound)
    }

    fn too_many(&mut self, in_a_row: u32, decoded: &Result<ClientFrame, FrameError>) -> Option<Step> {
        if in_a_row > RATE_LIMITED_MAX {
            return Some(Step::Close(CloseCode::TooMany));
        }
        let (reference, ack) = match decoded {
            // What needs no answer gets none: it is dropped, and a client that waits for a PONG asks again.
            Ok(ClientFrame { message: ClientMessage::Ping { .. }, .. }) => return None,
            Ok(ClientFrame { reference, ack, .. }) => (*reference, *ack),
            Err(FrameError::Message { reference, ack, .. }) => (*reference, *ack),
            Err(FrameError::Envelope { .. }) => (None, None),
        };
        let message = "too many messages at once, expected fewer a second";
        Some(self.unreadable(reference, ack, WireError::new(ErrorCode::RateLimited, message)))
    }
}

fn answer(reference: Option<u64>, code: ErrorCode, message: String) -> Step {
    Step::Answer(ServerFrame::Error { reference, error: WireError::new(code, message) })
}
