//! EDGE, connection: what other processes send.

use log::{debug, error};
use umbra::process::inspect::{Inspection, SocketUser};
use umbra::process::messages::{SignInAnswer, SocketMessage, ToSocket, UserMessage};
use umbra_machine::socket::Peer;
use umbra_otp::{Handle, ProcessId, foreign};
use umbra_runtime::{DataMessage, Environment as _};

use super::Connection;
use crate::random;

/// The user's process, whose end is to be told. The runtime can lose a monitor that is set in its target's last instant;
/// so after a while it is looked once more.
pub(super) struct Watch {
    id: u64,
    look_again_ms: Option<u64>,
}

/// Longer than a process takes from its last look at its signals to its end.
const LAST_INSTANT_MS: u64 = 1_000;

impl Watch {
    pub(super) fn id(&self) -> u64 {
        self.id
    }

    pub(super) fn due_ms(&self) -> Option<u64> {
        self.look_again_ms
    }
}

impl Connection {
    pub(super) fn mail(&mut self, now_ms: u64, message: &DataMessage) {
        if !foreign::is_message(message.tag) {
            return;
        }
        match foreign::decode(&message.buffer) {
            Ok(SocketMessage::User(to)) => self.user_says(now_ms, to),
            Ok(SocketMessage::SignIn(answer)) => self.sign_in_answered(now_ms, answer),
            Ok(SocketMessage::Operator(answer)) => self.reply(&answer),
            Ok(SocketMessage::Inspect(inspector)) => {
                // What came before it has had its effects.
                self.perform(now_ms);
                self.site.neighbours.send(&inspector, &self.inspection());
            }
            Ok(SocketMessage::Reader(_) | SocketMessage::Tick(_)) => {
                error!("{} got a message that only a connection of the guest has", self.name());
            }
            Err(why) => error!("{} got a garbled message: {why}", self.name()),
        }
    }

    fn user_says(&mut self, now_ms: u64, to: ToSocket) {
        match to {
            ToSocket::Deliver { frames, answers } => self.twin.deliver(now_ms, frames, answers),
            ToSocket::Close(code) => self.twin.close(code),
            ToSocket::Room(place) => self.place = place,
        }
    }

    fn sign_in_answered(&mut self, now_ms: u64, answer: SignInAnswer) {
        match answer {
            SignInAnswer::Admitted { uid, user_name, sid, user } => {
                self.twin.admitted(now_ms, Peer { uid, user_name, sid, user });
                debug!("{} signed in", self.name());
            }
            SignInAnswer::Refused { reference, error, close } => {
                debug!("a connection was refused: {}", error.message);
                self.twin.refused(now_ms, reference, error, close, [random(), random()]);
            }
        }
    }

    /// Is to be told of the end of the user's process.
    pub(super) fn watch(&mut self, now_ms: u64, user: &Handle<UserMessage>) {
        let id = ProcessId::of(user).0;
        let watched = self.life.monitor(id);
        self.watch = Some(Watch { id, look_again_ms: watched.then(|| now_ms.saturating_add(LAST_INSTANT_MS)) });
        if !watched {
            self.down(now_ms, id);
        }
    }

    pub(super) fn look_again(&mut self, now_ms: u64) {
        let Some(watch) = &mut self.watch else { return };
        if watch.look_again_ms.is_none_or(|at_ms| at_ms > now_ms) {
            return;
        }
        watch.look_again_ms = None;
        let id = watch.id;
        if self.site.neighbours.environment.get_process(id).is_none() {
            self.down(now_ms, id);
        }
    }

    pub(super) fn down(&mut self, now_ms: u64, id: u64) {
        if self.watch.take_if(|watch| watch.id == id).is_some() {
            debug!("{} has lost its user", self.name());
            self.twin.user_is_gone(now_ms);
        }
    }

    fn inspection(&self) -> Inspection {
        let user = self.twin.peer().map(|peer| SocketUser {
            uid: peer.uid.clone(),
            user_name: peer.user_name.clone(),
            user: ProcessId::of(&peer.user),
        });
        let monitors = usize::from(self.watch.is_some());
        Inspection::Socket { user, place: self.place.clone(), reader: None, monitors }
    }
}
