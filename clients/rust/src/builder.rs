//! CLIENT: how to sign in, before there is a client.

use std::time::Duration;

use umbra_client_core::{ANSWER_TIMEOUT, ClientError, Machine, Saved};
use umbra_protocol::{Hello, Subprotocol};

use crate::client::Client;

/// Where to connect, as whom, and how. Made by [`Client::builder`].
#[derive(Clone, Debug)]
pub struct Builder {
    url: String,
    subprotocol: Subprotocol,
    identity: Identity,
    reconnect: bool,
    answer_timeout: Duration,
    seed: Option<u64>,
}

#[derive(Clone, Debug)]
enum Identity {
    New(Hello),
    Saved(Saved),
}

impl Builder {
    pub(crate) fn new(url: String) -> Self {
        let identity = Identity::New(Hello::Guest { user_name: "Guest".into() });
        let (subprotocol, answer_timeout) = (Subprotocol::Json, ANSWER_TIMEOUT);
        Self { url, subprotocol, identity, reconnect: true, answer_timeout, seed: None }
    }

    /// How messages are encoded; JSON unless told.
    pub fn subprotocol(mut self, subprotocol: Subprotocol) -> Self {
        self.subprotocol = subprotocol;
        self
    }

    /// Signs in as a guest of that name, 1 to 24 characters.
    pub fn name(mut self, user_name: impl Into<String>) -> Self {
        self.identity = Identity::New(Hello::Guest { user_name: user_name.into() });
        self
    }

    /// Signs in with a JWT of the game's own backend.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.identity = Identity::New(Hello::Token { token: token.into() });
        self
    }

    /// Takes up a session again that another client object, or an earlier run, has left.
    pub fn resume(mut self, saved: Saved) -> Self {
        self.identity = Identity::Saved(saved);
        self
    }

    /// Whether to come back by itself after a lost connection; on unless told. Off, [`Client::reconnect`] does it.
    pub fn auto_reconnect(mut self, reconnect: bool) -> Self {
        self.reconnect = reconnect;
        self
    }

    /// How long the server may leave actions without an answer before the connection is given up and everything unanswered
    /// is sent again on a new one; [`ANSWER_TIMEOUT`] unless told.
    pub fn answer_timeout(mut self, answer_timeout: Duration) -> Self {
        self.answer_timeout = answer_timeout;
        self
    }

    /// Makes the waits between attempts repeatable.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Connects and signs in. Must be called within a tokio runtime, which then carries the client's task.
    ///
    /// # Errors
    /// [`ClientError::Closed`] with the reason: the first attempt is not repeated.
    pub async fn connect(self) -> Result<Client, ClientError> {
        let seed = self.seed.unwrap_or_else(|| fastrand::Rng::new().u64(..));
        let machine = match self.identity {
            Identity::New(hello) => Machine::new(hello, self.reconnect, seed),
            Identity::Saved(saved) => Machine::resume(saved, self.reconnect, seed),
        };
        let machine = machine.with_answer_timeout(self.answer_timeout).speaking(self.subprotocol);
        Client::start(machine, self.url).await
    }
}
