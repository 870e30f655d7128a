//! What the journal knows of a user, and how a session goes on from it in another process.

use umbra_game::Catalog;
use umbra_protocol::Uid;

use super::replies::Replies;
use super::{Effect, Session, SessionLimits};
use crate::journal::{UserFacts, UserRecord};

/// Milliseconds for which a user that came back waits for the socket of its client, before it counts as offline.
const SOCKET_WAIT_MS: u64 = 1_000;

impl Session {
    /// A session that goes on in another process, at `now_ms`; its questions are numbered behind `ops`. Its socket, if there
    /// is one, attaches again; what was said to it and has not arrived is lost, so the client is told the present state.
    pub fn restored(
        now_ms: u64,
        uid: Uid,
        record: UserRecord,
        ops: u64,
        limits: SessionLimits,
        catalog: &'static Catalog,
    ) -> Self {
        let UserRecord { facts: UserFacts { user_name, sid, epoch, room }, answers } = record;
        let mut session = Self::new(uid, user_name, limits, catalog);
        session.sid = sid;
        // What happens from here on is of an epoch that the client has never heard of.
        session.outbox.restart(epoch + 1);
        session.replies = Replies::restored(answers);
        session.room = room;
        session.next_op = ops;
        session.unattended_until_ms = Some(now_ms.saturating_add(SOCKET_WAIT_MS));
        session
    }

    /// Nobody has come: whoever had a connection has none any more.
    pub(super) fn give_up_on_socket(&mut self, now_ms: u64) {
        if self.unattended_until_ms.take_if(|until_ms| *until_ms <= now_ms).is_some()
            && let Some(room_id) = self.room.clone()
        {
            self.effects.push(Effect::Offline { room_id });
        }
    }

    /// Sees to it that the journal knows, before anybody hears of what has changed.
    pub(super) fn keep_facts(&mut self) {
        // Somebody who has never signed in is nobody to come back as.
        if !self.sid.is_empty() && !self.kept.as_ref().is_some_and(|kept| self.are_facts(kept)) {
            let facts = self.facts();
            self.kept = Some(facts.clone());
            self.effects.insert(0, Effect::Keep { facts, answers: None });
        }
    }

    /// The journal is another one, which knows nothing of this user.
    pub(super) fn hand_in(&mut self) {
        if !self.sid.is_empty() {
            let facts = self.facts();
            self.kept = Some(facts.clone());
            self.effects.push(Effect::Keep { facts, answers: Some(self.replies.kept()) });
        }
    }

    /// Whether it is just as the journal was told. Asked after every input, so without a copy.
    fn are_facts(&self, kept: &UserFacts) -> bool {
        let UserFacts { user_name, sid, epoch, room } = kept;
        (user_name, sid, *epoch, room.as_ref()) == (&self.user_name, &self.sid, self.outbox.epoch, self.room.as_ref())
    }

    fn facts(&self) -> UserFacts {
        UserFacts {
            user_name: self.user_name.clone(),
            sid: self.sid.clone(),
            epoch: self.outbox.epoch,
            room: self.room.clone(),
        }
    }
}
