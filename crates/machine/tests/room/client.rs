//! A client's own picture of the room: a snapshot at first, and then nothing but events. It must always equal the snapshot
//! that the room would give.

use serde_json::{Value, json};
use umbra_protocol::{Event, GameValue, Phase, PlayerInfo, RoomSnapshot, SpectatorInfo, Uid};

pub struct Client {
    uid: Uid,
    /// None until the answer to its join.
    known: Option<RoomSnapshot>,
}

impl Client {
    pub fn new(uid: Uid) -> Self {
        Self { uid, known: None }
    }

    pub fn learn(&mut self, snapshot: &RoomSnapshot) {
        self.known = Some(snapshot.clone());
    }

    pub fn must_know(&self, truth: &RoomSnapshot) {
        let known = self.known.as_ref().expect("who was let in has been answered");
        assert_eq!(text(known), text(truth), "what {} made of the events is not what the room says", self.uid);
    }

    pub fn hear(&mut self, event: &Event) {
        let Some(known) = self.known.as_mut() else {
            return;
        };
        match event {
            Event::UserJoined { seat: Some(seat), uid, user_name } => {
                let (uid, user_name) = (uid.clone(), user_name.clone());
                known.players.push(PlayerInfo { seat: *seat, uid, user_name, online: true, ready: false });
                known.players.sort_by_key(|player| player.seat);
            }
            Event::UserJoined { seat: None, uid, user_name } => {
                known.spectators.push(SpectatorInfo { uid: uid.clone(), user_name: user_name.clone() });
            }
            Event::UserLeft { seat, uid, .. } => {
                known.players.retain(|player| player.uid != *uid);
                known.spectators.retain(|spectator| spectator.uid != *uid);
                if let (Some(turn), Some(seat)) = (&mut known.turn, seat) {
                    turn.seats.retain(|holder| holder != seat);
                }
                if let Some(seat) = seat {
                    change_view(known, |view| {
                        remove(view.get_mut("alive"), seat.0.into());
                        remove(view.get_mut("voted"), seat.0.into());
                    });
                }
            }
            Event::UserOffline { uid, .. } => set_online(known, uid, false),
            Event::UserOnline { uid, .. } => set_online(known, uid, true),
            Event::UserReady { uid, ready, .. } => {
                for player in known.players.iter_mut().filter(|player| player.uid == *uid) {
                    assert_ne!(player.ready, *ready, "readiness is told when it changes");
                    player.ready = *ready;
                }
            }
            Event::HostChanged { uid } => {
                assert_ne!(known.host, *uid, "a host is told when it changes");
                known.host = uid.clone();
            }
            Event::GameStarted { view, turn } => {
                assert_eq!(known.phase, Phase::Waiting, "a match starts once");
                known.phase = Phase::InGame;
                known.last_outcome = None;
                known.turn.clone_from(turn);
                known.view = Some(view.clone());
            }
            Event::TurnStarted(turn) => {
                assert_eq!(known.phase, Phase::InGame, "turns are of a match");
                known.turn = Some(turn.clone());
                change_view(known, |view| {
                    if let Some(phase) = view.get_mut("phase") {
                        *phase = json!(turn.phase);
                    }
                });
            }
            Event::GameEvent { event } => {
                let event: Value = serde_json::from_str(event.as_str()).expect("events are JSON");
                change_view(known, |view| play(view, &event));
            }
            Event::GameOver { outcome } => {
                assert_eq!(known.phase, Phase::InGame, "a match is over once");
                known.phase = Phase::Waiting;
                known.last_outcome = Some(outcome.clone());
                (known.turn, known.view) = (None, None);
                known.players.iter_mut().for_each(|player| player.ready = false);
            }
            Event::TurnSkipped { .. } | Event::Chat { .. } | Event::RoomDissolved { .. } => {}
            Event::Resync { .. } => panic!("a room resyncs nobody"),
            Event::Kicked => {}
        }
    }
}

fn set_online(known: &mut RoomSnapshot, uid: &Uid, online: bool) {
    let player = known.players.iter_mut().find(|player| player.uid == *uid).expect("a player");
    assert_ne!(player.online, online, "{uid} went {online} twice");
    player.online = online;
}

/// What the events of the three games do to their views.
fn play(view: &mut Value, event: &Value) {
    let seat = &event["seat"];
    match event["type"].as_str().expect("a type") {
        "RELAYED" => view["n"] = event["n"].clone(),
        "PLACED" => {
            let cells = view["board"].as_array_mut().expect("a board");
            let mark = if cells.iter().filter(|cell| !cell.is_null()).count() % 2 == 0 { "X" } else { "O" };
            cells[event["cell"].as_u64().expect("a cell") as usize] = json!(mark);
        }
        "SPOKE" => insert(&mut view["spoken"], seat),
        "VOTED" => insert(&mut view["voted"], seat),
        "VOTE_RESULT" => {
            if let Some(out) = event["out"].as_u64() {
                remove(view.get_mut("alive"), out);
            }
            (view["spoken"], view["voted"]) = (json!([]), json!([]));
            view["round"] = json!(view["round"].as_u64().expect("a round") + 1);
        }
        other => panic!("an event {other} that no game has"),
    }
}

fn change_view(known: &mut RoomSnapshot, change: impl FnOnce(&mut Value)) {
    if let Some(view) = &known.view {
        let mut tree: Value = serde_json::from_str(view.as_str()).expect("views are JSON");
        change(&mut tree);
        known.view = Some(GameValue::trusted(tree.to_string()));
    }
}

fn insert(list: &mut Value, seat: &Value) {
    let list = list.as_array_mut().expect("seats");
    list.push(seat.clone());
    list.sort_by_key(Value::as_u64);
}

fn remove(list: Option<&mut Value>, seat: u64) {
    if let Some(list) = list {
        list.as_array_mut().expect("seats").retain(|other| other.as_u64() != Some(seat));
    }
}

/// For comparing: the order of fields in a view means nothing.
fn text(snapshot: &RoomSnapshot) -> Value {
    serde_json::to_value(snapshot).expect("snapshots are JSON")
}
