//! MACHINE: one live connection: is the server still there, and what has it to be told about events taken in.

use std::time::Duration;

/// How long an event may wait for some other message to carry its acknowledgement; then `PING` does it.
pub const ACK_DELAY: Duration = Duration::from_millis(500);
/// How many events may wait so; at this many `PING` does it at once. The server keeps every one of them until then.
pub const ACK_EVENTS_MAX: u64 = 32;

/// How long the server may leave actions without a single answer. It answers sooner whatever happens (its
/// `request_timeout_ms` is 5 seconds unless its operator says otherwise), so past this an action or its answer is taken for
/// lost, however alive the connection looks: the client comes back and sends again what has no answer.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);

/// Bounds of the heartbeat that a server may name, against a busy loop at one end and an overflow at the other.
const HEARTBEAT: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3600)];

/// What time means for a connection that is signed in.
#[derive(Debug)]
pub struct Liveness {
    since: Duration,
    heartbeat: Duration,
    heard_at: Duration,
    /// When a message went out that must be answered, if nothing was heard since then and for a heartbeat before.
    asked_at: Option<Duration>,
    acked: u64,
    unacked: u64,
    ack_at: Option<Duration>,
    answer_timeout: Duration,
    /// Until when the next answer must come; `None` while nothing is to be answered.
    answer_by: Option<Duration>,
}

impl Liveness {
    /// Signed in at `now`; the server has been told of everything up to `acked` by that.
    pub fn new(now: Duration, heartbeat: Duration, acked: u64, answer_timeout: Duration) -> Self {
        let heartbeat = heartbeat.clamp(HEARTBEAT[0], HEARTBEAT[1]);
        Self {
            since: now,
            heartbeat,
            heard_at: now,
            asked_at: None,
            acked,
            unacked: 0,
            ack_at: None,
            answer_timeout,
            answer_by: None,
        }
    }

    /// Since when.
    pub fn since(&self) -> Duration {
        self.since
    }

    /// Anything came in.
    pub fn heard(&mut self, now: Duration) {
        (self.heard_at, self.asked_at) = (now, None);
    }

    /// An event was taken in and waits for its acknowledgement.
    pub fn event_taken_in(&mut self, now: Duration) {
        self.unacked += 1;
        let at = if self.unacked >= ACK_EVENTS_MAX { now } else { now + ACK_DELAY };
        self.ack_at = Some(self.ack_at.map_or(at, |earlier| earlier.min(at)));
    }

    /// The numbering began again.
    pub fn restart_acks(&mut self) {
        (self.acked, self.unacked, self.ack_at) = (0, 0, None);
    }

    /// A message is about to go out; returns the `ack` it is to carry.
    pub fn transmitted(&mut self, now: Duration, last_seq: u64) -> Option<u64> {
        // Every message is answered, so whichever goes out first into the silence asks whether the server is there.
        if self.asked_at.is_none() && self.is_silent(now) {
            self.asked_at = Some(now);
        }
        (self.unacked, self.ack_at) = (0, None);
        let news = last_seq > self.acked;
        self.acked = last_seq;
        news.then_some(last_seq)
    }

    /// An action went out.
    pub fn asked(&mut self, now: Duration) {
        self.answer_by = self.answer_by.or(Some(now + self.answer_timeout));
    }

    /// An answer came; `more` are still to come. The server takes one action after the other, so each has its own time.
    pub fn answered(&mut self, now: Duration, more: bool) {
        self.answer_by = more.then(|| now + self.answer_timeout);
    }

    /// When [`Liveness::wants_ping`] or [`Liveness::is_dead`] becomes true by itself.
    pub fn deadline(&self) -> Duration {
        let silence = self.asked_at.unwrap_or(self.heard_at) + self.heartbeat;
        [self.ack_at, self.answer_by].into_iter().flatten().fold(silence, Duration::min)
    }

    /// Something must be said: an acknowledgement is due, or nothing was heard for a heartbeat.
    pub fn wants_ping(&self, now: Duration) -> bool {
        self.ack_at.is_some_and(|at| at <= now) || (self.asked_at.is_none() && self.is_silent(now))
    }

    /// Asked, and not a word for a heartbeat, or no answer to an action for its own time. Counted from the question and not
    /// from the silence before it: a program that was suspended finds a long silence that is not the server's fault.
    pub fn is_dead(&self, now: Duration) -> bool {
        self.asked_at.is_some_and(|at| now >= at + self.heartbeat) || self.answer_by.is_some_and(|by| now >= by)
    }

    fn is_silent(&self, now: Duration) -> bool {
        now >= self.heard_at + self.heartbeat
    }
}
