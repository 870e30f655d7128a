//! The event history: numbered from 1 in each epoch, kept until acknowledged or until there are too many.

use std::collections::VecDeque;

use umbra_protocol::EncodedEvent;

/// Events of the present epoch that a client may still ask for.
pub(super) struct Outbox {
    /// 0 before the first reply to `HELLO`.
    pub epoch: u64,
    /// The `seq` of `events[0]`.
    first_seq: u64,
    events: VecDeque<EncodedEvent>,
    bytes: usize,
    events_max: usize,
    bytes_max: usize,
}

impl Outbox {
    pub fn new(events_max: usize, bytes_max: usize) -> Self {
        Self { epoch: 0, first_seq: 1, events: VecDeque::new(), bytes: 0, events_max, bytes_max }
    }

    /// Keeps `event`; the oldest go when there are too many. Says its `seq`.
    pub fn push(&mut self, event: EncodedEvent) -> u64 {
        self.bytes += event.bytes_len();
        self.events.push_back(event);
        while self.events.len() > self.events_max || (self.bytes > self.bytes_max && self.events.len() > 1) {
            self.drop_first();
        }
        self.last_seq()
    }

    /// The highest `seq` given so far; 0 when none was.
    pub fn last_seq(&self) -> u64 {
        self.first_seq + self.events.len() as u64 - 1
    }

    pub fn get(&self, seq: u64) -> Option<&EncodedEvent> {
        self.events.get(usize::try_from(seq.checked_sub(self.first_seq)?).ok()?)
    }

    /// The client has handled everything up to `seq`; a `seq` never given changes nothing.
    pub fn acknowledge(&mut self, seq: u64) {
        while self.first_seq <= seq && seq <= self.last_seq() && !self.events.is_empty() {
            self.drop_first();
        }
    }

    /// Whether every event after `seq` is still here.
    pub fn continues_after(&self, epoch: u64, seq: u64) -> bool {
        epoch == self.epoch && seq + 1 >= self.first_seq && seq <= self.last_seq()
    }

    /// Continuity ends: numbering starts again at 1 in `epoch`.
    pub fn restart(&mut self, epoch: u64) {
        *self = Self { epoch, ..Self::new(self.events_max, self.bytes_max) };
    }

    fn drop_first(&mut self) {
        if let Some(event) = self.events.pop_front() {
            self.bytes -= event.bytes_len();
            self.first_seq += 1;
        }
    }
}
