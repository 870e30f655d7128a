//! Towards the client: events are numbered and kept, and whatever is said goes out by the live socket, if there is one.

use umbra_protocol::{CloseCode, Control, EncodedEvent, Event, RoomId, ServerFrame};

use super::line::Batch;
use super::{Effect, Session, SocketKey};

/// The event that a match ends with: [`Event::GameOver`].
const ENDS_MATCH: &str = "GAME_OVER";

impl Session {
    pub(super) fn room_event(&mut self, room_id: &RoomId, event: EncodedEvent) {
        if self.parting.as_ref().is_some_and(|parting| parting.room_id == *room_id) {
            return;
        }
        if self.room.as_ref() != Some(room_id) {
            let text = format!("{} of room {room_id}, which this user is not in", event.id());
            return self.effects.push(Effect::Odd(text));
        }
        let ends_match = event.is(ENDS_MATCH);
        let seq = self.record(event);
        if ends_match {
            self.keep_result(seq);
        }
    }

    /// Numbers an event, keeps it, and queues it for the live socket.
    /// Says its number.
    pub(super) fn record(&mut self, event: EncodedEvent) -> u64 {
        let seq = self.outbox.push(event);
        if let Some(line) = self.line.as_mut().filter(|line| line.greeted()) {
            line.queue_event(seq);
        }
        seq
    }

    pub(super) fn record_own(&mut self, event: &Event) {
        self.record(EncodedEvent::new(event));
    }

    pub(super) fn send(&mut self, frame: &ServerFrame) {
        if let Some(line) = self.line.as_mut() {
            line.queue_frame(frame);
        }
    }

    pub(super) fn control(&mut self, control: Control) {
        self.send(&ServerFrame::Control(control));
    }

    /// Hands the socket what waits for it, unless it is still busy; gives it up when it is too slow.
    pub(super) fn flush(&mut self, now_ms: u64) {
        let Some(line) = self.line.as_mut() else {
            return;
        };
        let batch = match line.only_event(now_ms, &self.outbox) {
            None if line.overflows(&self.outbox) => return self.hang_up(CloseCode::TooSlow),
            None => line.next_batch(now_ms, &self.outbox),
            Some(batch) => Some(batch),
        };
        if let Some(Batch { frames, answers }) = batch {
            self.effects.push(Effect::Deliver { socket: line.socket(), frames, answers });
        }
    }

    pub(super) fn drained(&mut self, socket: SocketKey, batches: u16) {
        if let Some(line) = self.line.as_mut().filter(|line| line.socket() == socket) {
            line.drained(batches);
        }
    }

    /// Closes the live socket from this side; for the session it is lost from now on.
    pub(super) fn hang_up(&mut self, code: CloseCode) {
        if let Some(line) = self.line.as_ref() {
            let socket = line.socket();
            self.effects.push(Effect::Close { socket, code });
            self.socket_lost(socket);
        }
    }

    pub(super) fn socket_lost(&mut self, socket: SocketKey) {
        if self.line.as_ref().is_none_or(|line| line.socket() != socket) {
            // A former socket's late end: that one was taken over long ago.
            return;
        }
        self.line = None;
        self.result_waits(true);
        self.effects.push(Effect::Forget { socket });
        self.greeting = None;
        if let Some(room_id) = self.room.clone().filter(|_| !self.actions.joining()) {
            self.effects.push(Effect::Offline { room_id });
        }
    }
}
