//! A busy room: everybody acts in the same instant, again and again, so that all but the first actions come together and are
//! dealt with in one go.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use umbra_faults::story::Heard;
use umbra_machine::settings::Settings;
use umbra_otp::sim::World;
use umbra_protocol::{ClientMessage, ErrorCode, Event, GameValue, JoinAs, OkBody, RoomSpec};

use crate::{Client, Server, settings};

/// Who plays.
const NAMES: [&str; 4] = ["Ann", "Bob", "Eve", "Dan"];

/// A match of `relay`, which takes any action of anybody.
pub struct Busy {
    /// Where it is played.
    pub server: Server,
    /// By seat.
    pub clients: [Client; 4],
    rounds: u64,
}

impl Busy {
    /// Everybody sits, and the match has begun. No time passes by itself, so a room that has dealt with its burst waits for each
    /// round as a whole.
    ///
    /// # Panics
    /// If they cannot.
    pub fn sit_down(world: World) -> Self {
        let limits = Settings { restarts_max: 100, room_pace_ms: 200, ..settings() };
        let server = Server::start(world, limits);
        let mut clients = NAMES.map(|name| server.guest(name));
        let spec = RoomSpec { game: "relay".into(), seats: Some(4), options: None };
        let room_id = match server.ask(&mut clients, 0, ClientMessage::RoomCreate { spec, private: true }) {
            Ok(OkBody::Room(room)) => room.room_id,
            other => panic!("expected a room, got {other:?}"),
        };
        for who in 1..NAMES.len() {
            let join = ClientMessage::RoomJoin { room_id: room_id.clone(), join_as: JoinAs::Player };
            server.ask(&mut clients, who, join).expect("there is a seat");
            server.ask(&mut clients, who, ClientMessage::RoomReady { ready: true }).expect("it sits");
        }
        server.ask(&mut clients, 0, ClientMessage::GameStart).expect("everybody is ready");
        Self { server, clients, rounds: 0 }
    }

    /// Everybody acts once, and waits for the answer.
    ///
    /// # Panics
    /// If there is none.
    pub fn round(&mut self) {
        self.rounds += 1;
        for (seat, client) in self.clients.iter_mut().enumerate() {
            let action = GameValue::trusted(json!([seat, self.rounds]).to_string());
            client.say(&self.server, ClientMessage::GameAction { action });
        }
        self.server.wait(&mut self.clients, |clients| clients.iter().all(|client| client.answer().is_some()));
    }

    /// Holds what everybody was told to account: each action has one answer; all have seen the same actions in the same order
    /// and without a gap, but for who was told the whole state anew; each that was answered `OK` is among them once, and none
    /// that was refused. Says whose actions were refused as poison.
    ///
    /// # Panics
    /// If it is not so.
    pub fn account(&mut self) -> Vec<usize> {
        let mut due = BTreeSet::new();
        let mut refused = Vec::new();
        for (seat, client) in self.clients.iter().enumerate() {
            let acted = client.replies.iter().rev().take(self.rounds as usize).rev();
            let references: Vec<u64> = acted.clone().map(|(reference, _)| *reference).collect();
            let first = references.first().copied().unwrap_or_default();
            assert_eq!(
                references,
                (first..first + self.rounds).collect::<Vec<_>>(),
                "seat {seat}: {:?}",
                client.replies
            );
            let all: BTreeSet<u64> = client.replies.iter().map(|(reference, _)| *reference).collect();
            assert_eq!(all.len(), client.replies.len(), "seat {seat} has each answer once");
            for (round, (_, outcome)) in (1..).zip(acted) {
                match outcome {
                    Ok(_) => assert!(due.insert(json!([seat, round]).to_string())),
                    Err(error) => {
                        assert_eq!(error.code, ErrorCode::Internal, "seat {seat}: {error:?}");
                        refused.push(seat);
                    }
                }
            }
        }
        let whole: Vec<Vec<(u64, String)>> = self
            .clients
            .iter()
            .filter(|client| client.resyncs.is_empty())
            .map(|client| relayed(&client.events))
            .collect();
        let measure = whole.first().expect("somebody has heard everything");
        assert!(whole.iter().all(|other| other == measure), "all tell of the same match: {whole:?}");
        assert_eq!(measure.iter().map(|(n, _)| *n).collect::<Vec<_>>(), (1..=due.len() as u64).collect::<Vec<_>>());
        assert_eq!(measure.iter().map(|(_, value)| value.clone()).collect::<BTreeSet<_>>(), due);
        for client in &self.clients {
            follows(&client.heard, measure);
        }
        refused
    }
}

/// Number and value of what was passed on.
fn relayed(events: &[Event]) -> Vec<(u64, String)> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::GameEvent { event } => {
                let event: Value = serde_json::from_str(event.as_str()).expect("a game's event is JSON");
                Some((event["n"].as_u64().expect("a number"), event["value"].to_string()))
            }
            _ => None,
        })
        .collect()
}

/// What one was told, gaps only where it was told the state anew, and its numbers without a gap.
fn follows(heard: &[Heard], measure: &[(u64, String)]) {
    let (mut n, mut place) = (0, None);
    for heard in heard {
        match heard {
            Heard::Event { epoch, seq, event } => {
                if let Some((before, last)) = place.filter(|(before, _)| before == epoch) {
                    assert_eq!((before, last + 1), (*epoch, *seq), "{heard:?}");
                }
                place = Some((*epoch, *seq));
                for (at, value) in relayed(std::slice::from_ref(event)) {
                    assert_eq!((at, &value), (n + 1, &measure[n as usize].1));
                    n = at;
                }
            }
            Heard::Anew { epoch, seq, room } => {
                place = Some((*epoch, *seq));
                if let Some(view) = room.as_ref().and_then(|room| room.view.as_ref()) {
                    let view: Value = serde_json::from_str(view.as_str()).expect("a view is JSON");
                    let anew = view["n"].as_u64().expect("a number");
                    assert!(anew >= n, "the state is never older than what was told: {anew} after {n}");
                    n = anew;
                }
            }
        }
    }
    assert_eq!(n, measure.len() as u64, "everything is known in the end");
}
