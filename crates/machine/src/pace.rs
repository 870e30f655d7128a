//! TWINS, pace: when a room deals with what it is asked.
//!
//! Each time costs every member a message, whatever it is about. So a quiet room answers at once, and where members act in the
//! same instant, as those do who all wait for each other, an action waits for what others are about to send: no time at all on a
//! node with little to do, and as long as it takes on a busy one, where that saves most. Whoever would rather save on a node
//! with little to do, too, has a busy room wait by the clock: a token bucket.

/// How often in a row nobody waits.
pub const BURST: u64 = 4;

/// Actions that come within so many milliseconds of each other have come together.
const TOGETHER_MS: u64 = 1;

/// When an action is to be dealt with that nobody waits with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Go {
    /// Now: those before it came alone.
    Now,
    /// Once others have run who may be about to send another.
    AfterOthers,
    /// In so many milliseconds.
    InMs(u64),
}

/// A bucket that starts full and gets a token each so many milliseconds. Deterministic: the time is an argument.
#[derive(Clone, Debug)]
pub struct Pace {
    every_ms: u64,
    /// What has been saved up, as the time in which it came: a token is worth `every_ms`.
    saved_ms: u64,
    filled_at_ms: u64,
    /// When actions were dealt with last, and whether there were several.
    last_ms: Option<u64>,
    together: bool,
}

impl Pace {
    /// A full bucket; `every_ms` 0: nobody ever waits by the clock.
    pub fn new(every_ms: u64, now_ms: u64) -> Self {
        Self {
            every_ms,
            saved_ms: every_ms.saturating_mul(BURST),
            filled_at_ms: now_ms,
            last_ms: None,
            together: false,
        }
    }

    /// Takes a token, if there is one. Else it is time once there is one: in `every_ms` at most.
    pub fn goes(&mut self, now_ms: u64) -> Go {
        self.fill(now_ms);
        if self.saved_ms < self.every_ms {
            return Go::InMs(self.every_ms - self.saved_ms);
        }
        self.saved_ms -= self.every_ms;
        let close = self.last_ms.is_some_and(|last_ms| now_ms.saturating_sub(last_ms) <= TOGETHER_MS);
        if close || self.together { Go::AfterOthers } else { Go::Now }
    }

    /// So many actions are dealt with in one go.
    pub fn went(&mut self, now_ms: u64, actions: usize) {
        (self.last_ms, self.together) = (Some(now_ms), actions > 1);
    }

    /// It goes whether or not there is a token: what waited has waited long enough, or waits for nothing any more.
    pub fn spend(&mut self, now_ms: u64) {
        self.fill(now_ms);
        self.saved_ms = self.saved_ms.saturating_sub(self.every_ms);
    }

    /// A clock that went backwards has brought nothing and counts from where it is: nobody waits until it has caught up.
    fn fill(&mut self, now_ms: u64) {
        let passed_ms = now_ms.saturating_sub(self.filled_at_ms);
        self.saved_ms = self.saved_ms.saturating_add(passed_ms).min(self.every_ms.saturating_mul(BURST));
        self.filled_at_ms = now_ms;
    }
}
