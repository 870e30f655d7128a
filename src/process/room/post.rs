//! What a room has to say, collected until its twin is done with one input: each user then gets one message with all of
//! it, in order, and can hand it to its client in one write.

use umbra_otp::Handle;
use umbra_protocol::RoomId;

use crate::process::messages::{FromRoom, UserMessage};

/// Letters that have not left yet, by receiver.
#[derive(Default)]
pub(super) struct Post {
    letters: Vec<(Handle<UserMessage>, Vec<FromRoom>)>,
}

impl Post {
    /// Adds to what `user` will be told.
    pub fn add(&mut self, user: Handle<UserMessage>, word: FromRoom) {
        match self.letters.iter_mut().find(|(receiver, _)| *receiver == user) {
            Some((_, said)) => said.push(word),
            None => self.letters.push((user, vec![word])),
        }
    }

    /// Sends everything that input `n` has brought about.
    pub fn leave(&mut self, room_id: &RoomId, n: u64) {
        for (user, said) in self.letters.drain(..) {
            user.send(UserMessage::Room { room_id: room_id.clone(), n, said });
        }
    }
}
