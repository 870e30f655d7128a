//! Section 4: every message and what answers it, in both encodings.

use serde_json::{Value, json};
use umbra_protocol::{
    ClientMessage, Control, Event, GameValue, Hello, JoinAs, LeaveReason, OkBody, Phase, RoomId, RoomSnapshot, Seat,
    ServerFrame, Subprotocol, Uid,
};
use umbra_server_tests::table::spec;
use umbra_server_tests::{Wire, server};

use crate::servers::both;

async fn guest(subprotocol: Subprotocol, name: &str) -> (Wire, Uid) {
    let (wire, hello) = Wire::guest(server(), subprotocol, name).await;
    (wire, hello.uid)
}

fn room(answer: Result<OkBody, umbra_protocol::WireError>) -> RoomSnapshot {
    match answer {
        Ok(OkBody::Room(room)) => *room,
        other => panic!("expected a room, got {other:?}"),
    }
}

fn create(game: &str, options: Value) -> ClientMessage {
    ClientMessage::RoomCreate { spec: spec(game, None, &options), private: true }
}

fn join(room_id: &RoomId, join_as: JoinAs) -> ClientMessage {
    ClientMessage::RoomJoin { room_id: room_id.clone(), join_as }
}

/// A host and a guest in a private room.
async fn pair(subprotocol: Subprotocol, game: &str) -> ((Wire, Uid), (Wire, Uid), RoomId) {
    let (mut host, mut other) = (guest(subprotocol, "Host").await, guest(subprotocol, "Guest").await);
    let room_id = room(host.0.ask(create(game, json!({}))).await).room_id;
    room(other.0.ask(join(&room_id, JoinAs::Player)).await);
    (host, other, room_id)
}

const DONE: Result<OkBody, umbra_protocol::WireError> = Ok(OkBody::Empty);

#[tokio::test]
async fn hello_tells_who_one_is_and_how_to_come_back() {
    both(async |subprotocol| {
        let (_wire, hello) = Wire::guest(server(), subprotocol, " Ann ").await;
        assert_eq!(hello.user_name.as_str(), "Ann");
        assert_eq!((hello.epoch, hello.resumed, hello.last_ref, hello.room), (1, false, 0, None));
        assert_eq!((hello.heartbeat_ms, hello.grace_ms), (15_000, 0));
        assert!(!hello.session.is_empty() && hello.server_time_ms > 1_700_000_000_000);
    })
    .await;
}

#[tokio::test]
async fn ping_is_answered_with_both_clocks() {
    both(async |subprotocol| {
        let (mut wire, _) = guest(subprotocol, "Ann").await;
        for client_time_ms in [0, -5, i64::MAX] {
            wire.say_frame(None, None, ClientMessage::Ping { client_time_ms }).await;
            let ServerFrame::Control(Control::Pong { client_time_ms: same, server_time_ms }) = wire.frame().await
            else {
                panic!("no PONG");
            };
            assert!(same == client_time_ms && server_time_ms > 1_700_000_000_000);
        }
    })
    .await;
}

#[tokio::test]
async fn room_list_names_public_rooms_and_only_those_of_the_game_asked_for() {
    both(async |subprotocol| {
        let (mut host, uid) = guest(subprotocol, "Host").await;
        let public = ClientMessage::RoomCreate { spec: spec("tictactoe", None, &json!({})), private: false };
        let room_id = room(host.ask(public).await).room_id;
        let (mut hidden, _) = guest(subprotocol, "Hidden").await;
        let private = room(hidden.ask(create("tictactoe", json!({}))).await).room_id;
        for (game, there) in [(None, true), (Some("tictactoe"), true), (Some("relay"), false), (Some("chess"), false)] {
            let list = ClientMessage::RoomList { game: game.map(str::to_owned) };
            let Ok(OkBody::Rooms(rooms)) = hidden.ask(list).await else { panic!("no list") };
            assert!(rooms.iter().all(|line| line.room_id != private), "private rooms are not listed");
            assert!(rooms.iter().all(|line| game.is_none_or(|game| line.game == game)));
            let line = rooms.iter().find(|line| line.room_id == room_id);
            assert_eq!(line.is_some(), there, "{game:?}");
            if let Some(line) = line {
                assert_eq!((line.phase, line.seats_taken, line.seats, &line.host), (Phase::Waiting, 1, 2, &uid));
            }
        }
    })
    .await;
}

#[tokio::test]
async fn room_create_seats_its_creator_as_host_with_options_filled_in() {
    both(async |subprotocol| {
        let (mut host, uid) = guest(subprotocol, "Host").await;
        let spec = spec("undercover", Some(7), &json!({"speakMs": 1000}));
        let room = room(host.ask(ClientMessage::RoomCreate { spec, private: true }).await);
        assert!(room.room_id.0.len() == 6 && room.room_id.0.bytes().all(|c| RoomId::ALPHABET.contains(&c)));
        assert_eq!(
            (room.game.as_str(), room.phase, &room.host, room.private),
            ("undercover", Phase::Waiting, &uid, true)
        );
        assert_eq!((room.seats, room.my_seat, room.players.len()), (7, Some(Seat(0)), 1));
        let options = umbra_server_tests::player::json(room.options.as_str());
        assert_eq!(options, json!({"speakMs": 1000, "voteMs": 30_000}));
        assert_eq!((room.turn, room.view, room.last_outcome), (None, None, None));
        assert!(matches!(host.events(), [(1, Event::UserJoined { .. })]), "the event came before the reply");
    })
    .await;
}

#[tokio::test]
async fn room_join_takes_a_seat_or_a_place_to_watch_and_reads_ids_as_people_type_them() {
    both(async |subprotocol| {
        let (mut host, mut other, room_id) = pair(subprotocol, "relay").await;
        let (mut watcher, uid) = guest(subprotocol, "Watcher").await;
        let typed = RoomId(format!(" {} ", room_id.0.to_lowercase()).into());
        let seen = room(watcher.ask(join(&typed, JoinAs::Spectator)).await);
        assert_eq!((seen.room_id, seen.my_seat, seen.players.len()), (room_id, None, 2));
        assert_eq!(seen.spectators.iter().map(|spectator| &spectator.uid).collect::<Vec<_>>(), [&uid]);
        for wire in [&mut host.0, &mut other.0] {
            wire.event(|event| matches!(event, Event::UserJoined { seat: None, .. }).then_some(())).await;
        }
    })
    .await;
}

#[tokio::test]
async fn room_quick_join_finds_an_open_room_or_makes_one() {
    both(async |subprotocol| {
        // Options of its own keep this test's rooms apart from those of the others.
        let turn_ms = if subprotocol == Subprotocol::Json { 12_345 } else { 54_321 };
        let quick = || ClientMessage::RoomQuickJoin { spec: spec("tictactoe", None, &json!({"turnMs": turn_ms})) };
        let (mut first, _) = guest(subprotocol, "First").await;
        let (mut second, _) = guest(subprotocol, "Second").await;
        let (mut third, _) = guest(subprotocol, "Third").await;
        let made = room(first.ask(quick()).await);
        assert_eq!((made.my_seat, made.private), (Some(Seat(0)), false));
        let found = room(second.ask(quick()).await);
        assert_eq!((&found.room_id, found.my_seat), (&made.room_id, Some(Seat(1))));
        assert_ne!(room(third.ask(quick()).await).room_id, made.room_id, "that one is full");
    })
    .await;
}

#[tokio::test]
async fn room_leave_ready_kick_and_dissolve_are_done_and_told() {
    both(async |subprotocol| {
        let ((mut host, _), (mut other, uid), room_id) = pair(subprotocol, "relay").await;
        assert_eq!(other.ask(ClientMessage::RoomReady { ready: true }).await, DONE);
        assert_eq!(
            host.event_named("USER_READY").await,
            Event::UserReady { seat: Seat(1), uid: uid.clone(), ready: true }
        );
        assert_eq!(other.ask(ClientMessage::RoomReady { ready: false }).await, DONE);
        assert_eq!(
            host.event_named("USER_READY").await,
            Event::UserReady { seat: Seat(1), uid: uid.clone(), ready: false }
        );
        assert_eq!(other.ask(ClientMessage::RoomLeave).await, DONE);
        let left = |reason| Event::UserLeft { seat: Some(Seat(1)), uid: uid.clone(), reason };
        assert_eq!(host.event_named("USER_LEFT").await, left(LeaveReason::Left));
        room(other.ask(join(&room_id, JoinAs::Player)).await);
        assert_eq!(host.ask(ClientMessage::RoomKick { uid: uid.clone() }).await, DONE);
        assert_eq!(host.event_named("USER_LEFT").await, left(LeaveReason::Kicked));
        assert_eq!(other.event_named("KICKED").await, Event::Kicked);
        assert_eq!(host.ask(ClientMessage::RoomDissolve).await, DONE);
        host.event_named("ROOM_DISSOLVED").await;
    })
    .await;
}

#[tokio::test]
async fn game_start_and_game_action_run_a_match() {
    both(async |subprotocol| {
        let ((mut host, _), (mut other, _), _) = pair(subprotocol, "tictactoe").await;
        assert_eq!(other.ask(ClientMessage::RoomReady { ready: true }).await, DONE);
        assert_eq!(host.ask(ClientMessage::GameStart).await, DONE);
        for wire in [&mut host, &mut other] {
            let Event::GameStarted { turn: Some(turn), .. } = wire.event_named("GAME_STARTED").await else {
                panic!("no first turn");
            };
            assert!(turn.seats == [Seat(0)] && turn.deadline_ms.is_some());
        }
        for cell in 0..7 {
            let wire = if cell % 2 == 0 { &mut host } else { &mut other };
            let place = json!({"type": "PLACE", "cell": cell}).to_string();
            let placed = wire.ask(ClientMessage::GameAction { action: GameValue::trusted(place) }).await;
            assert_eq!(placed, DONE, "cell {cell}");
        }
        for wire in [&mut host, &mut other] {
            let Event::GameOver { outcome } = wire.event_named("GAME_OVER").await else { panic!("no outcome") };
            assert_eq!(umbra_server_tests::player::json(outcome.as_str()), json!({"result": "WIN", "winner": 0}));
        }
    })
    .await;
}

#[tokio::test]
async fn any_json_is_an_action_of_relay_and_comes_back_as_it_was() {
    both(async |subprotocol| {
        let ((mut host, _), (mut other, _), _) = pair(subprotocol, "relay").await;
        other.ask(ClientMessage::RoomReady { ready: true }).await.unwrap();
        host.ask(ClientMessage::GameStart).await.unwrap();
        for (n, value) in
            (1..).zip([json!(null), json!(0), json!("谁是卧底"), json!([[], {}]), json!({"a": [1.5, true]})])
        {
            let action = GameValue::trusted(value.to_string());
            assert_eq!(other.ask(ClientMessage::GameAction { action }).await, DONE);
            let Event::GameEvent { event } = host.event_named("GAME_EVENT").await else { panic!("no event") };
            let relayed = json!({"type": "RELAYED", "seat": 1, "n": n, "value": value});
            assert_eq!(umbra_server_tests::player::json(event.as_str()), relayed);
        }
    })
    .await;
}

#[tokio::test]
async fn chat_reaches_everybody_as_it_was_written() {
    both(async |subprotocol| {
        let ((mut host, _), (mut other, uid), room_id) = pair(subprotocol, "relay").await;
        let (mut watcher, _) = guest(subprotocol, "Watcher").await;
        watcher.ask(join(&room_id, JoinAs::Spectator)).await.unwrap();
        let text = "  two\nlines 🎲 ".to_owned();
        assert_eq!(other.ask(ClientMessage::ChatSend { text: text.clone() }).await, DONE);
        for wire in [&mut host, &mut other, &mut watcher] {
            let Event::Chat { uid: who, text: said, .. } = wire.event_named("CHAT").await else { panic!("no chat") };
            assert_eq!((&who, &said), (&uid, &text));
        }
        assert_eq!(watcher.ask(ClientMessage::ChatSend { text }).await, DONE, "spectators may chat");
    })
    .await;
}

#[tokio::test]
async fn the_two_encodings_sit_at_one_table() {
    let (mut host, _) = guest(Subprotocol::Json, "Host").await;
    let room_id = room(host.ask(create("relay", json!({}))).await).room_id;
    let (mut other, hello) = Wire::guest(server(), Subprotocol::Bincode, "Guest").await;
    room(other.ask(join(&room_id, JoinAs::Player)).await);
    other.ask(ClientMessage::RoomReady { ready: true }).await.unwrap();
    host.ask(ClientMessage::GameStart).await.unwrap();
    let seen = other.last_seq();
    drop(other);
    host.event_named("USER_OFFLINE").await;
    // And a session goes on in the other one.
    let mut other = Wire::open(server().addr(), Subprotocol::Json).await;
    let resume = Hello::Resume { session: hello.session, epoch: hello.epoch, last_seq: seen };
    assert!(other.hello(resume).await.unwrap().resumed);
    let events = |wire: &Wire| wire.events().iter().map(|(_, event)| event.id()).collect::<Vec<_>>();
    other.event_named("USER_ONLINE").await;
    assert_eq!(events(&other).last(), Some(&"USER_ONLINE"));
}
