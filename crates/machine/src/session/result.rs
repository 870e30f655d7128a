//! How a match ended, for whoever may not have heard: the connection can be gone before the server knows, and a match
//! that ends in between has the room let its player go at once. The session stays for a while, so that the one who comes
//! back is told.

use super::Session;

/// `GAME_OVER`, until the client says that it has it.
pub(super) struct MatchResult {
    seq: u64,
    /// While nobody is connected: how long it is kept for them.
    until_ms: Option<u64>,
}

impl MatchResult {
    /// Whether a client that has everything up to `seq` has it.
    pub fn is_among(&self, seq: u64) -> bool {
        self.seq <= seq
    }
}

impl Session {
    /// The event `seq` is the end of a match.
    pub(super) fn keep_result(&mut self, seq: u64) {
        self.result = Some(MatchResult { seq, until_ms: None });
    }

    /// The client has everything up to `seq`.
    pub(super) fn result_heard(&mut self, seq: u64) {
        self.result.take_if(|result| result.is_among(seq));
    }

    /// Nobody is connected any more, or somebody is again.
    pub(super) fn result_waits(&mut self, waits: bool) {
        let until_ms = waits.then(|| self.now_ms.saturating_add(self.limits.result_grace_ms));
        if let Some(result) = self.result.as_mut() {
            result.until_ms = until_ms;
        }
    }

    /// Until when somebody may come for it.
    pub(super) fn result_until_ms(&self) -> Option<u64> {
        self.result.as_ref().and_then(|result| result.until_ms)
    }

    /// Nobody came for it in time.
    pub(super) fn give_up_on_result(&mut self, now_ms: u64) {
        self.result.take_if(|result| result.until_ms.is_some_and(|until_ms| until_ms <= now_ms));
    }
}
