//! The journal's twin: of every room, its last image and the inputs that came after it; of every user, its session.
//!
//! A room tells the journal of an input before it looks at it, and again when it has dealt with it, before anybody else
//! learns of the outcome. Inputs that it deals with in one go are one entry. So whatever moment a room dies in, what is
//! here tells how to go on:
//!
//! | the last entry is | then the room died | and the one brought back |
//! |---|---|---|
//! | done | before, while or after it told its members | tells them once more; they know what they have heard |
//! | several inputs, not done | looking at one of them, or was killed | begins each anew, alone and as a suspect |
//! | one input, not done, for the first time | looking at it, or was killed | looks at it again |
//! | the same again, or a suspect not done | of it, most likely | refuses it as poison, and goes on without it |
//!
//! `H` is how a user is reached.

mod replay;
mod users;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use umbra_protocol::{RoomId, Uid};

use crate::room::{Input, RoomImage, RoomPlan};
pub use replay::{Members, Replayed, replay, speaker};
use users::Users;
pub use users::{Answer, Answered, Origin, UserFacts, UserRecord};

/// Inputs after which a room should hand in an image, and inputs that one entry has at most: what is kept of a room, and
/// the time to bring it back, are bounded by twice this many inputs.
pub const INPUTS_KEPT: usize = 64;

/// What a room deals with in one go; its members hear of all of it or of nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry<H> {
    /// Counts the entries of the room, from 1.
    pub n: u64,
    /// Its inputs, in order; mostly one, never none.
    pub parts: Vec<Part<H>>,
    /// Whether a room has died with it under way, not alone: if one does again, it is poison.
    pub suspect: bool,
}

/// One input of a room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part<H> {
    /// When it came, Unix milliseconds; never before the one before it in the same entry.
    pub at_ms: u64,
    /// What.
    pub input: Input,
    /// From whom, when it came from a user.
    pub from: Option<H>,
    /// Which action of its client's it is, when it is one.
    pub origin: Option<Origin>,
}

/// A room between two inputs, and how its members are reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept<H> {
    /// The last input that is in it; 0 for a room just made.
    pub n: u64,
    /// The room.
    pub room: RoomImage,
    /// Everybody who is told of events.
    pub members: Vec<(Uid, H)>,
}

/// What a room needs to go on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recalled<H> {
    /// The room, some inputs ago.
    pub kept: Kept<H>,
    /// What came since, in order. The last may not have been told to anybody yet.
    pub entries: Vec<Entry<H>>,
    /// The input that the rules failed on twice; it comes after `entries` and is to be refused.
    pub poison: Option<Part<H>>,
    /// Inputs that were dealt with in one go, in which the room died. They come after `entries`; nobody has heard of any,
    /// and the journal does not have them any more: each is to be begun anew, as a [suspect](Entry::suspect).
    pub undone: Vec<Part<H>>,
}

/// Every room and every user of this node. `H` is how a user is reached, `R` how a room is.
pub struct Journal<H, R> {
    rooms: HashMap<RoomId, Record<H, R>>,
    users: Users<H>,
}

struct Record<H, R> {
    plan: RoomPlan,
    room: R,
    kept: Kept<H>,
    entries: Vec<Entry<H>>,
    /// The last entry that is done.
    done: u64,
    /// How often the room was recalled with its last entry not done.
    attempts: u32,
}

impl<H: Clone + PartialEq, R> Journal<H, R> {
    /// No rooms and no users.
    pub fn new() -> Self {
        Self { rooms: HashMap::new(), users: Users::new() }
    }

    /// A room's image: its first one makes it known, a later one replaces the inputs that are in it.
    pub fn keep(&mut self, plan: RoomPlan, room: R, kept: Kept<H>) {
        let record = Record { plan, room, done: kept.n, attempts: 0, entries: Vec::new(), kept };
        if let Some(before) = self.rooms.insert(record.plan.room_id.clone(), record)
            && let Some(record) = self.rooms.get_mut(&before.plan.room_id)
        {
            record.entries = before.entries.into_iter().filter(|entry| entry.n > record.kept.n).collect();
            record.done = record.done.max(before.done);
        }
    }

    /// A room is about to look at an entry. One that is not the next is dropped: its room is not the one that is known.
    pub fn append(&mut self, room_id: &RoomId, entry: Entry<H>) {
        if let Some(record) = self.rooms.get_mut(room_id).filter(|record| record.last() + 1 == entry.n) {
            record.attempts = u32::from(entry.suspect);
            record.entries.push(entry);
        }
    }

    /// A room has dealt with an entry, and so answered the actions that are in it; from here on others may learn of it.
    pub fn done(&mut self, room_id: &RoomId, n: u64, answered: impl IntoIterator<Item = Answered>) {
        if let Some(record) = self.rooms.get_mut(room_id) {
            record.done = record.done.max(n);
        }
        for answered in answered {
            self.users.answered(answered);
        }
    }

    /// A room is being brought back.
    pub fn recall(&mut self, room_id: &RoomId) -> Option<Recalled<H>> {
        let record = self.rooms.get_mut(room_id)?;
        let (mut poison, mut undone) = (None, Vec::new());
        if record.done < record.last() {
            record.attempts += 1;
            let alone = record.entries.last().is_some_and(|entry| entry.parts.len() == 1);
            if record.attempts > 1 || !alone {
                undone = record.entries.pop().map(|entry| entry.parts).unwrap_or_default();
                record.attempts = 0;
            }
            if alone {
                poison = undone.pop();
            }
        }
        Some(Recalled { kept: record.kept.clone(), entries: record.entries.clone(), poison, undone })
    }

    /// A room is over.
    pub fn forget(&mut self, room_id: &RoomId) {
        self.rooms.remove(room_id);
    }

    /// Every room's plan and where it was last, for a manager that starts anew.
    pub fn rooms(&self) -> impl Iterator<Item = (&RoomPlan, &R)> {
        self.rooms.values().map(|record| (&record.plan, &record.room))
    }

    /// One room's plan and where it was last, for a manager that does not know it.
    pub fn room(&self, room_id: &RoomId) -> Option<(&RoomPlan, &R)> {
        self.rooms.get(room_id).map(|record| (&record.plan, &record.room))
    }

    /// What a user says of itself, from its process `handle`; `answers` when this journal is new and the user is not.
    pub fn keep_user(&mut self, uid: Uid, handle: H, facts: UserFacts, answers: Option<Vec<Answer>>) {
        self.users.keep(uid, handle, facts, answers);
    }

    /// A user has another process from now on.
    pub fn move_user(&mut self, uid: &Uid, handle: H) {
        self.users.relocate(uid, handle);
    }

    /// A user is being brought back.
    pub fn recall_user(&self, uid: &Uid) -> Option<UserRecord> {
        self.users.recall(uid)
    }

    /// A user has ended, if `is_it` says that it is the one that is known.
    pub fn forget_user(&mut self, uid: &Uid, is_it: impl FnOnce(&H) -> bool) {
        self.users.forget(uid, is_it);
    }

    /// Every user and its process, for a manager that starts anew.
    pub fn users(&self) -> impl Iterator<Item = (&Uid, &H)> {
        self.users.iter()
    }
}

impl<H, R> Record<H, R> {
    fn last(&self) -> u64 {
        self.entries.last().map_or(self.kept.n, |entry| entry.n)
    }
}

impl<H: Clone + PartialEq, R> Default for Journal<H, R> {
    fn default() -> Self {
        Self::new()
    }
}
