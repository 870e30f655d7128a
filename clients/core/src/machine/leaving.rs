//! MACHINE: how a connection is lost, when the next one is due, and what ends the client for good.

use std::time::Duration;

use umbra_protocol::CloseCode;

use super::{Effect, GOOD_CONNECTION, Loss, Machine, Phase, SERVER_FULL_WAIT};
use crate::event::{ClientError, ClientEvent, Ending};

impl Machine {
    pub(super) fn hang_up(&mut self) {
        if let Some(connection) = self.connection() {
            self.effects.push_back(Effect::HangUp { connection, goodbye: false });
        }
    }

    pub(super) fn drop_and_retry(&mut self, loss: Loss, now: Duration) {
        if self.connection().is_some() {
            self.hang_up();
            self.let_go(loss, now);
        }
    }

    pub(super) fn let_go(&mut self, loss: Loss, now: Duration) {
        if let Phase::Online { liveness, .. } = &self.phase
            && now.saturating_sub(liveness.since()) >= GOOD_CONNECTION
        {
            self.backoff.reset();
        }
        if let Some(ending) = self.final_after(&loss) {
            return self.end(ending);
        }
        if let Loss::Unreadable(why) = &loss {
            self.stumble(why.clone());
        }
        let code = match loss {
            Loss::Closed(code) => Some(code),
            Loss::Unreachable(_) | Loss::Cut | Loss::Unreadable(_) => None,
        };
        let retry_in = self.reconnect.then(|| {
            let asked = match (self.drain_wait.take(), code) {
                (Some(wait), _) => wait,
                (None, Some(code)) if code == CloseCode::ServerFull.code() => SERVER_FULL_WAIT,
                (None, _) => Duration::ZERO,
            };
            asked + self.backoff.wait()
        });
        self.phase = Phase::Offline { retry_at: retry_in.map(|wait| now + wait) };
        self.tell(ClientEvent::Offline { code, retry_in });
    }

    /// Something unreadable ended the connection. Once may be chance; a second time with nothing taken in between would go on
    /// for ever, since the server says the same again: then the client asks for the whole state, and for no answer any more.
    fn stumble(&mut self, why: String) {
        self.tell(ClientEvent::Unreadable { why });
        if std::mem::replace(&mut self.stumbled, true) {
            self.session.forget_place();
            for reference in self.unanswered.take_sent() {
                self.effects.push_back(Effect::Answer { reference, result: Err(ClientError::Unreadable) });
            }
        }
    }

    /// Whether coming back is forbidden or useless.
    fn final_after(&self, loss: &Loss) -> Option<Ending> {
        match loss {
            Loss::Closed(code) if *code == CloseCode::Replaced.code() => Some(Ending::Replaced),
            Loss::Closed(code) => {
                // The last four are faults of this client: it would only repeat them.
                let forbidden = [
                    CloseCode::BadToken,
                    CloseCode::Kicked,
                    CloseCode::Protocol,
                    CloseCode::FrameType,
                    CloseCode::NotUtf8,
                    CloseCode::TooBig,
                ];
                let last = !self.was_online || forbidden.iter().any(|forbidden| forbidden.code() == *code);
                last.then_some(Ending::Code(*code))
            }
            Loss::Unreadable(why) => (!self.was_online).then(|| Ending::Unreadable(why.clone())),
            Loss::Unreachable(why) => (!self.was_online).then(|| Ending::Unreachable(why.clone())),
            Loss::Cut => (!self.was_online).then(|| Ending::Unreachable("the connection broke off".into())),
        }
    }

    pub(super) fn end(&mut self, ending: Ending) {
        if let Phase::Ended(_) = self.phase {
            return;
        }
        self.phase = Phase::Ended(ending.clone());
        for reference in self.unanswered.take_all() {
            let result = Err(ClientError::Closed(ending.clone()));
            self.effects.push_back(Effect::Answer { reference, result });
        }
        self.tell(ClientEvent::Closed(ending));
    }
}
