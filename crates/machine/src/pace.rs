//! TWINS, pace: how often a room that is busy deals with what it is asked, as a token bucket.
//!
//! Each time costs every member a message, whatever it is about. So a quiet room answers at once, and a busy one lets a
//! few milliseconds' worth of actions come together and deals with them in one go.

/// How often in a row nobody waits.
pub const BURST: u64 = 4;

/// A bucket that starts full and gets a token each so many milliseconds. Deterministic: the time is an argument.
#[derive(Clone, Debug)]
pub struct Pace {
    every_ms: u64,
    /// What has been saved up, as the time in which it came: a token is worth `every_ms`.
    saved_ms: u64,
    filled_at_ms: u64,
}

impl Pace {
    /// A full bucket; `every_ms` 0: nobody ever waits.
    pub fn new(every_ms: u64, now_ms: u64) -> Self {
        Self { every_ms, saved_ms: every_ms.saturating_mul(BURST), filled_at_ms: now_ms }
    }

    /// Whether there is always a token.
    pub fn never_waits(&self) -> bool {
        self.every_ms == 0
    }

    /// Takes a token, if there is one: then it is time now. Else it is time once [`Pace::wait_ms`] have passed.
    pub fn goes(&mut self, now_ms: u64) -> bool {
        self.fill(now_ms);
        let goes = self.saved_ms >= self.every_ms;
        if goes {
            self.saved_ms -= self.every_ms;
        }
        goes
    }

    /// How long it takes from the last look at the clock until there is a token, milliseconds; `every_ms` at most.
    pub fn wait_ms(&self) -> u64 {
        self.every_ms.saturating_sub(self.saved_ms)
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
