//! What a room is asked and has not looked at: in a room whose members act in the same instant it waits for what others are about to
//! send, so that members hear of all of it in one message. When it is time is decided by [`Pace`].

use std::time::Duration;

use umbra_machine::journal::INPUTS_KEPT;
use umbra_machine::pace::{Go, Pace};
use umbra_otp::{Epoch, Inbox, Timer, now_ms};

use super::Spoken;
use crate::process::messages::RoomMessage;

/// Inputs in the order in which they came.
pub(super) struct Waiting {
    pace: Pace,
    timer: Timer,
    /// What waits has its token.
    paid: bool,
    parts: Vec<Spoken>,
}

impl Waiting {
    /// Nothing waits; `pace_ms` is the setting `room_pace_ms`.
    pub fn new(pace_ms: u64) -> Self {
        Self { pace: Pace::new(pace_ms, now_ms()), timer: Timer::new(), paid: false, parts: Vec::new() }
    }

    /// Lets one more wait. Gives back all of them if it is time already.
    pub fn add(&mut self, mut part: Spoken, inbox: &Inbox<RoomMessage>) -> Vec<Spoken> {
        let now_ms = part.at_ms;
        // What has come later is not earlier, whatever the clock says.
        part.at_ms = self.parts.last().map_or(now_ms, |before| before.at_ms.max(now_ms));
        let first = self.parts.is_empty();
        self.parts.push(part);
        if self.parts.len() >= INPUTS_KEPT {
            return self.take();
        }
        if first {
            let goes = self.pace.goes(now_ms);
            self.paid = !matches!(goes, Go::InMs(_));
            match goes {
                Go::Now => return self.take(),
                Go::AfterOthers => self.timer.arm_at_once(inbox, RoomMessage::Paced),
                Go::InMs(wait_ms) => self.timer.arm(inbox, Duration::from_millis(wait_ms), RoomMessage::Paced),
            }
        }
        Vec::new()
    }

    /// All that wait, when their time has come: not for a ring that was for others, who have left before.
    pub fn rang(&mut self, epoch: Epoch) -> Vec<Spoken> {
        if self.timer.fired(epoch) { self.take() } else { Vec::new() }
    }

    /// All that wait, before their time: something else has come, which is not to overtake them.
    pub fn take(&mut self) -> Vec<Spoken> {
        let parts = std::mem::take(&mut self.parts);
        if let Some(last) = parts.last() {
            if !std::mem::take(&mut self.paid) {
                self.pace.spend(now_ms());
            }
            self.pace.went(last.at_ms, parts.len());
        }
        parts
    }
}
