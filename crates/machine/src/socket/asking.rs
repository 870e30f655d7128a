//! The user manager is asked for the user of a connection, at its `HELLO` and when the user's process has died, and asked
//! again when it seems not to have heard. The user itself answers.

use umbra_protocol::{CloseCode, ErrorCode, ServerFrame, WireError};

use super::effect::{Effect, Question};
use super::{Peer, Socket, Stage};
use crate::connection::{Connection, Step};

/// A question to the user manager that waits for the user to speak.
#[derive(Clone, Debug)]
pub(super) struct Asking<M> {
    /// The user manager that was asked last; `None` when there was none.
    manager: Option<M>,
    asked_ms: u64,
    look_at_ms: u64,
    until_ms: u64,
}

/// How often it is looked whether there is another user manager than the one that was asked.
const LOOK_EVERY_MS: u64 = 100;
/// After this long without an answer the same one is asked again: the user may have died with it.
const ASK_AGAIN_MS: u64 = 1_000;

impl<M> Asking<M> {
    pub fn due_ms(&self) -> u64 {
        self.look_at_ms.min(self.until_ms)
    }
}

impl<U: Clone, M: PartialEq> Socket<U, M> {
    /// A question was put to this user manager; to none, if there was none just then.
    pub fn asked(&mut self, now_ms: u64, manager: Option<M>) {
        if let Some(asking) = self.asking.as_mut() {
            (asking.manager, asking.asked_ms) = (manager, now_ms);
        }
    }

    pub(super) fn ask(&mut self, now_ms: u64, step: Step) {
        let until_ms = now_ms.saturating_add(self.limits.request_timeout_ms);
        let look_at_ms = now_ms.saturating_add(LOOK_EVERY_MS);
        self.asking = Some(Asking { manager: None, asked_ms: now_ms, look_at_ms, until_ms });
        self.put(step);
    }

    fn put(&mut self, step: Step) {
        let question = match (step, &self.peer) {
            (Step::SignIn { reference, hello }, _) => Question::SignIn { reference, hello, chance: self.chance },
            (Step::Return, Some(Peer { uid, user_name, sid, user: _ })) => {
                Question::Return { uid: uid.clone(), user_name: user_name.clone(), sid: sid.clone() }
            }
            // Invariant: only `Connection::awaited` and a `HELLO` bring a step here, and who is orphaned had a user.
            (step @ (Step::Return | Step::Forward(_) | Step::Answer(_) | Step::Close(_)), _) => {
                unreachable!("{step:?} asks for nobody")
            }
        };
        self.effects.push(Effect::Ask(question));
    }

    /// Asks again whoever may not have heard; gives up when the time is up.
    pub(super) fn look(&mut self, now_ms: u64, manager: impl FnOnce() -> Option<M>) {
        let Some(asking) = self.asking.as_mut().filter(|asking| asking.due_ms() <= now_ms) else {
            return;
        };
        if asking.until_ms <= now_ms {
            return self.asked_in_vain();
        }
        asking.look_at_ms = now_ms.saturating_add(LOOK_EVERY_MS);
        let manager = manager();
        let another = manager.is_some() && manager != asking.manager;
        if (another || asking.asked_ms.saturating_add(ASK_AGAIN_MS) <= now_ms)
            && let Some(step) = self.connection.as_ref().and_then(Connection::awaited)
        {
            self.put(step);
        }
    }

    fn asked_in_vain(&mut self) {
        if self.peer.is_none() {
            let message = "the server did not answer HELLO in time, try again";
            let error = WireError::new(ErrorCode::Internal, message);
            self.effects.push(Effect::Say(ServerFrame::Error { reference: None, error }));
        }
        // One that was greeted is not told once more what it knows.
        self.close(CloseCode::Internal);
    }

    /// The user's process died. It never ends normally while it has a connection: so it comes back, and is asked for.
    pub fn user_is_gone(&mut self, now_ms: u64) {
        if self.peer.is_none() || self.stage != Stage::Open {
            return;
        }
        let Some(connection) = self.connection.as_mut() else { return };
        connection.user_lost();
        if let Some(step) = connection.awaited() {
            self.ask(now_ms, step);
        }
    }
}
