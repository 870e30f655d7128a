//! MACHINE: what to say, when to come back, what to tell the program.
//!
//! The home feeds it what happens and performs the [`Effect`]s. Times are durations since a start of the home's choosing.

mod backoff;
mod hearing;
mod leaving;
mod liveness;
mod session;
mod unanswered;

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use umbra_protocol::{ClientFrame, ClientMessage, Hello, HelloOk, OkBody, ReplyKind, ServerFrame, Subprotocol};

use crate::event::{ClientError, ClientEvent, Ending};
use crate::wire::{self, Payload, Said};
pub use backoff::{BACKOFF_FIRST, BACKOFF_MOST, Backoff};
use liveness::Liveness;
pub use liveness::{ACK_DELAY, ACK_EVENTS_MAX, ANSWER_TIMEOUT};
pub use session::Saved;
use session::Session;
use unanswered::Unanswered;

/// How long an attempt may take from the first packet to the reply to `HELLO`; past it the next attempt begins.
pub const SIGN_IN_TIMEOUT: Duration = Duration::from_secs(10);
/// A connection that lasted this long was a good one: the waits start over. Shorter, and a server that throws everybody
/// out at once would be called in a tight loop.
pub const GOOD_CONNECTION: Duration = Duration::from_secs(5);
/// The least wait when the server said that it is full.
pub const SERVER_FULL_WAIT: Duration = Duration::from_secs(1);
/// The longest wait that a draining server may ask for.
pub const DRAIN_WAIT_MOST: Duration = Duration::from_secs(600);
/// The `ref` of every `HELLO`, which is outside the session's numbering.
const HELLO_REF: u64 = 1;

/// One connection attempt; what comes late from an older one is told apart by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ConnectionId(u64);

/// An order to the home, to be carried out in sequence.
#[derive(Debug, PartialEq)]
pub enum Effect {
    /// Open a connection; report [`Machine::opened`] or [`Machine::lost`].
    Open(ConnectionId),
    /// Put a frame on the wire. If that connection is gone, drop it: nothing is lost by that.
    Transmit(ConnectionId, ClientFrame),
    /// Let go of a connection, or of the attempt; nothing of it is to be reported any more.
    HangUp {
        /// Which.
        connection: ConnectionId,
        /// Say goodbye with a close frame (1000) first.
        goodbye: bool,
    },
    /// An action has its result.
    Answer {
        /// The `ref` that [`Machine::send`] gave.
        reference: u64,
        /// The `OK` body, or why there is none.
        result: Result<OkBody, ClientError>,
    },
    /// Tell the program.
    Tell(ClientEvent),
}

/// How a connection or an attempt came to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Loss {
    /// It never came about: refused, no route, no upgrade.
    Unreachable(String),
    /// It ended without a word.
    Cut,
    /// The server closed it.
    Closed(u16),
    /// The server sent something that cannot be read.
    Unreadable(String),
}

#[derive(Debug)]
enum Phase {
    /// No connection; the next attempt begins then, or when asked.
    Offline { retry_at: Option<Duration> },
    /// The home is opening one.
    Opening { connection: ConnectionId, deadline: Duration },
    /// `HELLO` is out.
    Greeting { connection: ConnectionId, deadline: Duration },
    /// Signed in.
    Online { connection: ConnectionId, liveness: Liveness },
    /// Done for good.
    Ended(Ending),
}

/// The client as a state machine.
#[derive(Debug)]
pub struct Machine {
    phase: Phase,
    session: Session,
    unanswered: Unanswered,
    subprotocol: Subprotocol,
    effects: VecDeque<Effect>,
    backoff: Backoff,
    /// Whether to come back without being asked.
    reconnect: bool,
    /// See [`ANSWER_TIMEOUT`].
    answer_timeout: Duration,
    /// Whether it ever signed in: the first attempt is not repeated, since its error is news to the program.
    was_online: bool,
    connections: u64,
    /// How long a draining server asked to stay away.
    drain_wait: Option<Duration>,
    /// The connection before this one ended over something unreadable, and nothing was taken in since.
    stumbled: bool,
    /// What the server said at the last sign-in.
    hello: Option<Box<HelloOk>>,
}

impl Machine {
    /// A client that will sign in with `hello`. `seed` draws the waits between attempts.
    pub fn new(hello: Hello, reconnect: bool, seed: u64) -> Self {
        Self::with_session(Session::new(hello), reconnect, seed)
    }

    /// A client that goes on with the session of an earlier run.
    pub fn resume(saved: Saved, reconnect: bool, seed: u64) -> Self {
        Self::with_session(Session::resume(saved), reconnect, seed)
    }

    fn with_session(session: Session, reconnect: bool, seed: u64) -> Self {
        Self {
            phase: Phase::Offline { retry_at: None },
            session,
            unanswered: Unanswered::default(),
            subprotocol: Subprotocol::Json,
            effects: VecDeque::new(),
            backoff: Backoff::new(seed),
            reconnect,
            answer_timeout: ANSWER_TIMEOUT,
            was_online: false,
            connections: 0,
            drain_wait: None,
            stumbled: false,
            hello: None,
        }
    }

    /// Another time than [`ANSWER_TIMEOUT`] for the server to answer in; from the next sign-in on.
    pub fn with_answer_timeout(mut self, answer_timeout: Duration) -> Self {
        self.answer_timeout = answer_timeout;
        self
    }

    /// In which encoding; JSON unless told. The home offers it to the server and encodes by it ([`crate::encode`]).
    pub fn speaking(mut self, subprotocol: Subprotocol) -> Self {
        self.subprotocol = subprotocol;
        self
    }

    /// The encoding of this client's connections.
    pub fn subprotocol(&self) -> Subprotocol {
        self.subprotocol
    }

    /// The next order to the home.
    pub fn effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// When to call [`Machine::elapsed`] next, if nothing else happens before.
    pub fn deadline(&self) -> Option<Duration> {
        match &self.phase {
            Phase::Offline { retry_at } => *retry_at,
            Phase::Opening { deadline, .. } | Phase::Greeting { deadline, .. } => Some(*deadline),
            Phase::Online { liveness, .. } => Some(liveness.deadline()),
            Phase::Ended(_) => None,
        }
    }

    /// What form of `OK` answers this `ref`; the JSON decoder asks.
    fn expects(&self, reference: Option<u64>) -> ReplyKind {
        match (&self.phase, reference) {
            (Phase::Greeting { .. }, _) => ReplyKind::Hello,
            (_, Some(reference)) => self.unanswered.expects(reference),
            (_, None) => ReplyKind::Answer,
        }
    }

    /// What is needed to resume; `None` before the first sign-in.
    pub fn saved(&self) -> Option<Saved> {
        self.session.saved()
    }

    /// The server's answer to the last `HELLO`.
    pub fn hello(&self) -> Option<&HelloOk> {
        self.hello.as_deref()
    }

    /// Whether [`ClientEvent::Closed`] was told.
    pub fn is_ended(&self) -> bool {
        matches!(self.phase, Phase::Ended(_))
    }

    /// Begins an attempt now, unless there is a connection or one coming.
    pub fn connect(&mut self, now: Duration) {
        if let Phase::Offline { .. } = self.phase {
            self.connections += 1;
            let connection = ConnectionId(self.connections);
            self.phase = Phase::Opening { connection, deadline: now + SIGN_IN_TIMEOUT };
            self.effects.push_back(Effect::Open(connection));
        }
    }

    /// Takes in an action; its result follows as [`Effect::Answer`] under the returned `ref`.
    pub fn send(&mut self, message: ClientMessage, now: Duration) -> Result<u64, ClientError> {
        if let ClientMessage::Hello(_) | ClientMessage::Ping { .. } = message {
            return Err(ClientError::NotAnAction(message.id().to_owned()));
        }
        if let Phase::Ended(ending) = &self.phase {
            return Err(ClientError::Closed(ending.clone()));
        }
        let reference = self.session.next_ref();
        self.unanswered.add(reference, message);
        self.pump(now);
        Ok(reference)
    }

    /// The connection is open (the WebSocket upgrade is through).
    pub fn opened(&mut self, connection: ConnectionId) {
        match self.phase {
            Phase::Opening { connection: current, deadline } if current == connection => {
                self.phase = Phase::Greeting { connection, deadline };
                let message = ClientMessage::Hello(self.session.hello());
                let frame = ClientFrame { reference: Some(HELLO_REF), ack: None, message };
                self.effects.push_back(Effect::Transmit(connection, frame));
            }
            _ => self.effects.push_back(Effect::HangUp { connection, goodbye: false }),
        }
    }

    /// Something came in that is no message: a WebSocket ping, say.
    pub fn heard(&mut self, connection: ConnectionId, now: Duration) {
        if let Phase::Online { connection: current, liveness } = &mut self.phase
            && *current == connection
        {
            liveness.heard(now);
        }
    }

    /// A message came in, as it came. One that cannot be read ends the connection, never the program: see
    /// [`ClientEvent::Unreadable`].
    pub fn take(&mut self, connection: ConnectionId, payload: &Payload<'_>, now: Duration) {
        if self.connection() != Some(connection) {
            return;
        }
        match wire::decode(self.subprotocol, payload, |reference| self.expects(reference)) {
            Ok(Said::Frame(frame)) => self.received(connection, frame, now),
            Ok(Said::Unknown { id, seq }) => self.received_unknown(connection, id, seq, now),
            Err(why) => self.drop_and_retry(Loss::Unreadable(why), now),
        }
    }

    /// A message came in, and was read already.
    pub fn received(&mut self, connection: ConnectionId, frame: ServerFrame, now: Duration) {
        self.heard(connection, now);
        match &self.phase {
            Phase::Greeting { connection: current, .. } if *current == connection => self.greeting(frame, now),
            Phase::Online { connection: current, .. } if *current == connection => self.online(frame, now),
            // From a connection that is no longer ours.
            _ => {}
        }
    }

    /// A message of a newer server came in. If it is an event it keeps its place in the numbering.
    pub fn received_unknown(&mut self, connection: ConnectionId, id: String, seq: Option<u64>, now: Duration) {
        self.heard(connection, now);
        match &self.phase {
            Phase::Online { connection: current, .. } if *current == connection => {}
            _ => return,
        }
        match seq {
            Some(seq) => self.numbered(seq, ClientEvent::Unknown { id }, now),
            None => self.tell(ClientEvent::Unknown { id }),
        }
    }

    /// A connection or an attempt ended. An end of any but the present one means nothing.
    pub fn lost(&mut self, connection: ConnectionId, loss: Loss, now: Duration) {
        if self.connection() == Some(connection) {
            self.let_go(loss, now);
        }
    }

    /// Lets go of the connection without a word, as if the network had.
    pub fn cut(&mut self, now: Duration) {
        self.drop_and_retry(Loss::Cut, now);
    }

    /// Ends the client. The session lives on at the server and could be resumed.
    pub fn close(&mut self) {
        if let Some(connection) = self.connection() {
            self.effects.push_back(Effect::HangUp { connection, goodbye: true });
        }
        self.end(Ending::Caller);
    }

    /// Time has passed: [`Machine::deadline`] is reached.
    pub fn elapsed(&mut self, now: Duration) {
        match &mut self.phase {
            Phase::Offline { retry_at: Some(at) } if *at <= now => self.connect(now),
            Phase::Opening { deadline, .. } if *deadline <= now => {
                self.drop_and_retry(Loss::Unreachable("no connection in time".into()), now);
            }
            Phase::Greeting { deadline, .. } if *deadline <= now => {
                self.drop_and_retry(Loss::Unreachable("no answer to HELLO in time".into()), now);
            }
            Phase::Online { liveness, .. } if liveness.is_dead(now) => self.drop_and_retry(Loss::Cut, now),
            Phase::Online { liveness, .. } if liveness.wants_ping(now) => self.ping(now),
            Phase::Offline { .. }
            | Phase::Opening { .. }
            | Phase::Greeting { .. }
            | Phase::Online { .. }
            | Phase::Ended(_) => {}
        }
    }

    fn connection(&self) -> Option<ConnectionId> {
        match &self.phase {
            Phase::Opening { connection, .. }
            | Phase::Greeting { connection, .. }
            | Phase::Online { connection, .. } => Some(*connection),
            Phase::Offline { .. } | Phase::Ended(_) => None,
        }
    }

    // What this client says. Every frame of a session leaves here, so that each carries what there is to acknowledge.

    fn pump(&mut self, now: Duration) {
        while let Phase::Online { .. } = self.phase
            && let Some((reference, message)) = self.unanswered.next_to_send()
        {
            self.transmit(Some(reference), message, now);
        }
    }

    fn ping(&mut self, now: Duration) {
        let client_time_ms = i64::try_from(now.as_millis()).unwrap_or(i64::MAX);
        self.transmit(None, ClientMessage::Ping { client_time_ms }, now);
    }

    fn transmit(&mut self, reference: Option<u64>, message: ClientMessage, now: Duration) {
        let Phase::Online { connection, liveness } = &mut self.phase else { return };
        if reference.is_some() {
            liveness.asked(now);
        }
        let ack = liveness.transmitted(now, self.session.last_seq());
        self.effects.push_back(Effect::Transmit(*connection, ClientFrame { reference, ack, message }));
    }

    fn tell(&mut self, event: ClientEvent) {
        self.effects.push_back(Effect::Tell(event));
    }
}
