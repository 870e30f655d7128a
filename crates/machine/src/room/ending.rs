//! How a match ends: by its rules, or because everybody has left it alone.

use umbra_protocol::{Event, GameValue};

use super::Room;
use super::roster::Presence;

impl Room {
    pub(super) fn finish(&mut self, now_ms: u64, outcome: String) {
        let outcome = GameValue::trusted(outcome);
        self.play = None;
        self.last_outcome = Some(outcome.clone());
        self.outcome_travels_until_ms = now_ms.saturating_add(self.limits.request_timeout_ms);
        let leaves_at_ms = Some(now_ms.saturating_add(self.limits.result_grace_ms));
        for (_, player) in self.roster.players_mut() {
            player.ready = false;
            if !player.online() {
                player.presence = Presence::Offline { leaves_at_ms };
            }
        }
        self.tell_all(Event::GameOver { outcome });
        // An absent host could start no further match: somebody who is here takes over.
        if self.roster.host_is_missing()
            && self.roster.anybody_online()
            && let Some(uid) = self.roster.pass_host()
        {
            self.tell_all(Event::HostChanged { uid });
        }
    }

    /// Starts or stops the clock of a match that everybody has left alone.
    pub(super) fn watch_for_abandonment(&mut self, now_ms: u64) {
        let abandoned = !self.roster.anybody_online();
        if let Some(play) = self.play.as_mut() {
            let at_ms = now_ms.saturating_add(self.limits.abandon_ms);
            play.abandon_at_ms = abandoned.then(|| play.abandon_at_ms.unwrap_or(at_ms));
        }
    }

    pub(super) fn end_abandoned(&mut self, now_ms: u64) {
        if self.play.as_ref().and_then(|play| play.abandon_at_ms).is_some_and(|at| at <= now_ms) {
            self.finish_abandoned(now_ms);
        }
    }

    pub(super) fn finish_abandoned(&mut self, now_ms: u64) {
        if let Some(play) = self.play.as_ref() {
            let outcome = play.game.abandoned();
            self.finish(now_ms, outcome);
        }
    }
}
