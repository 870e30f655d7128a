//! HOME, options: what a page begins a client with, as JSON.

use std::time::Duration;

use serde::Deserialize;
use umbra_client_core::{ANSWER_TIMEOUT, Machine, Saved};
use umbra_protocol::{Hello, Subprotocol};

/// Where to connect, as whom, and how. `session` comes before `token`, `token` before `userName`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// `ws://` or `wss://`, the address of the server's `/ws`.
    pub url: String,
    /// Sign in as a guest of this name.
    pub user_name: Option<String>,
    /// Sign in with a token of the game's own backend.
    pub token: Option<String>,
    /// Take up a session that an earlier page has left.
    pub session: Option<Saved>,
    /// How long the server may leave an action without an answer, in ms.
    pub answer_timeout_ms: Option<u64>,
}

impl Options {
    /// Reads them.
    ///
    /// # Errors
    /// A sentence about what is wrong.
    pub fn read(json: &str) -> Result<Self, String> {
        let options: Self =
            serde_json::from_str(json).map_err(|error| format!("the options cannot be read: {error}"))?;
        match options {
            Self { session: None, token: None, user_name: None, .. } => {
                Err("the options name nobody, expected `userName`, `token` or `session`".into())
            }
            options => Ok(options),
        }
    }

    /// The machine that they describe. `seed` draws its waits.
    pub fn machine(self, seed: u64) -> Machine {
        let machine = match self {
            Self { session: Some(saved), .. } => Machine::resume(saved, true, seed),
            Self { token: Some(token), .. } => Machine::new(Hello::Token { token }, true, seed),
            Self { user_name, .. } => {
                Machine::new(Hello::Guest { user_name: user_name.unwrap_or_default() }, true, seed)
            }
        };
        let answer_timeout = self.answer_timeout_ms.map_or(ANSWER_TIMEOUT, Duration::from_millis);
        machine.speaking(Subprotocol::Bincode).with_answer_timeout(answer_timeout)
    }
}
