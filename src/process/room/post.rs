//! What a room has to say, collected until its twin is done with all that it deals with in one go: each user then gets one message with all of
//! it, in order, and can hand it to its client in one write. Users who are told the same get one message that is encoded
//! once, which is what an event costs a large room.

use std::{iter, mem};

use umbra_otp::{Handle, send_to_all};
use umbra_protocol::{PackedRoomId, RoomId};

use crate::process::messages::{FromRoom, RoomSays, UserMessage};

/// Letters that have not left yet.
pub(super) struct Post {
    /// Who writes them.
    room_id: PackedRoomId,
    words: Vec<FromRoom>,
    letters: Vec<Letter>,
}

/// What one user is told. It is kept for the next time, since the same users are told something again and again.
struct Letter {
    to: Handle<UserMessage>,
    /// Places in [`Post::words`].
    words: Vec<usize>,
}

impl Post {
    pub fn new(room_id: &RoomId) -> Self {
        // Invariant: the room manager makes the ids, of so many characters.
        let room_id = room_id.packed().expect("a room's id has 6 characters");
        Self { room_id, words: Vec::new(), letters: Vec::new() }
    }

    /// Adds to what `user` will be told.
    pub fn add(&mut self, user: Handle<UserMessage>, word: FromRoom) {
        let place = self.words.len();
        self.words.push(word);
        let at = self.letter_to(user);
        self.letters[at].words.push(place);
    }

    /// Adds to what each of `users` will be told.
    pub fn add_for_all(&mut self, users: impl IntoIterator<Item = Handle<UserMessage>>, word: FromRoom) {
        let place = self.words.len();
        self.words.push(word);
        for (expected, user) in users.into_iter().enumerate() {
            // They are told in the same order each time, so that each is where it was before.
            let mut at = expected;
            if self.letters.get(expected).is_none_or(|letter| letter.to != user) {
                at = self.letter_to(user);
                if expected < at {
                    self.letters.swap(expected, at);
                    at = expected;
                }
            }
            self.letters[at].words.push(place);
        }
    }

    /// The place of this user's letter, a new one if there is none.
    fn letter_to(&mut self, user: Handle<UserMessage>) -> usize {
        self.letters.iter().position(|letter| letter.to == user).unwrap_or_else(|| {
            self.letters.push(Letter { to: user, words: Vec::new() });
            self.letters.len() - 1
        })
    }

    /// Sends everything that entry `n` has brought about.
    pub fn leave(&mut self, n: u64) {
        // Whoever is told nothing is perhaps no member any more.
        self.letters.retain(|letter| !letter.words.is_empty());
        for at in 0..self.letters.len() {
            let mut words = mem::take(&mut self.letters[at].words);
            if words.is_empty() {
                // It has left with one before it.
                continue;
            }
            let message = RoomSays { room_id: self.room_id, n, words: &self.words, places: &words };
            let (first, others) = (self.letters[at].to, &mut self.letters[at + 1..]);
            let same = others.iter().filter(|letter| letter.words == words).map(|letter| letter.to);
            send_to_all(iter::once(first).chain(same), &message);
            others.iter_mut().filter(|letter| letter.words == words).for_each(|letter| letter.words.clear());
            words.clear();
            self.letters[at].words = words;
        }
        self.words.clear();
    }
}
