//! Every room of this node: its handle, its line in the lobby, and which of them a quick join may try.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use umbra_protocol::{Phase, RoomId, RoomSummary};

use crate::room::RoomPlan;

/// Rooms in one answer to `ROOM_LIST`; of more, those that can be joined and are newest.
pub const ROOMS_LISTED_MAX: usize = 200;

/// Milliseconds for which a seat is spoken for after a quick join was sent to it: whoever has not come by then will not.
pub const PROMISE_MS: u64 = 5_000;

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
    /// Where a test wants the randomness of a new room to come from; an open room never has just that.
    pub seed: Option<u64>,
}

impl Wish {
    fn fits(&self, plan: &RoomPlan) -> bool {
        self.seed.is_none()
            && self.game == plan.game
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
    /// Until when seats are spoken for by quick joiners on their way, ascending.
    promised_until_ms: VecDeque<u64>,
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
        let entry = Entry { handle, number: self.rooms_made, summary: None, promised_until_ms: VecDeque::new(), plan };
        self.rooms.insert(entry.plan.room_id.clone(), entry);
    }

    /// How a room is reached.
    pub fn find(&self, room_id: &RoomId) -> Option<&H> {
        self.rooms.get(room_id).map(|entry| &entry.handle)
    }

    /// What a room was made from.
    pub fn plan(&self, room_id: &RoomId) -> Option<&RoomPlan> {
        self.rooms.get(room_id).map(|entry| &entry.plan)
    }

    /// A room is reached in another way from now on.
    pub fn replace(&mut self, room_id: &RoomId, handle: H) {
        if let Some(entry) = self.rooms.get_mut(room_id) {
            entry.handle = handle;
        }
    }

    /// A room tells what it is like now. Whoever has sat down since keeps one promise.
    pub fn update(&mut self, room_id: &RoomId, summary: Option<RoomSummary>) {
        if let Some(entry) = self.rooms.get_mut(room_id) {
            let before = entry.seats_taken();
            entry.summary = summary;
            let kept = usize::from(entry.seats_taken().saturating_sub(before)).min(entry.promised_until_ms.len());
            entry.promised_until_ms.drain(..kept);
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
        entries.sort_by_key(|entry| (!entry.can_be_joined(), std::cmp::Reverse(entry.number)));
        entries.into_iter().filter_map(|entry| entry.summary.clone()).take(ROOMS_LISTED_MAX).collect()
    }

    /// An open room that fits, the fullest first so that matches can start; a seat of it is spoken for.
    pub fn quick(&mut self, now_ms: u64, wish: &Wish, not: &[RoomId]) -> Option<(RoomId, &H)> {
        let fits = |id: &RoomId, entry: &Entry<H>| wish.fits(&entry.plan) && !not.contains(id);
        let fitting = self.rooms.iter_mut().filter(|(id, entry)| entry.can_be_joined() && fits(id, entry));
        let unpromised = fitting.filter_map(|(id, entry)| {
            entry.promised_until_ms.retain(|until| now_ms < *until);
            let left = usize::from(entry.free_seats()).checked_sub(entry.promised_until_ms.len() + 1)?;
            Some((left, id, entry))
        });
        let (_, id, entry) = unpromised.min_by_key(|(left, _, entry)| (*left, entry.number))?;
        entry.promised_until_ms.push_back(now_ms.saturating_add(PROMISE_MS));
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
    fn can_be_joined(&self) -> bool {
        self.summary.as_ref().is_some_and(|summary| summary.phase == Phase::Waiting) && self.free_seats() > 0
    }

    fn seats_taken(&self) -> u8 {
        self.summary.as_ref().map_or(0, |summary| summary.seats_taken)
    }

    fn free_seats(&self) -> u8 {
        self.plan.seats.saturating_sub(self.seats_taken())
    }
}
