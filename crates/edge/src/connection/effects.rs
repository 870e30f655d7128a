//! EDGE, connection: what the twin wants, carried out.

use std::cell::Cell;

use log::debug;
use umbra::process::messages::{FromSocket, UserMessage};
use umbra::process::sign_in;
use umbra_machine::socket::Effect;
use umbra_otp::{Handle, ProcessId};
use umbra_websocket::outbound;

use super::Connection;
use crate::node;
use crate::outlet::Mark;

thread_local! {
    static SPARE: Cell<Vec<Effect<Handle<UserMessage>>>> = const { Cell::new(Vec::new()) };
}

impl Connection {
    /// Whether there was anything.
    pub(super) fn perform(&mut self, now_ms: u64) -> bool {
        let any = self.twin.has_effects();
        while self.twin.has_effects() {
            let mut effects = self.twin.effects();
            for effect in effects.drain(..) {
                self.perform_one(now_ms, effect);
            }
            self.twin.take_back(effects);
        }
        any
    }

    /// At the beginning of a turn: the list is the thread's, since an idle connection has nothing in it.
    pub(super) fn lend_effects(&mut self) {
        self.twin.take_back(SPARE.take());
    }

    /// At the end of a turn, everything being performed.
    pub(super) fn return_effects(&mut self) {
        SPARE.set(self.twin.effects());
    }

    fn perform_one(&mut self, now_ms: u64, effect: Effect<Handle<UserMessage>>) {
        match effect {
            Effect::Ask(question) => {
                let manager = self.site.neighbours.user_manager();
                let asked = manager.filter(|manager| {
                    let message = sign_in::ask(question, node::handle(self.life.id()), &self.twin);
                    self.site.neighbours.send(manager, &message)
                });
                self.twin.asked(now_ms, asked.as_ref().map(ProcessId::of));
            }
            Effect::Watch(user) => self.watch(now_ms, &user),
            Effect::Forward { user, inbound, drained } => {
                self.tell(&user, FromSocket::Inbound { socket: self.key(), inbound: Box::new(inbound), drained });
            }
            Effect::Drained { user, batches } => {
                self.tell(&user, FromSocket::Drained { socket: self.key(), batches });
            }
            Effect::Say(frame) => {
                let subprotocol = self.twin.subprotocol();
                self.outlet.say(|bytes| outbound::server_frame(bytes, subprotocol, &frame));
            }
            Effect::Deliver { frames, answers } => {
                self.outlet.say(|bytes| outbound::frames(bytes, &frames));
                self.outlet.mark(Mark::Batch(answers));
            }
            Effect::Goodbye(code) => {
                debug!("{} is closed: {} {}", self.name(), code.code(), code.reason());
                self.outlet.say(|bytes| outbound::close(bytes, code));
                self.outlet.mark(Mark::Goodbye);
            }
        }
    }

    fn tell(&self, user: &Handle<UserMessage>, said: FromSocket) {
        self.site.neighbours.send(user, &UserMessage::Socket(said));
    }
}
