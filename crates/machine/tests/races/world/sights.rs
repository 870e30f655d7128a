//! What there is to see in the world.

use umbra_protocol::{HelloOk, RoomId, RoomSnapshot, Uid};

use super::{Client, Heard, User, World, ids};

impl World {
    pub fn client(&mut self, name: &str) -> &mut Client {
        self.clients.get_mut(name).expect("a client")
    }

    /// What the client has learned since the last time this was asked.
    pub fn heard(&mut self, name: &str) -> Vec<Heard> {
        self.client(name).heard()
    }

    pub fn ids(&mut self, name: &str) -> Vec<String> {
        ids(&self.heard(name))
    }

    /// Forgets what everybody has learned so far.
    pub fn hush(&mut self) {
        self.clients.values_mut().for_each(|client| drop(client.heard()));
    }

    /// The last greeting.
    pub fn hello(&mut self, name: &str) -> HelloOk {
        self.client(name).hellos.last().cloned().expect("a greeting")
    }

    /// The one room that there is.
    pub fn room_id(&self) -> RoomId {
        let ids = self.rooms.ids();
        assert_eq!(ids.len(), 1, "one room: {ids:?}");
        ids[0].clone()
    }

    pub fn snapshot(&self, name: &str) -> RoomSnapshot {
        self.rooms.room(&self.room_id()).snapshot_for(&Uid(name.into()))
    }

    /// Who sits in the one room, by seat, and whether online.
    pub fn seats(&self) -> Vec<(u8, String, bool)> {
        let players = self.snapshot("").players;
        players.into_iter().map(|player| (player.seat.0, player.uid.0.to_string(), player.online)).collect()
    }

    /// In which room a user believes itself.
    pub fn place_of(&self, name: &str) -> Option<RoomId> {
        self.users.get(name).and_then(|user| user.session.room().cloned())
    }

    /// Whether there is a user of that name.
    pub fn is_there(&self, name: &str) -> bool {
        self.users.contains_key(name)
    }

    /// What users and rooms believe fits together: members are those who believe themselves there.
    pub fn must_agree(&self) {
        for room_id in self.rooms.ids() {
            let mut members = self.rooms.members(&room_id).to_vec();
            members.sort();
            let there = |user: &&User| user.session.room() == Some(&room_id);
            let believers: Vec<_> =
                self.users.values().filter(there).map(|user| user.session.uid().0.clone()).collect();
            assert_eq!(members, believers, "who is in room {room_id}");
        }
        for (name, user) in &self.users {
            let room = user.session.room();
            assert!(room.is_none_or(|room_id| self.rooms.is_there(room_id)), "{name} is in {room:?}, which is no more");
        }
    }
}
