//! The live socket as the session sees it: what waits for it, and the batches under way.
//!
//! The socket says how many batches it has written. While as many are under way as it takes at a time (its window), or as
//! many bytes as may be, everything collects here. That one rule is the backpressure (a slow client fills this bounded
//! queue, not a mailbox), the batching (what waited leaves together), and the place where "too slow" is decided: by the
//! oldest batch under way.

use std::collections::VecDeque;

use umbra_protocol::{EncodedEvent, ServerFrame, Subprotocol, encode_server_binary, encode_server_json};

use super::outbox::Outbox;
use super::{Attach, OutFrame, OutFrames, SessionLimits, SocketKey};
use crate::receipts::ONE_AT_A_TIME;

/// Bytes under way past which nothing more is handed over, whatever the window; so that a slow client is noticed by
/// batches that do not drain. The last message may go beyond it.
const UNDER_WAY_BYTES_MAX: usize = 64 * 1024;
/// Messages of a batch for which memory is taken beforehand; for more it grows.
const FRAMES_RESERVED_MAX: usize = 16;

/// A connection that frames can be handed to.
pub(super) struct Line {
    socket: SocketKey,
    subprotocol: Subprotocol,
    /// Set with the reply to `HELLO`: before it, nothing else may be said.
    greeted: bool,
    /// A `ref` that was sent again on this connection before the greeting, while it was under way.
    owed: Option<u64>,
    queue: VecDeque<Waiting>,
    /// Bytes of the frames in `queue`; events are counted by the outbox.
    frame_bytes: usize,
    /// The batches that are not acknowledged, the oldest first.
    under_way: VecDeque<UnderWay>,
    under_way_bytes: usize,
    /// How many batches may be under way.
    window: usize,
    slow_socket_ms: u64,
    frames_max: usize,
    bytes_max: usize,
}

enum Waiting {
    /// An event, by its number: the outbox has it.
    Event(u64),
    /// Anything else; a reply with its `ref`.
    Frame(Vec<u8>, Option<u64>),
}

struct UnderWay {
    since_ms: u64,
    bytes: usize,
}

/// What may be handed to the socket at once.
pub(super) struct Batch {
    pub frames: OutFrames,
    /// The `ref`s that are answered in it.
    pub answers: Vec<u64>,
}

impl Line {
    pub fn new(attach: &Attach, limits: &SessionLimits) -> Self {
        Self {
            socket: attach.socket,
            subprotocol: attach.subprotocol,
            greeted: false,
            owed: None,
            queue: VecDeque::new(),
            frame_bytes: 0,
            under_way: VecDeque::new(),
            under_way_bytes: 0,
            window: usize::from(attach.window.max(ONE_AT_A_TIME)),
            slow_socket_ms: limits.slow_socket_ms,
            frames_max: limits.history_events_max,
            bytes_max: limits.history_bytes_max,
        }
    }

    pub fn socket(&self) -> SocketKey {
        self.socket
    }

    pub fn greeted(&self) -> bool {
        self.greeted
    }

    /// The answer to this `ref`, when it comes, is for this connection too.
    pub fn owe(&mut self, reference: u64) {
        self.owed = Some(reference);
    }

    pub fn owes(&self, reference: u64) -> bool {
        self.owed == Some(reference)
    }

    /// Goes on after the user's process died: every event there is, and then what was answered early.
    pub fn go_on(&mut self, outbox: &Outbox) {
        self.greeted = true;
        let early = std::mem::take(&mut self.queue);
        self.queue.extend((1..=outbox.last_seq()).map(Waiting::Event));
        self.queue.extend(early);
    }

    /// The reply to `HELLO`, every event from `from_seq` on, and then what was answered early.
    pub fn greet(&mut self, hello: &ServerFrame, outbox: &Outbox, from_seq: u64) {
        self.greeted = true;
        let early = std::mem::take(&mut self.queue);
        self.queue_frame(hello);
        self.queue.extend((from_seq..=outbox.last_seq()).map(Waiting::Event));
        self.queue.extend(early);
    }

    pub fn queue_event(&mut self, seq: u64) {
        self.queue.push_back(Waiting::Event(seq));
    }

    pub fn queue_frame(&mut self, frame: &ServerFrame) {
        let reference = match frame {
            ServerFrame::Ok { reference, body: _ } | ServerFrame::Error { reference, error: _ } => *reference,
            ServerFrame::Event { .. } | ServerFrame::Control(_) => None,
        };
        let frame = self.encode(frame);
        self.frame_bytes += frame.len();
        self.queue.push_back(Waiting::Frame(frame, reference));
    }

    fn encode(&self, frame: &ServerFrame) -> Vec<u8> {
        match self.subprotocol {
            Subprotocol::Json => encode_server_json(frame).into_bytes(),
            Subprotocol::Bincode => encode_server_binary(frame),
        }
    }

    /// A batch of this frame alone.
    pub fn alone(&self, frame: &ServerFrame) -> OutFrames {
        let (subprotocol, content) = (self.subprotocol, &self.encode(frame)[..]);
        [OutFrame { subprotocol, content }].into_iter().collect()
    }

    /// Whether more waits than may wait, or an event that waits is no longer kept.
    pub fn overflows(&self, outbox: &Outbox) -> bool {
        let lost = |waiting: &Waiting| matches!(waiting, Waiting::Event(seq) if outbox.get(*seq).is_none());
        // One frame may be larger than the limit: it is under way, or next, and then gone.
        let too_many = self.queue.len() > self.frames_max && self.busy();
        let too_large = self.frame_bytes > self.bytes_max && self.queue.len() > 1 && self.busy();
        too_many || too_large || self.first_event().is_some_and(lost)
    }

    fn busy(&self) -> bool {
        !self.greeted || self.under_way.len() >= self.window || self.under_way_bytes >= UNDER_WAY_BYTES_MAX
    }

    fn first_event(&self) -> Option<&Waiting> {
        self.queue.iter().find(|waiting| matches!(waiting, Waiting::Event(_)))
    }

    /// A batch of the one event that waits, if that is all and it may be handed over: as [`Line::next_batch`], and nothing
    /// [overflows](Line::overflows) then. Most batches are this one.
    pub fn only_event(&mut self, now_ms: u64, outbox: &Outbox) -> Option<Batch> {
        let Some(Waiting::Event(seq)) = self.queue.front().filter(|_| self.queue.len() == 1 && !self.busy()) else {
            return None;
        };
        let (seq, event) = (*seq, outbox.get(*seq)?);
        self.queue.clear();
        let mut frames = OutFrames::with_capacity(1, event.bytes_len());
        let bytes = self.push_event(&mut frames, seq, event);
        self.hand_over(now_ms, bytes);
        Some(Batch { frames, answers: Vec::new() })
    }

    fn push_event(&self, frames: &mut OutFrames, seq: u64, event: &EncodedEvent) -> usize {
        frames.push_with(self.subprotocol, |frame| match self.subprotocol {
            Subprotocol::Json => event.write_json(seq, frame),
            Subprotocol::Bincode => event.write_binary(seq, frame),
        })
    }

    fn hand_over(&mut self, now_ms: u64, bytes: usize) {
        self.under_way_bytes += bytes;
        self.under_way.push_back(UnderWay { since_ms: now_ms, bytes });
    }

    /// What may be handed over now: nothing while as much is under way as may be.
    pub fn next_batch(&mut self, now_ms: u64, outbox: &Outbox) -> Option<Batch> {
        if self.busy() || self.queue.is_empty() {
            return None;
        }
        let (mut frames, mut answers, mut bytes) = (self.room_for_queue(outbox), Vec::new(), 0);
        while self.under_way_bytes + bytes < UNDER_WAY_BYTES_MAX
            && let Some(waiting) = self.queue.pop_front()
        {
            match waiting {
                Waiting::Event(seq) => {
                    if let Some(event) = outbox.get(seq) {
                        bytes += self.push_event(&mut frames, seq, event);
                    }
                }
                Waiting::Frame(frame, reference) => {
                    self.frame_bytes -= frame.len();
                    answers.extend(reference);
                    bytes += frame.len();
                    frames.push(OutFrame { subprotocol: self.subprotocol, content: &frame });
                }
            }
        }
        self.hand_over(now_ms, bytes);
        Some(Batch { frames, answers })
    }

    /// Memory for the next batch, taken once if it is one of the usual kind. An event counts in both encodings, which
    /// is more than one of them and its `seq`.
    fn room_for_queue(&self, outbox: &Outbox) -> OutFrames {
        let bytes_of = |waiting: &Waiting| match waiting {
            Waiting::Event(seq) => outbox.get(*seq).map_or(0, EncodedEvent::bytes_len),
            Waiting::Frame(frame, _) => frame.len(),
        };
        let first = self.queue.iter().take(FRAMES_RESERVED_MAX);
        OutFrames::with_capacity(first.len(), first.map(bytes_of).sum::<usize>().min(UNDER_WAY_BYTES_MAX))
    }

    /// The oldest so many batches are written.
    pub fn drained(&mut self, batches: u16) {
        let written = usize::from(batches).min(self.under_way.len());
        self.under_way_bytes -= self.under_way.drain(..written).map(|batch| batch.bytes).sum::<usize>();
    }

    /// The client has acknowledged events that still wait here: it cannot have seen them, but it says so.
    pub fn forget_events_up_to(&mut self, seq: u64) {
        self.queue.retain(|waiting| !matches!(waiting, Waiting::Event(waiting) if *waiting <= seq));
    }

    /// When the oldest batch under way has taken too long.
    pub fn slow_at_ms(&self) -> Option<u64> {
        self.under_way.front().map(|batch| batch.since_ms.saturating_add(self.slow_socket_ms))
    }
}
