//! BOTS, notebook: keeps each bot's session token, so that whoever comes after a bot that died is the same user.
//!
//! Nothing else is worth keeping: a session that is taken up without a place in its events is told the whole present state.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use umbra_otp::{Ack, Handle, Inbox, Incoming, names};

use crate::bot::BotMessage;

/// The registered name of the notebook.
const NOTEBOOK: &str = "notebook";

/// The notebook, unless it is just being restarted.
pub fn notebook() -> Option<Handle<NotebookMessage>> {
    names::whereis(NOTEBOOK)
}

/// What the notebook is started with.
#[derive(Debug, Serialize, Deserialize)]
pub struct NotebookArgs {
    /// To say that it is open.
    pub ack: Ack,
}

/// What the notebook can be told.
#[derive(Debug, Serialize, Deserialize)]
pub enum NotebookMessage {
    /// The bot's session, as of now; `None`: it has none any more.
    Keep {
        /// Which bot.
        number: u32,
        /// Its token.
        session: Option<String>,
    },
    /// What is kept of this bot? It is told [`BotMessage::Session`].
    Recall {
        /// Which bot.
        number: u32,
        /// Whom to tell.
        bot: Handle<BotMessage>,
    },
    /// End.
    Stop,
}

/// The process.
pub fn run(args: NotebookArgs, mut inbox: Inbox<NotebookMessage>) {
    names::register(NOTEBOOK, inbox.this());
    args.ack.started();
    let mut sessions: HashMap<u32, String> = HashMap::new();
    loop {
        match inbox.receive() {
            Incoming::Message(NotebookMessage::Keep { number, session: Some(session) }) => {
                sessions.insert(number, session);
            }
            Incoming::Message(NotebookMessage::Keep { number, session: None }) => drop(sessions.remove(&number)),
            Incoming::Message(NotebookMessage::Recall { number, bot }) => {
                bot.send(BotMessage::Session(sessions.get(&number).cloned()));
            }
            Incoming::Message(NotebookMessage::Stop) => return,
            Incoming::LinkDied(_) | Incoming::Down(_) => {}
            Incoming::Garbled(why) => lunatic_log::error!("the notebook got a garbled message: {why}"),
        }
    }
}
