//! FAULTS, story: what became of a match for each of its players, in a form in which two runs can be compared.
//!
//! What no two runs have in common is taken out of it ([`Names`]): ids of users and rooms, and times.

use umbra_protocol::{Event, OkBody, RoomId, RoomSnapshot, Seat, Turn, Uid, WireError};

/// Everything that happened, by seat.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Story {
    /// What the player on each seat was told.
    pub seats: Vec<Told>,
}

/// What one player was told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// Events and new beginnings, in the order in which they came.
    pub heard: Vec<Heard>,
    /// Every answer, in the order in which they came. What was never answered is not here; what was answered twice is here
    /// twice.
    pub replies: Vec<Reply>,
    /// The room as this player saw it at the end; `None` when that was in none.
    pub end: Option<RoomSnapshot>,
    /// Of the undisturbed run only: the room as it was on the way, so that a new beginning can be found in it.
    pub states: Vec<State>,
}

/// One thing heard.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// A numbered event.
    Event {
        /// The epoch in which it is numbered.
        epoch: u64,
        /// Its number.
        seq: u64,
        /// What happened.
        event: Event,
    },
    /// `RESYNC`, or a return with `resumed: false`: this is the present state, forget what was before.
    Anew {
        /// The new epoch.
        epoch: u64,
        /// The number that was used up by saying so: 1 for `RESYNC`, 0 for the answer to `HELLO`.
        seq: u64,
        /// The room; `None`: in no room.
        room: Option<Box<RoomSnapshot>>,
    },
}

/// One answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// Of what.
    pub reference: u64,
    /// The answer.
    pub result: Result<OkBody, WireError>,
}

/// The room between two inputs, as one player may see it.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// How many events that player had heard by then.
    pub after: usize,
    /// The room.
    pub room: RoomSnapshot,
}

/// Who is who in one run.
#[derive(Clone, Debug)]
pub struct Names {
    /// The room.
    pub room_id: RoomId,
    /// The players, by seat.
    pub uids: Vec<Uid>,
}

/// What the player on that seat is called in every story.
pub fn uid(seat: Seat) -> Uid {
    Uid(format!("seat {seat}").into())
}

impl Names {
    /// Where that user sits.
    pub fn seat_of(&self, uid: &Uid) -> Option<Seat> {
        (0..).zip(&self.uids).find(|(_, known)| *known == uid).map(|(seat, _)| Seat(seat))
    }

    /// An event as it stands in a story.
    pub fn event(&self, event: Event) -> Event {
        match event {
            Event::UserJoined { seat, uid, user_name } => Event::UserJoined { seat, uid: self.uid(uid), user_name },
            Event::UserLeft { seat, uid, reason } => Event::UserLeft { seat, uid: self.uid(uid), reason },
            Event::UserOffline { seat, uid } => Event::UserOffline { seat, uid: self.uid(uid) },
            Event::UserOnline { seat, uid } => Event::UserOnline { seat, uid: self.uid(uid) },
            Event::UserReady { seat, uid, ready } => Event::UserReady { seat, uid: self.uid(uid), ready },
            Event::HostChanged { uid } => Event::HostChanged { uid: self.uid(uid) },
            Event::GameStarted { view, turn } => Event::GameStarted { view, turn: turn.map(timeless) },
            Event::TurnStarted(turn) => Event::TurnStarted(timeless(turn)),
            Event::Chat { uid, user_name, text } => Event::Chat { uid: self.uid(uid), user_name, text },
            Event::Resync { epoch, room } => {
                Event::Resync { epoch, room: room.map(|room| Box::new(self.snapshot(*room))) }
            }
            Event::TurnSkipped { .. }
            | Event::GameEvent { .. }
            | Event::GameOver { .. }
            | Event::RoomDissolved { .. }
            | Event::Kicked => event,
        }
    }

    /// A snapshot as it stands in a story.
    pub fn snapshot(&self, mut room: RoomSnapshot) -> RoomSnapshot {
        room.room_id = RoomId("the room".into());
        room.host = self.uid(room.host);
        for player in &mut room.players {
            player.uid = self.uid(player.uid.clone());
        }
        for spectator in &mut room.spectators {
            spectator.uid = self.uid(spectator.uid.clone());
        }
        room.turn = room.turn.map(timeless);
        room
    }

    /// An answer as it stands in a story.
    pub fn result(&self, result: Result<OkBody, WireError>) -> Result<OkBody, WireError> {
        match result {
            Ok(OkBody::Room(room)) => Ok(OkBody::Room(Box::new(self.snapshot(*room)))),
            Ok(body @ (OkBody::Empty | OkBody::Hello(_) | OkBody::Rooms(_) | OkBody::Answer(_))) => Ok(body),
            // Before there is a room it has no name that could be told.
            Err(error) if self.room_id.0.is_empty() => Err(error),
            Err(error) => {
                Err(WireError { message: error.message.replace(self.room_id.0.as_str(), "the room"), ..error })
            }
        }
    }

    fn uid(&self, uid: Uid) -> Uid {
        self.seat_of(&uid).map_or(uid, self::uid)
    }
}

fn timeless(turn: Turn) -> Turn {
    Turn { deadline_ms: None, ..turn }
}
