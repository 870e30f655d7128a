//! Members whose process died in game: the user manager is asked what becomes of each, until it is back or given up.

use umbra_otp::{Handle, ProcessId};
use umbra_protocol::Uid;

use crate::process::messages::{RoomMessage, UserManagerMessage};
use crate::process::user_manager;

/// Milliseconds after which the user manager is asked again: it may have died with the question.
const ASK_AGAIN_MS: u64 = 200;

/// Who is looked for.
#[derive(Default)]
pub(super) struct Search {
    missing: Vec<(Uid, ProcessId)>,
    ask_again_ms: u64,
}

impl Search {
    /// The process `dead` of a member has died.
    pub fn begin(&mut self, now_ms: u64, uid: Uid, dead: ProcessId, room: Handle<RoomMessage>) {
        self.found(&uid);
        self.missing.push((uid, dead));
        self.ask(now_ms, room);
    }

    /// A member is back, or gone.
    pub fn found(&mut self, uid: &Uid) {
        self.missing.retain(|(missing, _)| missing != uid);
    }

    /// When [`Search::ask_again`] is due, Unix milliseconds.
    pub fn next_deadline(&self) -> Option<u64> {
        (!self.missing.is_empty()).then_some(self.ask_again_ms)
    }

    /// Asks again, if it is time.
    pub fn ask_again(&mut self, now_ms: u64, room: Handle<RoomMessage>) {
        if self.next_deadline().is_some_and(|due_ms| due_ms <= now_ms) {
            self.ask(now_ms, room);
        }
    }

    fn ask(&mut self, now_ms: u64, room: Handle<RoomMessage>) {
        self.ask_again_ms = now_ms.saturating_add(ASK_AGAIN_MS);
        // Not there just now: the next time will do.
        if let Some(manager) = user_manager() {
            for (uid, dead) in &self.missing {
                manager.send(UserManagerMessage::Seek { uid: uid.clone(), dead: *dead, room });
            }
        }
    }
}
