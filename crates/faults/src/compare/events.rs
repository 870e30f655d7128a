//! FAULTS, comparison: what one client heard against what it should have heard.

use umbra_protocol::{Event, RoomSnapshot, Seat};

use super::Excuses;
use crate::story::{Heard, Told};

/// What the comparison of one client's events came to.
#[derive(Debug, Default)]
pub(super) struct Alignment {
    pub difference: Option<String>,
    pub missed: u64,
    pub doubled: u64,
    pub resynced: u64,
}

/// One walk along both lists.
struct Walk<'a> {
    expected: Vec<&'a Event>,
    excuses: &'a Excuses,
    /// How many of the expected ones are dealt with.
    at: usize,
    found: Alignment,
}

pub(super) fn align(expected: &Told, told: &Told, excuses: &Excuses) -> Alignment {
    let expected_events = expected.heard.iter().filter_map(|heard| match heard {
        Heard::Event { event, .. } => Some(event),
        Heard::Anew { .. } => None,
    });
    let mut walk = Walk { expected: expected_events.collect(), excuses, at: 0, found: Alignment::default() };
    let mut number = Number::default();
    for (place, heard) in told.heard.iter().enumerate() {
        match (heard, number.next(heard)) {
            (Heard::Event { event, .. }, Place::Again) => {
                walk.found.doubled += 1;
                walk.differs(|| format!("heard {event:?} a second time, as {}", number.words()));
            }
            (Heard::Event { event, .. }, place_in_order) => {
                if place_in_order == Place::Gap {
                    walk.differs(|| format!("there is a gap in the numbers before {event:?}, {}", number.words()));
                }
                walk.event(place, event);
            }
            (Heard::Anew { room, .. }, place_in_order) => {
                if place_in_order != Place::Next {
                    walk.differs(|| format!("began anew in an epoch that is not newer, {}", number.words()));
                }
                walk.anew(expected, &told.heard[place + 1..], room.as_deref());
            }
        }
    }
    walk.end();
    walk.found
}

impl Walk<'_> {
    fn event(&mut self, place: usize, event: &Event) {
        if self.expected.get(self.at) == Some(&event) {
            self.at += 1;
            return;
        }
        if self.is_excused(event) {
            return;
        }
        let (at, expected) = (self.at, self.expected.get(self.at).copied());
        self.differs(|| match expected {
            Some(expected) => format!("event {place} is {event:?}, undisturbed {expected:?} (event {at})"),
            None => format!("event {place} is {event:?}, undisturbed there is no further event"),
        });
        // The rest is for the counts: a later one came, or an earlier one once more, or another one.
        if let Some(ahead) = self.expected[at..].iter().position(|expected| *expected == event) {
            self.found.missed += ahead as u64;
            self.at += ahead + 1;
        } else if self.expected[..at].contains(&event) || expected.is_none() {
            self.found.doubled += 1;
        } else {
            self.found.missed += 1;
            self.at += 1;
        }
    }

    /// Finds the moment that the new beginning is of: a state that the room was in, from which what follows follows.
    fn anew(&mut self, expected: &Told, following: &[Heard], room: Option<&RoomSnapshot>) {
        let Some(room) = room else {
            if self.at == 0 {
                // In no room it has been so far.
                return;
            }
            return self.differs(|| "was told to be in no room any more".to_owned());
        };
        let follows = following.iter().find_map(|heard| match heard {
            Heard::Event { event, .. } => (!self.is_excused(event)).then_some(event),
            Heard::Anew { .. } => None,
        });
        let same = |state: &&crate::story::State| self.known(&state.room) == self.known(room);
        let mut moments = expected.states.iter().filter(|state| state.after >= self.at).filter(same).peekable();
        let Some(first) = moments.peek().map(|state| state.after) else {
            return self
                .differs(|| format!("was told to begin anew from {room:?}, a room that the undisturbed never was"));
        };
        let fits = moments.find(|state| follows.is_none_or(|event| self.expected.get(state.after) == Some(&event)));
        let after = fits.map_or(first, |state| state.after);
        self.found.resynced += (after - self.at) as u64;
        self.at = after;
    }

    fn end(&mut self) {
        let left = self.expected.len() - self.at;
        if left > 0 {
            let (at, next) = (self.at, self.expected[self.at]);
            self.differs(|| format!("never heard {next:?} (event {at}), nor the {} after it", left - 1));
            self.found.missed += left as u64;
        }
    }

    fn differs(&mut self, sentence: impl FnOnce() -> String) {
        if self.found.difference.is_none() {
            self.found.difference = Some(sentence());
        }
    }

    fn is_excused(&self, event: &Event) -> bool {
        match event {
            Event::UserOffline { seat, .. } | Event::UserOnline { seat, .. } => self.flickers(*seat),
            Event::HostChanged { .. } => self.excuses.host(),
            Event::UserJoined { .. }
            | Event::UserLeft { .. }
            | Event::UserReady { .. }
            | Event::GameStarted { .. }
            | Event::TurnStarted(_)
            | Event::TurnSkipped { .. }
            | Event::GameEvent { .. }
            | Event::GameOver { .. }
            | Event::Chat { .. }
            | Event::RoomDissolved { .. }
            | Event::Resync { .. }
            | Event::Kicked => false,
        }
    }

    fn flickers(&self, seat: Seat) -> bool {
        self.excuses.flicker.contains(&seat)
    }

    /// A room but for what the plan may have changed about it for a moment.
    fn known(&self, room: &RoomSnapshot) -> RoomSnapshot {
        let mut room = room.clone();
        for player in room.players.iter_mut().filter(|player| self.flickers(player.seat)) {
            player.online = true;
        }
        if self.excuses.host() {
            room.host = crate::story::uid(Seat(0));
        }
        room
    }
}

/// Where a client's numbering stands.
#[derive(Debug, Default)]
pub(crate) struct Number {
    epoch: u64,
    seq: u64,
}

/// Where an event stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Next,
    Again,
    Gap,
}

impl Number {
    /// Takes note of the next thing heard.
    pub fn next(&mut self, heard: &Heard) -> Place {
        let (epoch, seq, begins) = match heard {
            Heard::Event { epoch, seq, .. } => (*epoch, *seq, self.epoch == 0),
            Heard::Anew { epoch, seq, .. } => (*epoch, *seq, *epoch > self.epoch),
        };
        let place = match (begins, epoch == self.epoch) {
            (true, _) => {
                if seq <= 1 {
                    Place::Next
                } else {
                    Place::Gap
                }
            }
            (false, true) if seq <= self.seq => return Place::Again,
            (false, true) if seq == self.seq + 1 => Place::Next,
            (false, _) => Place::Gap,
        };
        (self.epoch, self.seq) = (epoch, seq);
        place
    }

    /// Where it stands, for a sentence.
    pub fn words(&self) -> String {
        format!("number {} of epoch {}", self.seq, self.epoch)
    }
}
