//! The user manager is asked for the user of a connection, at its `HELLO` and when the user's process has died, and asked
//! again when it seems not to have heard. The user itself answers.

use std::time::Duration;

use umbra_machine::connection::{Connection, Step};
use umbra_machine::receipts::ONE_AT_A_TIME;
use umbra_machine::session::Attach;
use umbra_otp::{ProcessId, now_ms};

use super::{Peer, Socket, Stage};
use crate::log;
use crate::process::messages::{SocketMessage, UserManagerMessage};
use crate::process::user_manager;

/// A question to the user manager that waits for the user to speak.
#[derive(Clone, Copy)]
pub(super) struct Asking {
    /// The user manager that was asked last; `None` when there was none.
    manager: Option<ProcessId>,
    asked_ms: u64,
    until_ms: u64,
}

/// How often it is looked whether there is another user manager than the one that was asked.
const LOOK_EVERY_MS: u64 = 100;
/// After this long without an answer the same one is asked again: the user may have died with it.
const ASK_AGAIN_MS: u64 = 1_000;

impl Socket {
    /// The user's process died. It never ends normally while it has a connection: so it comes back, and is asked for.
    pub(super) fn user_is_gone(&mut self, id: ProcessId) {
        if self.peer.as_ref().is_none_or(|peer| ProcessId::of(&peer.user) != id) || self.stage != Stage::Open {
            return;
        }
        log::debug(|| format!("{} has lost its user", self.name()));
        let Some(connection) = self.connection.as_mut() else { return };
        connection.user_lost();
        if let Some(step) = connection.awaited() {
            self.perform(step);
        }
    }

    /// Asks the user manager for the user, who answers itself.
    pub(super) fn ask_for_user(&mut self, until_ms: u64, step: Step) {
        let manager = user_manager();
        self.asking = Some(Asking { manager: manager.as_ref().map(ProcessId::of), asked_ms: now_ms(), until_ms });
        self.timer.arm(&self.inbox, Duration::from_millis(LOOK_EVERY_MS), SocketMessage::Tick);
        let (Some(manager), socket, subprotocol) = (manager, self.inbox.this(), self.subprotocol()) else {
            return;
        };
        // This process is busy as long as it writes, so a second batch would only lie in its mailbox.
        let window = ONE_AT_A_TIME;
        match (step, &self.peer) {
            (Step::SignIn { reference, hello }, _) => {
                let chance = self.chance;
                manager.send(UserManagerMessage::SignIn { socket, subprotocol, window, reference, hello, chance });
            }
            (Step::Return, Some(Peer { uid, user_name, sid, user: _ })) => {
                let attach = Box::new(Attach::live(self.key(), subprotocol, window, user_name.clone(), sid.clone()));
                manager.send(UserManagerMessage::Return { uid: uid.clone(), socket, attach });
            }
            (Step::Return | Step::Forward(_) | Step::Answer(_) | Step::Close(_), _) => {
                lunatic_log::error!("{} has nobody to ask for", self.name());
            }
        }
    }

    /// Asks again whoever may not have heard; `true` when the time is up.
    pub(super) fn asked_in_vain(&mut self, asking: Asking) -> bool {
        let now_ms = now_ms();
        if asking.until_ms <= now_ms {
            return true;
        }
        let another = user_manager().is_some_and(|manager| Some(ProcessId::of(&manager)) != asking.manager);
        let step = self.connection.as_ref().and_then(Connection::awaited);
        match step.filter(|_| another || asking.asked_ms.saturating_add(ASK_AGAIN_MS) <= now_ms) {
            Some(step) => self.ask_for_user(asking.until_ms, step),
            None => self.timer.arm(&self.inbox, Duration::from_millis(LOOK_EVERY_MS), SocketMessage::Tick),
        }
        false
    }
}
