//! FAULTS, script: the room's twin with nothing around it: no process, no connection, no clock that moves.

use umbra_game::OptionRefused;
use umbra_machine::room::{Command, Effect, Input, OpId, Room, RoomPlan, To};
use umbra_protocol::{Event, OkBody, Phase, RoomId, RoomSnapshot, Seat, Uid, WireError};

use super::{LIMITS, Subject};
use crate::story::{Heard, Names, Reply, State, Story, Told, uid};

/// When a match on the twin begins and ends, Unix milliseconds.
const NOW_MS: u64 = 1_000_000;
/// The one epoch of a client whose session is never interrupted.
const EPOCH: u64 = 1;

/// A room and what each seat hears of it.
pub(super) struct Twin {
    room: Room,
    story: Story,
    names: Names,
    members: Vec<bool>,
    last_op: u64,
    skipped: usize,
}

impl Twin {
    pub fn new(subject: &Subject, seats: u8, seed: u64) -> Result<Self, OptionRefused> {
        let room_id = RoomId("TWIN22".into());
        let plan = RoomPlan {
            room_id: room_id.clone(),
            game: subject.rules.name().to_owned(),
            options: subject.rules.options(Some(&subject.options.to_string()))?,
            seats,
            private: true,
            creator: uid(Seat(0)),
            seed,
        };
        let room = Room::new(plan, subject.rules, LIMITS, NOW_MS);
        let told = vec![Told::default(); usize::from(seats)];
        let names = Names { room_id, uids: (0..seats).map(|seat| uid(Seat(seat))).collect() };
        let members = vec![false; usize::from(seats)];
        Ok(Self { room, story: Story { seats: told }, names, members, last_op: 0, skipped: 0 })
    }

    pub fn phase(&self) -> Phase {
        self.room.phase()
    }

    pub fn snapshot(&self, seat: Seat) -> RoomSnapshot {
        self.room.snapshot_for(&uid(seat))
    }

    pub fn turns_skipped(&self) -> usize {
        self.skipped
    }

    /// The `ref` of what was asked.
    pub fn ask(&mut self, seat: Seat, command: Command) -> Result<u64, WireError> {
        self.last_op += 1;
        let input = Input::Command { uid: uid(seat), op: OpId(self.last_op), command };
        let result = self.input(input);
        // Invariant: a room answers every command.
        let result = result.expect("a command is answered");
        let replies = &mut self.story.seats[usize::from(seat.0)].replies;
        let reference = replies.len() as u64 + 1;
        replies.push(Reply { reference, result: self.names.result(result.clone()) });
        result.map(|_| reference)
    }

    pub fn goes_away_and_returns(&mut self, seat: Seat) {
        self.input(Input::Offline { uid: uid(seat) });
        self.last_op += 1;
        self.input(Input::Online { uid: uid(seat), op: OpId(self.last_op) });
    }

    pub fn into_story(mut self) -> Story {
        for seat in 0..self.members.len() {
            self.story.seats[seat].end = self.story.seats[seat].states.last().map(|state| state.room.clone());
        }
        self.story
    }

    fn input(&mut self, input: Input) -> Option<Result<OkBody, WireError>> {
        let mut answer = None;
        for effect in self.room.handle(NOW_MS, input) {
            match effect {
                Effect::Admitted(uid) => self.set_member(&uid, true),
                Effect::Released(uid) => self.set_member(&uid, false),
                Effect::Tell { to, event } => self.tell(&to, &event),
                Effect::Reply { result, .. } => answer = Some(result),
                Effect::Seek(_) | Effect::Closed => {}
            }
        }
        for (seat, told) in (0..).zip(&mut self.story.seats) {
            if self.members[usize::from(seat)] {
                let room = self.names.snapshot(self.room.snapshot_for(&uid(Seat(seat))));
                told.states.push(State { after: told.heard.len(), room });
            }
        }
        answer
    }

    fn set_member(&mut self, uid: &Uid, member: bool) {
        if let Some(seat) = self.names.seat_of(uid) {
            self.members[usize::from(seat.0)] = member;
        }
    }

    fn tell(&mut self, to: &To, event: &Event) {
        self.skipped += usize::from(matches!(event, Event::TurnSkipped { .. }));
        for (seat, told) in (0..).zip(&mut self.story.seats) {
            let addressed = match to {
                To::Everyone => self.members[usize::from(seat)],
                To::Only(only) => *only == uid(Seat(seat)),
            };
            if addressed {
                let seq = told.heard.len() as u64 + 1;
                told.heard.push(Heard::Event { epoch: EPOCH, seq, event: self.names.event(event.clone()) });
            }
        }
    }
}
