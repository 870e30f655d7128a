//! What a room has to say, collected until its twin is done with all that it deals with in one go: each user then gets one message with all of
//! it, in order, and can hand it to its client in one write. Users who are told the same get one message that is encoded
//! once, which is what an event costs a large room.

use umbra_otp::{Handle, send_to_all};
use umbra_protocol::RoomId;

use crate::process::messages::{FromRoom, UserMessage};

/// Letters that have not left yet.
#[derive(Default)]
pub(super) struct Post {
    words: Vec<FromRoom>,
    letters: Vec<Letter>,
}

/// What one user is told: places in [`Post::words`].
struct Letter {
    to: Handle<UserMessage>,
    words: Vec<usize>,
}

impl Post {
    /// Adds to what `user` will be told.
    pub fn add(&mut self, user: Handle<UserMessage>, word: FromRoom) {
        self.add_for_all([user], word);
    }

    /// Adds to what each of `users` will be told.
    pub fn add_for_all(&mut self, users: impl IntoIterator<Item = Handle<UserMessage>>, word: FromRoom) {
        let place = self.words.len();
        self.words.push(word);
        for (expected, user) in users.into_iter().enumerate() {
            match self.letter_to(user, expected) {
                Some(letter) => letter.words.push(place),
                None => self.letters.push(Letter { to: user, words: vec![place] }),
            }
        }
    }

    /// Members are told in the same order each time, so the place to look first is where this one was before.
    fn letter_to(&mut self, user: Handle<UserMessage>, expected: usize) -> Option<&mut Letter> {
        let at = match self.letters.get(expected) {
            Some(letter) if letter.to == user => Some(expected),
            Some(_) | None => self.letters.iter().position(|letter| letter.to == user),
        };
        self.letters.get_mut(at?)
    }

    /// Sends everything that entry `n` has brought about.
    pub fn leave(&mut self, room_id: &RoomId, n: u64) {
        while let Some(first) = self.letters.first() {
            let words = first.words.clone();
            let said = words.iter().map(|place| self.words[*place].clone()).collect();
            let message = UserMessage::Room { room_id: room_id.clone(), n, said };
            send_to_all(self.letters.iter().filter(|letter| letter.words == words).map(|letter| letter.to), &message);
            self.letters.retain(|letter| letter.words != words);
        }
        self.words.clear();
    }
}
