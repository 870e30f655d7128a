//! MACHINE: what the server says, before and after the sign-in, and what follows from it.

use std::time::Duration;

use umbra_protocol::limits::INTEGER_MAX;
use umbra_protocol::{CloseCode, Control, ErrorCode, Event, HelloOk, OkBody, ServerFrame, WireError};

use super::liveness::Liveness;
use super::session::Place;
use super::{DRAIN_WAIT_MOST, Effect, Loss, Machine, Phase};
use crate::event::{ClientError, ClientEvent, Ending};

impl Machine {
    pub(super) fn greeting(&mut self, frame: ServerFrame, now: Duration) {
        match frame {
            ServerFrame::Ok { body: OkBody::Hello(ok), .. } => self.greeted(ok, now),
            ServerFrame::Error { error, .. } => self.greeting_refused(error, now),
            ServerFrame::Control(control) => self.control(control),
            ServerFrame::Ok { .. } | ServerFrame::Event { .. } => {
                self.drop_and_retry(Loss::Unreadable("expected the answer to HELLO".into()), now);
            }
        }
    }

    fn greeted(&mut self, ok: Box<HelloOk>, now: Duration) {
        let Some(connection) = self.connection() else { return };
        if ok.epoch > INTEGER_MAX || ok.last_ref > INTEGER_MAX {
            return self.drop_and_retry(Loss::Unreadable(format!("a number past {INTEGER_MAX} in OK of HELLO")), now);
        }
        let continuity = self.session.greeted(&ok);
        let heartbeat = Duration::from_millis(ok.heartbeat_ms);
        let liveness = Liveness::new(now, heartbeat, self.session.last_seq(), self.answer_timeout);
        self.phase = Phase::Online { connection, liveness };
        self.was_online = true;
        self.drain_wait = None;
        self.tell(ClientEvent::Online { resumed: continuity.events });
        if !continuity.events {
            let room = ok.room.clone().map(Box::new);
            self.tell(ClientEvent::Sync { epoch: ok.epoch, room });
        }
        self.hello = Some(ok);
        if !continuity.actions {
            for reference in self.unanswered.take_sent() {
                self.effects.push_back(Effect::Answer { reference, result: Err(ClientError::Lost) });
            }
        }
        self.unanswered.send_again();
        self.pump(now);
    }

    fn greeting_refused(&mut self, error: WireError, now: Duration) {
        let passing = matches!(
            error.code,
            ErrorCode::ServerFull | ErrorCode::ServerDraining | ErrorCode::RateLimited | ErrorCode::Internal
        );
        if !(passing && self.was_online) {
            self.hang_up();
            return self.end(Ending::Refused(error));
        }
        let code = match error.code {
            ErrorCode::ServerFull => CloseCode::ServerFull,
            _ => CloseCode::GoingAway,
        };
        self.drop_and_retry(Loss::Closed(code.code()), now);
    }

    pub(super) fn online(&mut self, frame: ServerFrame, now: Duration) {
        match frame {
            ServerFrame::Event { seq, event } => self.event(seq, event, now),
            ServerFrame::Ok { reference: Some(reference), body } => self.answer(reference, Ok(body), now),
            ServerFrame::Error { reference: Some(reference), error } => {
                self.answer(reference, Err(ClientError::Refused(error)), now);
            }
            ServerFrame::Error { reference: None, error } => self.tell(ClientEvent::Misread(error)),
            ServerFrame::Ok { reference: None, .. } => {}
            ServerFrame::Control(control) => self.control(control),
        }
    }

    fn answer(&mut self, reference: u64, result: Result<OkBody, ClientError>, now: Duration) {
        // A stored reply may come a second time, when the action was sent again while the first was on its way.
        if self.unanswered.answer(reference) {
            self.session.answered(reference);
            self.stumbled = false;
            if let Phase::Online { liveness, .. } = &mut self.phase {
                liveness.answered(now, self.unanswered.any_under_way());
            }
            self.effects.push_back(Effect::Answer { reference, result });
            self.pump(now);
        }
    }

    fn event(&mut self, seq: u64, event: Event, now: Duration) {
        if let Event::Resync { epoch, .. } = &event
            && (*epoch > INTEGER_MAX || seq > INTEGER_MAX)
        {
            return self.drop_and_retry(Loss::Unreadable(format!("a number past {INTEGER_MAX} in RESYNC")), now);
        }
        if let Event::Resync { epoch, .. } = &event
            && *epoch != self.session.epoch()
        {
            if self.session.resync(*epoch, seq) {
                if let Phase::Online { liveness, .. } = &mut self.phase {
                    liveness.restart_acks();
                }
                // The user at the server's end is a new one; what was on its way to the old one may never have arrived.
                self.taken_in(told(seq, event), now);
                self.unanswered.send_again();
                self.pump(now);
            }
            return;
        }
        self.numbered(seq, told(seq, event), now);
    }

    pub(super) fn numbered(&mut self, seq: u64, event: ClientEvent, now: Duration) {
        match self.session.place(seq) {
            Place::Next => self.taken_in(event, now),
            Place::Duplicate => {}
            // Not to be healed on this connection; a resume asks for what is missing.
            Place::Gap => self.drop_and_retry(Loss::Cut, now),
        }
    }

    fn taken_in(&mut self, event: ClientEvent, now: Duration) {
        self.stumbled = false;
        self.tell(event);
        if let Phase::Online { liveness, .. } = &mut self.phase {
            liveness.event_taken_in(now);
        }
    }

    fn control(&mut self, control: Control) {
        match control {
            // That it was heard is all there is to it.
            Control::Pong { .. } => {}
            Control::Replaced => {
                self.hang_up();
                self.end(Ending::Replaced);
            }
            Control::ServerDraining { reconnect_after_ms } => {
                let reconnect_after = Duration::from_millis(reconnect_after_ms).min(DRAIN_WAIT_MOST);
                self.drain_wait = Some(reconnect_after);
                self.tell(ClientEvent::Draining { reconnect_after });
            }
        }
    }
}

fn told(seq: u64, event: Event) -> ClientEvent {
    match event {
        Event::Resync { epoch, room } => ClientEvent::Sync { epoch, room },
        event => ClientEvent::Event { seq, event },
    }
}
