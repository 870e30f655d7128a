//! Every room of this node: its handle, its line in the lobby, and which of them a quick join may try.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use umbra_protocol::{Phase, RoomId, RoomSummary};

use crate::room::RoomPlan;

/// Rooms in one answer to `ROOM_LIST`; of more, those that can be joined and are newest.
pub const ROOMS_LISTED_MAX: usize = 200;

/// What kind of room somebody wants, checked against the game.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// The game's name.
    pub game: String,
    /// How many seats a new room gets.
    pub seats: u8,
    /// Whether an open room may have another number of seats.
    pub any_seats: bool,
    /// The options a new room gets, as the game completed them.
    pub options: String,
    /// Whether an open room may have other options.
    pub any_options: bool,
}

impl Wish {
    fn fits(&self, plan: &RoomPlan) -> bool {
        self.game == plan.game
            && (self.any_seats || self.seats == plan.seats)
            && (self.any_options || self.options == plan.options)
    }
}

/// The registry of rooms. `H` is how a room is reached.
pub struct RoomDirectory<H> {
    rooms: BTreeMap<RoomId, Entry<H>>,
    rooms_max: usize,
    rooms_made: u64,
}

struct Entry<H> {
    handle: H,
    plan: RoomPlan,
    number: u64,
    /// As the room last told it; `None` while it is not to be listed.
    summary: Option<RoomSummary>,
    /// Seats that quick joiners are on their way to.
    promised: u8,
}

impl<H> RoomDirectory<H> {
    /// No rooms yet, and never more than `rooms_max`.
    pub fn new(rooms_max: usize) -> Self {
        Self { rooms: BTreeMap::new(), rooms_max, rooms_made: 0 }
    }

    /// Whether no further room can be made.
    pub fn full(&self) -> bool {
        self.rooms.len() >= self.rooms_max
    }

    /// A room id that no room has.
    pub fn free_id(&self, mut random: impl FnMut() -> u64) -> RoomId {
        loop {
            let id = RoomId::from_random(random());
            if !self.rooms.contains_key(&id) {
                return id;
            }
        }
    }

    /// Takes a new room in, unlisted until it says what it is like.
    pub fn insert(&mut self, plan: RoomPlan, handle: H) {
        self.rooms_made += 1;
        let entry = Entry { handle, number: self.rooms_made, summary: None, promised: 0, plan };
        self.rooms.insert(entry.plan.room_id.clone(), entry);
    }

    /// How a room is reached.
    pub fn find(&self, room_id: &RoomId) -> Option<&H> {
        self.rooms.get(room_id).map(|entry| &entry.handle)
    }

    /// A room tells what it is like now.
    pub fn update(&mut self, room_id: &RoomId, summary: Option<RoomSummary>) {
        if let Some(entry) = self.rooms.get_mut(room_id) {
            entry.summary = summary;
            entry.promised = 0;
        }
    }

    /// A room is no more. Forgetting it twice changes nothing.
    pub fn remove(&mut self, room_id: &RoomId) -> Option<H> {
        self.rooms.remove(room_id).map(|entry| entry.handle)
    }

    /// The public rooms, of one game if named: those that can be joined first, then the newest.
    pub fn list(&self, game: Option<&str>) -> Vec<RoomSummary> {
        let wanted = |summary: &&RoomSummary| game.is_none_or(|game| summary.game == game);
        let mut entries: Vec<_> =
            self.rooms.values().filter(|entry| entry.summary.iter().any(|s| wanted(&s))).collect();
        entries.sort_by_key(|entry| (!entry.open(), std::cmp::Reverse(entry.number)));
        entries.into_iter().filter_map(|entry| entry.summary.clone()).take(ROOMS_LISTED_MAX).collect()
    }

    /// An open room that fits, the fullest first so that matches can start; a seat of it is spoken for.
    pub fn quick(&mut self, wish: &Wish, not: &[RoomId]) -> Option<(RoomId, &H)> {
        let fits = |id: &RoomId, entry: &Entry<H>| entry.open() && wish.fits(&entry.plan) && !not.contains(id);
        let open = self.rooms.iter_mut().filter(|(id, entry)| fits(id, entry));
        let (id, entry) = open.min_by_key(|(_, entry)| (entry.free_seats(), entry.number))?;
        entry.promised = entry.promised.saturating_add(1);
        Some((id.clone(), &entry.handle))
    }

    /// How many rooms there are.
    pub fn len(&self) -> usize {
        self.rooms.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rooms.is_empty()
    }

    /// Every room and its handle, by id.
    pub fn iter(&self) -> impl Iterator<Item = (&RoomId, &H)> {
        self.rooms.iter().map(|(id, entry)| (id, &entry.handle))
    }
}

impl<H> Entry<H> {
    fn open(&self) -> bool {
        self.summary.as_ref().is_some_and(|summary| summary.phase == Phase::Waiting) && self.free_seats() > 0
    }

    fn free_seats(&self) -> u8 {
        let taken = self.summary.as_ref().map_or(u8::MAX, |summary| summary.seats_taken);
        self.plan.seats.saturating_sub(taken).saturating_sub(self.promised)
    }
}
