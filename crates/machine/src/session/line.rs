//! The live socket as the session sees it: what waits for it, and one batch under way.
//!
//! The socket says when it has written a batch; until then everything collects here. That one rule is the backpressure
//! (a slow client fills this bounded queue, not a mailbox), the batching (what waited leaves together), and the place
//! where "too slow" is decided.

use std::collections::VecDeque;

use umbra_protocol::{ServerFrame, Subprotocol, encode_server_binary, encode_server_json};

use super::outbox::Outbox;
use super::{OutFrame, SessionLimits, SocketKey};

/// Bytes of one batch; what is more waits for the next, so that a slow client is noticed by batches that do not drain.
const BATCH_BYTES_MAX: usize = 64 * 1024;

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
    under_way_since_ms: Option<u64>,
    slow_socket_ms: u64,
    frames_max: usize,
    bytes_max: usize,
}

enum Waiting {
    /// An event, by its number: the outbox has it.
    Event(u64),
    /// Anything else; a reply with its `ref`.
    Frame(OutFrame, Option<u64>),
}

/// What may be handed to the socket at once.
pub(super) struct Batch {
    pub frames: Vec<OutFrame>,
    /// The `ref`s that are answered in it.
    pub answers: Vec<u64>,
}

impl Line {
    pub fn new(socket: SocketKey, subprotocol: Subprotocol, limits: &SessionLimits) -> Self {
        Self {
            socket,
            subprotocol,
            greeted: false,
            owed: None,
            queue: VecDeque::new(),
            frame_bytes: 0,
            under_way_since_ms: None,
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

    pub fn encode(&self, frame: &ServerFrame) -> OutFrame {
        match self.subprotocol {
            Subprotocol::Json => OutFrame::Text(encode_server_json(frame)),
            Subprotocol::Bincode => OutFrame::Binary(encode_server_binary(frame)),
        }
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
        !self.greeted || self.under_way_since_ms.is_some()
    }

    fn first_event(&self) -> Option<&Waiting> {
        self.queue.iter().find(|waiting| matches!(waiting, Waiting::Event(_)))
    }

    /// What may be handed over now: nothing while a batch is under way.
    pub fn next_batch(&mut self, now_ms: u64, outbox: &Outbox) -> Option<Batch> {
        if !self.greeted || self.under_way_since_ms.is_some() || self.queue.is_empty() {
            return None;
        }
        let (mut frames, mut answers, mut bytes) = (Vec::new(), Vec::new(), 0);
        while bytes < BATCH_BYTES_MAX
            && let Some(waiting) = self.queue.pop_front()
        {
            let frame = match waiting {
                Waiting::Event(seq) => self.event_frame(outbox, seq),
                Waiting::Frame(frame, reference) => {
                    self.frame_bytes -= frame.len();
                    answers.extend(reference);
                    Some(frame)
                }
            };
            bytes += frame.as_ref().map_or(0, OutFrame::len);
            frames.extend(frame);
        }
        self.under_way_since_ms = Some(now_ms);
        Some(Batch { frames, answers })
    }

    fn event_frame(&self, outbox: &Outbox, seq: u64) -> Option<OutFrame> {
        let event = outbox.get(seq)?;
        Some(match self.subprotocol {
            Subprotocol::Json => OutFrame::Text(event.json_frame(seq)),
            Subprotocol::Bincode => OutFrame::Binary(event.binary_frame(seq)),
        })
    }

    pub fn drained(&mut self) {
        self.under_way_since_ms = None;
    }

    /// The client has acknowledged events that still wait here: it cannot have seen them, but it says so.
    pub fn forget_events_up_to(&mut self, seq: u64) {
        self.queue.retain(|waiting| !matches!(waiting, Waiting::Event(waiting) if *waiting <= seq));
    }

    /// When the batch under way has taken too long.
    pub fn slow_at_ms(&self) -> Option<u64> {
        self.under_way_since_ms.map(|since| since.saturating_add(self.slow_socket_ms))
    }
}

impl OutFrame {
    fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }
}
