//! MACHINE: the actions that have no reply yet, by `ref`.

use std::collections::BTreeMap;

use umbra_protocol::limits::REPLIES_KEPT;
use umbra_protocol::{ClientMessage, ReplyKind};

/// Actions between [`crate::Machine::send`] and their reply; outlives connections.
///
/// Refs leave in order, so two marks say everything about what was sent: up to where on this connection, and up to where
/// on any.
#[derive(Debug, Default)]
pub struct Unanswered {
    waiting: BTreeMap<u64, ClientMessage>,
    sent_here: u64,
    sent_ever: u64,
}

impl Unanswered {
    /// Takes in an action. `reference` is higher than any before it.
    pub fn add(&mut self, reference: u64, message: ClientMessage) {
        self.waiting.insert(reference, message);
    }

    /// The next action to put on the wire, marked as sent.
    ///
    /// `None` also while as many are under way as the server keeps replies for: one more, and a lost connection could
    /// leave an action whose reply nobody has any longer.
    pub fn next_to_send(&mut self) -> Option<(u64, ClientMessage)> {
        if self.waiting.range(..=self.sent_here).count() >= REPLIES_KEPT {
            return None;
        }
        let (&reference, message) = self.waiting.range(self.sent_here + 1..).next()?;
        self.sent_here = reference;
        self.sent_ever = self.sent_ever.max(reference);
        Some((reference, message.clone()))
    }

    /// The reply came. False: nobody waits for it (it came once before).
    pub fn answer(&mut self, reference: u64) -> bool {
        self.waiting.remove(&reference).is_some()
    }

    /// Whether something that was sent on this connection has no reply yet.
    pub fn any_under_way(&self) -> bool {
        self.waiting.range(..=self.sent_here).next().is_some()
    }

    /// What form of `OK` answers this `ref`.
    pub fn expects(&self, reference: u64) -> ReplyKind {
        match self.waiting.get(&reference) {
            Some(ClientMessage::RoomList { .. }) => ReplyKind::Rooms,
            Some(
                ClientMessage::RoomCreate { .. } | ClientMessage::RoomJoin { .. } | ClientMessage::RoomQuickJoin { .. },
            ) => ReplyKind::Room,
            Some(
                ClientMessage::RoomLeave
                | ClientMessage::RoomReady { .. }
                | ClientMessage::RoomKick { .. }
                | ClientMessage::RoomDissolve
                | ClientMessage::GameStart
                | ClientMessage::ChatSend { .. }
                | ClientMessage::Hello(_)
                | ClientMessage::Ping { .. },
            ) => ReplyKind::Empty,
            // A reply that came before may come again; as an answer any body can be read, and then dropped.
            Some(ClientMessage::GameAction { .. }) | None => ReplyKind::Answer,
        }
    }

    /// Everything unanswered is to be sent once more, in order.
    pub fn send_again(&mut self) {
        self.sent_here = 0;
    }

    /// Gives up on what was ever sent: the session that would know about it is gone.
    pub fn take_sent(&mut self) -> Vec<u64> {
        let unsent = self.waiting.split_off(&(self.sent_ever + 1));
        std::mem::replace(&mut self.waiting, unsent).into_keys().collect()
    }

    /// Gives up on everything.
    pub fn take_all(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.waiting).into_keys().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holding(count: u64) -> Unanswered {
        let mut unanswered = Unanswered::default();
        for reference in 1..=count {
            unanswered.add(reference, ClientMessage::GameStart);
        }
        unanswered
    }

    #[test]
    fn no_more_are_under_way_than_the_server_keeps_replies_for() {
        let kept = REPLIES_KEPT as u64;
        let mut unanswered = holding(kept + 1);
        for reference in 1..=kept {
            assert_eq!(unanswered.next_to_send().map(|(sent, _)| sent), Some(reference));
        }
        assert_eq!(unanswered.next_to_send(), None, "one more than {kept} has to wait");
        assert!(unanswered.answer(1));
        assert_eq!(unanswered.next_to_send().map(|(sent, _)| sent), Some(kept + 1));
    }

    #[test]
    fn only_what_was_ever_sent_is_given_up_with_its_session() {
        let mut unanswered = holding(3);
        unanswered.next_to_send();
        unanswered.next_to_send();
        unanswered.send_again();
        assert_eq!(unanswered.take_sent(), [1, 2]);
        assert_eq!(unanswered.next_to_send().map(|(sent, _)| sent), Some(3));
    }
}
