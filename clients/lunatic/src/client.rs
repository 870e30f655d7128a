//! HOME: what a program holds of its client, and what it is begun with.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use umbra_client_core::{ANSWER_TIMEOUT, Saved};
use umbra_otp::{ChildTag, Handle, Inbox, ProcessLimits, SpawnError};
use umbra_protocol::{ClientMessage, Hello, Subprotocol};

use crate::messages::{ToSession, Told};
use crate::session::{self, SessionArgs};

/// Where to connect, as whom, and how.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Config {
    /// `ws://host[:port]/ws`.
    pub url: String,
    /// As whom.
    pub identity: Identity,
    /// How messages are encoded.
    pub subprotocol: Subprotocol,
    /// How long the server may leave an action without an answer, see [`ANSWER_TIMEOUT`].
    pub answer_timeout: Duration,
}

/// As whom to sign in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Identity {
    /// For the first time.
    New(Hello),
    /// Into a session that another client, or an earlier run, has left.
    Saved(Saved),
}

impl Config {
    /// A guest of that name, in bincode.
    pub fn guest(url: impl Into<String>, user_name: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            identity: Identity::New(Hello::Guest { user_name: user_name.into() }),
            subprotocol: Subprotocol::Bincode,
            answer_timeout: ANSWER_TIMEOUT,
        }
    }
}

/// A session with a server; may travel in messages. It ends with the program's process, however that ends, or by
/// [`Client::close`].
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Client {
    session: Handle<ToSession>,
    tag: ChildTag,
}

/// Two processes of one connection that grow with the largest message.
const LIMITS: ProcessLimits = ProcessLimits { memory_bytes: Some(64 * 1024 * 1024), may_spawn: true };

impl Client {
    /// Starts a session that is linked to the program, and connects. Everything is told to `inbox`.
    ///
    /// # Errors
    /// There is no process for it.
    pub fn start<M>(inbox: &mut Inbox<M>, config: Config) -> Result<Self, SpawnError>
    where
        M: From<Told> + Serialize + DeserializeOwned,
    {
        let args = SessionArgs { config, program: inbox.this() };
        let child = inbox.spawn_link(args, session::run::<M>, &LIMITS)?;
        Ok(Self { session: child.handle, tag: child.tag })
    }

    /// What [`Incoming::LinkDied`](umbra_otp::Incoming::LinkDied) calls it, should its process fail.
    pub fn tag(&self) -> ChildTag {
        self.tag
    }

    /// Asks for something. [`Told::Answer`] will carry `number`, which is the program's own. Nothing answers after
    /// [`ClientEvent::Closed`](umbra_client_core::ClientEvent::Closed).
    pub fn ask(&self, number: u64, message: ClientMessage) {
        self.session.send(ToSession::Ask { number, message });
    }

    /// Cuts the connection without a word, as a lost network would; for tests of exactly that.
    pub fn drop_connection(&self) {
        self.session.send(ToSession::Cut);
    }

    /// Connects now, without waiting for the time to come.
    pub fn reconnect(&self) {
        self.session.send(ToSession::Connect);
    }

    /// Says goodbye and ends; [`ClientEvent::Closed`](umbra_client_core::ClientEvent::Closed) is the last that is told.
    pub fn close(&self) {
        self.session.send(ToSession::Close);
    }
}
