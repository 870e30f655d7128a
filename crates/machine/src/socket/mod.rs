//! The socket's twin: one connection, from its WebSocket handshake to its end.
//!
//! Where we are: `**socket** → user → room → user → **socket**`. A connection is owned by processes of the guest or by a
//! native edge; both are shells around this, so that a client cannot tell which. It decides nothing about users or rooms.
//!
//! Inbound: WebSocket messages → [`Connection`] (shape, size, rate, sign-in) → user. Outbound: what the user delivers → one
//! write; then the user is told, which is the backpressure ([`crate::session`]). Whoever owns the connection reads on
//! only while [`Socket::reads_on`] says so, so nothing piles up on the way in either.
//!
//! When a silent connection is pinged and given up is [`crate::heartbeat`]'s to say: only who reads knows of silence.

mod asking;
mod effect;
mod limits;

use std::collections::VecDeque;

use umbra_protocol::{CloseCode, RoomId, ServerFrame, Subprotocol, Uid, UserName, WireError};

use crate::connection::{Connection, Payload, Step};
use crate::receipts::Receipts;
use crate::session::{Inbound, OutFrames};
use asking::Asking;
pub use effect::{Effect, Question};
pub use limits::SocketLimits;

/// One connection. `U` is where a user's process is reached, `M` tells one user manager from the next.
#[derive(Debug)]
pub struct Socket<U, M> {
    limits: SocketLimits,
    /// Once it is a WebSocket.
    connection: Option<Connection>,
    /// What the client sent while the user manager is asked.
    waiting: VecDeque<Payload>,
    peer: Option<Peer<U>>,
    receipts: Receipts,
    /// While the user manager is asked for the user: whom it asked, and until when.
    asking: Option<Asking<M>>,
    /// Names who signs in; the same when the question comes again.
    chance: [u64; 2],
    /// A process of its own is doing what an operator asked for, and will say how it went: until when that is awaited.
    operator_until_ms: Option<u64>,
    stage: Stage,
    effects: Vec<Effect<U>>,
}

/// The user of a connection.
#[derive(Clone, Debug, PartialEq)]
pub struct Peer<U> {
    /// Who.
    pub uid: Uid,
    /// Under which name.
    pub user_name: UserName,
    /// Names the sign-in.
    pub sid: String,
    /// Where its process is reached.
    pub user: U,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Open,
    /// Goodbye is to be said, or is said; the client's half is awaited, for a time that runs from the writing on.
    Closing {
        until_ms: Option<u64>,
    },
    Over,
}

impl<U: Clone, M: PartialEq> Socket<U, M> {
    /// A connection that was accepted just now, by somebody who takes `window` batches at a time. `chance`: two numbers that
    /// nobody can guess.
    pub fn new(limits: SocketLimits, window: u16, chance: [u64; 2]) -> Self {
        Self {
            limits,
            connection: None,
            waiting: VecDeque::new(),
            peer: None,
            receipts: Receipts::new(window, limits.slow_socket_ms),
            asking: None,
            chance,
            operator_until_ms: None,
            stage: Stage::Open,
            effects: Vec::new(),
        }
    }

    /// Whether there is anything to do now.
    pub fn has_effects(&self) -> bool {
        !self.effects.is_empty()
    }

    /// What is to be done now, in order.
    pub fn effects(&mut self) -> Vec<Effect<U>> {
        std::mem::take(&mut self.effects)
    }

    /// The list of effects, performed and empty, to be used again.
    pub fn take_back(&mut self, performed: Vec<Effect<U>>) {
        if self.effects.is_empty() {
            self.effects = performed;
            self.effects.clear();
        }
    }

    /// The handshake is answered: from here on it is a WebSocket.
    pub fn upgraded(&mut self, now_ms: u64, subprotocol: Subprotocol) {
        self.connection = Some(Connection::new(subprotocol, &self.limits, now_ms));
    }

    /// The client sent these.
    pub fn heard(&mut self, now_ms: u64, payloads: impl IntoIterator<Item = Payload>) {
        if self.stage == Stage::Open {
            self.waiting.extend(payloads);
            self.take_waiting(now_ms);
        }
    }

    /// The client broke a rule of WebSocket, or was silent for too long.
    pub fn violated(&mut self, code: CloseCode) {
        self.close(code);
    }

    /// Nothing more will come; but an operator's answer may still have to go out.
    pub fn ended(&mut self) {
        if self.operator_until_ms.is_none() {
            self.stage = Stage::Over;
        }
    }

    /// The connection is of no use any more.
    pub fn lost(&mut self) {
        self.stage = Stage::Over;
    }

    /// The user has said who it is.
    pub fn admitted(&mut self, now_ms: u64, peer: Peer<U>) {
        // Too late once the goodbye is said, whose time is running: the user hears of the end, as it does of any. And what
        // was asked twice is answered twice.
        if self.stage != Stage::Open || self.asking.take().is_none() {
            return;
        }
        let Some(connection) = self.connection.as_mut() else { return };
        let again = connection.admitted();
        self.receipts.another_user();
        self.effects.push(Effect::Watch(peer.user.clone()));
        self.peer = Some(peer);
        for inbound in again {
            self.forward(inbound);
        }
        self.take_waiting(now_ms);
    }

    /// There is to be no user. Another `HELLO` may come, unless the connection ends with it: `chance` is for that one.
    pub fn refused(
        &mut self,
        now_ms: u64,
        reference: Option<u64>,
        error: WireError,
        close: Option<CloseCode>,
        chance: [u64; 2],
    ) {
        if self.stage != Stage::Open || self.asking.take().is_none() {
            return;
        }
        let Some(connection) = self.connection.as_mut() else { return };
        connection.refused();
        self.chance = chance;
        self.effects.push(Effect::Say(ServerFrame::Error { reference, error }));
        if let Some(code) = close {
            self.close(code);
        }
        self.take_waiting(now_ms);
    }

    /// From the user: these are for the client.
    pub fn deliver(&mut self, now_ms: u64, frames: OutFrames, answers: Vec<u64>) {
        if self.stage == Stage::Open {
            self.receipts.delivered(now_ms);
            self.effects.push(Effect::Deliver { frames, answers });
        }
    }

    /// The oldest batch that was not yet written is, with these answers among it.
    pub fn delivered(&mut self, now_ms: u64, answers: &[u64]) {
        if let Some(connection) = self.connection.as_mut() {
            connection.written(answers);
        }
        self.receipts.written();
        self.say_drained(now_ms);
    }

    /// Acknowledges what is written, if it is time to.
    fn say_drained(&mut self, now_ms: u64) {
        if self.stage == Stage::Open
            && let Some(peer) = &self.peer
            && let batches @ 1.. = self.receipts.due(now_ms)
        {
            self.effects.push(Effect::Drained { user: peer.user.clone(), batches });
        }
    }

    fn forward(&mut self, inbound: Inbound) {
        // Invariant: `Connection` forwards only what comes after `admitted`, which set the peer.
        let peer = self.peer.as_ref().expect("who has signed in has a user");
        let (user, drained) = (peer.user.clone(), self.receipts.take());
        self.effects.push(Effect::Forward { user, inbound, drained });
    }

    /// Says goodbye. It is read on until the client has answered, so that a healthy connection ends by itself.
    pub fn close(&mut self, code: CloseCode) {
        if self.stage != Stage::Open {
            return;
        }
        if self.connection.is_none() {
            // Not a WebSocket yet: there is nothing to say goodbye in.
            self.stage = Stage::Over;
            return;
        }
        self.stage = Stage::Closing { until_ms: None };
        self.effects.push(Effect::Goodbye(code));
    }

    /// The goodbye is written; how long the client may take to answer it runs from now.
    pub fn goodbye_written(&mut self, now_ms: u64) {
        if self.stage == (Stage::Closing { until_ms: None }) {
            self.stage = Stage::Closing { until_ms: Some(now_ms.saturating_add(self.limits.close_timeout_ms)) };
        }
    }

    /// Somebody is doing what an operator asked for over this connection, and will say how it went.
    pub fn operator_awaited(&mut self, now_ms: u64) {
        self.operator_until_ms = Some(now_ms.saturating_add(self.limits.request_timeout_ms));
    }

    /// Lets happen what is due. `manager` looks up the user manager that there is now.
    pub fn tick(&mut self, now_ms: u64, manager: impl FnOnce() -> Option<M>) {
        match self.stage {
            Stage::Closing { until_ms } if until_ms.is_some_and(|until| until <= now_ms) => self.stage = Stage::Over,
            Stage::Open if self.operator_until_ms.is_some_and(|until| until <= now_ms) => self.stage = Stage::Over,
            Stage::Open => {
                self.say_drained(now_ms);
                self.look(now_ms, manager);
            }
            Stage::Closing { .. } | Stage::Over => {}
        }
    }

    /// When [`Self::tick`] has something to do, in Unix milliseconds.
    pub fn due_ms(&self) -> Option<u64> {
        match self.stage {
            Stage::Open => {
                let receipts_ms = self.peer.as_ref().and_then(|_| self.receipts.next_deadline());
                let asking_ms = self.asking.as_ref().map(Asking::due_ms);
                [self.operator_until_ms, asking_ms, receipts_ms].into_iter().flatten().min()
            }
            Stage::Closing { until_ms } => until_ms,
            Stage::Over => None,
        }
    }

    /// Hands in what has arrived, up to the next `HELLO`.
    fn take_waiting(&mut self, now_ms: u64) {
        while self.stage == Stage::Open
            && let Some(connection) = self.connection.as_mut().filter(|connection| !connection.awaits_user())
            && let Some(payload) = self.waiting.pop_front()
        {
            match connection.take(now_ms, &payload) {
                Some(step @ (Step::SignIn { .. } | Step::Return)) => self.ask(now_ms, step),
                Some(Step::Forward(inbound)) => self.forward(inbound),
                Some(Step::Answer(frame)) => self.effects.push(Effect::Say(frame)),
                Some(Step::Close(code)) => self.close(code),
                None => {}
            }
        }
        if self.waiting.is_empty() {
            // An idle connection keeps no buffer.
            self.waiting = VecDeque::new();
        }
    }

    /// Whether it may be read from: what was read before is dealt with, or nobody looks at it any more.
    pub fn reads_on(&self) -> bool {
        match self.stage {
            Stage::Open => !self.connection.as_ref().is_some_and(Connection::awaits_user),
            Stage::Closing { .. } | Stage::Over => true,
        }
    }

    /// Whether the user has said who it is.
    pub fn signed_in(&self) -> bool {
        self.connection.as_ref().is_some_and(Connection::signed_in)
    }

    /// Whether no goodbye was said. After it the client needs no answer to a ping, or to a goodbye of its own.
    pub fn is_open(&self) -> bool {
        self.stage == Stage::Open
    }

    /// Whether the connection is to be let go.
    pub fn is_over(&self) -> bool {
        self.stage == Stage::Over
    }

    /// In which form frames travel.
    pub fn subprotocol(&self) -> Subprotocol {
        self.connection.as_ref().map_or(Subprotocol::Json, Connection::subprotocol)
    }

    /// How many batches the user may have under way: what the user manager is told with a question.
    pub fn window(&self) -> u16 {
        self.receipts.window()
    }

    /// Whose connection it is.
    pub fn peer(&self) -> Option<&Peer<U>> {
        self.peer.as_ref()
    }

    /// Who this is, for the log. `room`: where its user is.
    pub fn name(&self, room: Option<&RoomId>) -> String {
        let who = match &self.peer {
            Some(peer) => format!("user {} ({})", peer.uid, peer.user_name),
            None => "nobody yet".to_owned(),
        };
        match room {
            Some(room_id) => format!("socket of {who} in room {room_id}"),
            None => format!("socket of {who}"),
        }
    }
}
