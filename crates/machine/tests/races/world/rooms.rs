//! The room manager and its rooms: real twins, and the part of their shells that says who is told what.

use std::collections::BTreeMap;

use umbra_game::Rules;
use umbra_machine::directory::RoomDirectory;
use umbra_machine::room::{Effect, Input, Room, RoomLimits, RoomPlan, To};
use umbra_machine::session::Ask;
use umbra_protocol::{EncodedEvent, ErrorCode, RoomId, Uid, WireError};

use super::Word;

/// Every room that there is.
pub struct Rooms {
    limits: RoomLimits,
    directory: RoomDirectory<()>,
    rooms: BTreeMap<RoomId, Place>,
    made: u64,
}

struct Place {
    room: Room,
    members: Vec<String>,
}

/// What one input of a room has brought about, for one user.
pub type Letter = (String, Vec<Word>);

impl Rooms {
    pub fn new(limits: RoomLimits) -> Self {
        Self { limits, directory: RoomDirectory::new(100), rooms: BTreeMap::new(), made: 0 }
    }

    /// The room manager's answer to anything but a list.
    pub fn answer(&mut self, now_ms: u64, name: &str, ask: Ask) -> Result<RoomId, WireError> {
        let (wish, private) = match ask {
            Ask::Find { room_id } => {
                let gone = WireError::new(ErrorCode::RoomNotFound, "there is no such room");
                return if self.rooms.contains_key(&room_id) { Ok(room_id) } else { Err(gone) };
            }
            Ask::Quick { wish, not } => match self.directory.quick(now_ms, &wish, &not) {
                Some((room_id, ())) => return Ok(room_id),
                None => (wish, false),
            },
            Ask::Create { wish, private } => (wish, private),
            Ask::List { .. } => panic!("nobody here looks at the list"),
        };
        self.made += 1;
        let room_id = self.directory.free_id(|| self.made);
        let creator = Uid(name.into());
        let (game, options, seats, seed) = (wish.game, wish.options, wish.seats, 7);
        let plan = RoomPlan { room_id: room_id.clone(), game, options, seats, private, creator, seed };
        let rules: &'static dyn Rules = super::CATALOG.get(&plan.game).expect("a game of the catalog");
        self.directory.insert(plan.clone(), ());
        let room = Room::new(plan, rules, self.limits, now_ms);
        self.rooms.insert(room_id.clone(), Place { room, members: Vec::new() });
        Ok(room_id)
    }

    /// One input, from `name` if from anybody: the letters that it brings about, and whether the room is over with it.
    pub fn take(&mut self, now_ms: u64, room_id: &RoomId, name: Option<&str>, input: Input) -> (Vec<Letter>, bool) {
        let Some(Place { room, members }) = self.rooms.get_mut(room_id) else {
            return (Vec::new(), false);
        };
        let (mut letters, mut over) = (Vec::<Letter>::new(), false);
        let mut post = |name: &str, word: Word| match letters.iter_mut().find(|(to, _)| to == name) {
            Some((_, words)) => words.push(word),
            None => letters.push((name.to_owned(), vec![word])),
        };
        for effect in room.handle(now_ms, input) {
            match effect {
                Effect::Admitted(uid) => {
                    assert_eq!(Some(uid.0.as_str()), name, "who is let in has asked");
                    members.push(uid.0.to_string());
                }
                Effect::Released(uid) => {
                    members.retain(|member| *member != uid.0);
                    post(&uid.0, Word::Released);
                }
                Effect::Tell { to, event } => {
                    let told = |member: &&String| match &to {
                        To::Everyone => true,
                        To::Only(uid) => uid.0 == **member,
                    };
                    members.iter().filter(told).for_each(|member| post(member, Word::Event(EncodedEvent::new(&event))));
                }
                Effect::Reply { to, op, result } => post(&to.0, Word::Reply(op, result)),
                Effect::Seek(uid) => panic!("{uid} is sought, and no process dies here"),
                Effect::Closed => over = true,
            }
        }
        assert!(room.next_deadline().is_none_or(|due| due > now_ms), "nothing stays due");
        let summary = room.summary();
        if over {
            self.rooms.remove(room_id);
            self.directory.remove(room_id);
        } else {
            self.directory.update(room_id, summary);
        }
        (letters, over)
    }

    pub fn ids(&self) -> Vec<RoomId> {
        self.rooms.keys().cloned().collect()
    }

    pub fn is_there(&self, room_id: &RoomId) -> bool {
        self.rooms.contains_key(room_id)
    }

    /// The rooms for which something has fallen due.
    pub fn due(&self, now_ms: u64) -> Vec<RoomId> {
        let due = |place: &Place| place.room.next_deadline().is_some_and(|due| due <= now_ms);
        self.rooms.iter().filter(|(_, place)| due(place)).map(|(id, _)| id.clone()).collect()
    }

    pub fn room(&self, room_id: &RoomId) -> &Room {
        &self.rooms[room_id].room
    }

    pub fn members(&self, room_id: &RoomId) -> &[String] {
        &self.rooms[room_id].members
    }
}
