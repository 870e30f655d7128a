//! What a bot wants, told one thing after the other.

use serde_json::{Value, json};
use umbra_bots::mind::{Mind, Next};
use umbra_bots::settings::Settings;
use umbra_client_core::{ClientError, ClientEvent};
use umbra_protocol::{
    ClientMessage, ErrorCode, Event, GameValue, HelloOk, JoinAs, OkBody, Phase, PlayerInfo, RoomId, RoomSnapshot, Seat,
    Turn, Uid, UserName, WireError,
};

fn settings(game: &str, count: u32, room: Option<&str>) -> Settings {
    Settings { count, url: String::new(), room: room.map(|room| RoomId(room.into())), game: game.into() }
}

fn game(value: &Value) -> GameValue {
    GameValue::trusted(value.to_string())
}

fn uid(seat: u8) -> Uid {
    Uid(format!("bot{seat}").into())
}

fn player(seat: u8, ready: bool) -> PlayerInfo {
    let user_name = UserName::parse("Bot").expect("a name");
    PlayerInfo { seat: Seat(seat), uid: uid(seat), user_name, online: true, ready }
}

/// A room in which `me` sits, with the seats before it taken.
fn room(name: &str, seats: u8, me: u8) -> RoomSnapshot {
    RoomSnapshot {
        room_id: RoomId("ABCDEF".into()),
        game: name.into(),
        phase: Phase::Waiting,
        host: uid(0),
        private: false,
        seats,
        options: game(&json!({})),
        players: (0..=me).map(|seat| player(seat, false)).collect(),
        spectators: vec![],
        my_seat: Some(Seat(me)),
        turn: None,
        view: None,
        last_outcome: None,
    }
}

fn online(me: u8, settings: &Settings) -> Mind {
    let mut mind = Mind::new(settings, 7);
    mind.signed_in(&HelloOk {
        uid: uid(me),
        user_name: UserName::parse("Bot").expect("a name"),
        session: "token".into(),
        epoch: 1,
        resumed: false,
        last_ref: 0,
        server_time_ms: 0,
        heartbeat_ms: 15_000,
        grace_ms: 0,
        room: None,
    });
    assert_eq!(mind.wants(), Next::Nothing, "not online yet");
    mind.told(&ClientEvent::Online { resumed: false });
    mind.told(&ClientEvent::Sync { epoch: 1, room: None });
    mind
}

/// Thinks, and asks.
fn asks(mind: &mut Mind) -> ClientMessage {
    assert!(matches!(mind.wants(), Next::Think(_)), "{mind:?}");
    mind.act().expect("it has something to ask")
}

fn hears(mind: &mut Mind, event: Event) {
    mind.told(&ClientEvent::Event { seq: 1, event });
}

fn turn(phase: &str, seats: &[u8]) -> Turn {
    Turn { seats: seats.iter().copied().map(Seat).collect(), phase: phase.into(), deadline_ms: None }
}

fn action(message: ClientMessage) -> Value {
    match message {
        ClientMessage::GameAction { action } => serde_json::from_str(action.as_str()).expect("JSON"),
        other => panic!("expected a move, got {other:?}"),
    }
}

/// Sits on seat `me` of a full table of undercover whose match has just begun.
fn at_undercover(me: u8) -> Mind {
    let mut mind = online(me, &settings("undercover", 4, None));
    asks(&mut mind);
    mind.answered(Ok(OkBody::Room(Box::new(room("undercover", 4, me)))));
    let view = json!({"round": 1, "phase": "SPEAK", "word": "tea", "alive": [0, 1, 2, 3], "spoken": [], "voted": []});
    hears(&mut mind, Event::GameStarted { view: game(&view), turn: Some(turn("SPEAK", &[0])) });
    mind
}

#[lunatic::test]
fn a_bot_without_a_room_joins_any_that_fits_and_one_with_a_room_that_one() {
    let ClientMessage::RoomQuickJoin { spec } = asks(&mut online(0, &settings("undercover", 6, None))) else {
        panic!("another wish");
    };
    assert_eq!((spec.game.as_str(), spec.seats), ("undercover", Some(6)));
    let ClientMessage::RoomQuickJoin { spec } = asks(&mut online(0, &settings("tictactoe", 6, None))) else {
        panic!("another wish");
    };
    assert_eq!(spec.seats, None, "six cannot play it, but two can");
    let named = asks(&mut online(0, &settings("undercover", 6, Some("ABCDEF"))));
    assert_eq!(named, ClientMessage::RoomJoin { room_id: RoomId("ABCDEF".into()), join_as: JoinAs::Player });
}

#[lunatic::test]
fn a_bot_that_finds_its_room_full_gives_up_and_one_that_finds_it_playing_comes_again() {
    let refused = |code| Err(ClientError::Refused(WireError::new(code, "no")));
    let mut mind = online(0, &settings("undercover", 6, Some("ABCDEF")));
    asks(&mut mind);
    mind.answered(refused(ErrorCode::RoomInGame));
    asks(&mut mind);
    mind.answered(refused(ErrorCode::RoomFull));
    assert_eq!(mind.wants(), Next::GiveUp("no".into()));
}

#[lunatic::test]
fn a_guest_gets_ready_and_the_host_starts_once_the_table_is_full_and_ready() {
    let mut guest = online(1, &settings("tictactoe", 2, None));
    asks(&mut guest);
    assert_eq!(guest.wants(), Next::Nothing, "one thing at a time");
    guest.answered(Ok(OkBody::Room(Box::new(room("tictactoe", 2, 1)))));
    assert_eq!(asks(&mut guest), ClientMessage::RoomReady { ready: true });

    let mut host = online(0, &settings("tictactoe", 2, None));
    asks(&mut host);
    host.answered(Ok(OkBody::Room(Box::new(room("tictactoe", 2, 0)))));
    assert_eq!(host.wants(), Next::Nothing, "alone");
    let user_name = UserName::parse("Bot").expect("a name");
    hears(&mut host, Event::UserJoined { seat: Some(Seat(1)), uid: uid(1), user_name });
    assert_eq!(host.wants(), Next::Nothing, "not ready");
    hears(&mut host, Event::UserReady { seat: Seat(1), uid: uid(1), ready: true });
    assert_eq!(asks(&mut host), ClientMessage::GameStart);
}

#[lunatic::test]
fn an_answer_that_comes_after_the_next_turn_began_does_not_silence_the_bot() {
    let mut mind = at_undercover(0);
    assert_eq!(action(asks(&mut mind))["type"], "SPEAK");
    hears(&mut mind, Event::TurnStarted(turn("VOTE", &[0, 1, 2, 3])));
    mind.answered(Ok(OkBody::Empty));
    assert_eq!(action(asks(&mut mind))["type"], "VOTE");
    mind.answered(Ok(OkBody::Empty));
    assert_eq!(mind.wants(), Next::Nothing, "once a turn");
}

#[lunatic::test]
fn a_bot_never_votes_for_itself_or_the_dead_and_abstains_after_a_refusal() {
    let mut mind = at_undercover(3);
    assert_eq!(mind.wants(), Next::Nothing, "not its turn");
    hears(&mut mind, Event::GameEvent { event: game(&json!({"type": "VOTE_RESULT", "counts": [], "out": 1})) });
    for _ in 0..20 {
        hears(&mut mind, Event::TurnStarted(turn("VOTE", &[0, 2, 3])));
        let vote = action(asks(&mut mind));
        assert!(vote["seat"] == 0 || vote["seat"] == 2, "{vote}");
        mind.answered(Err(ClientError::Refused(WireError::new(ErrorCode::IllegalAction, "no"))));
        assert_eq!(action(asks(&mut mind)), json!({"type": "VOTE", "seat": null}));
        mind.answered(Ok(OkBody::Empty));
    }
}

#[lunatic::test]
fn a_bot_that_comes_back_into_a_match_goes_on_where_it_was() {
    let seat = |spoken: Value| {
        let mut mind = online(2, &settings("undercover", 4, None));
        let view =
            json!({"round": 1, "phase": "SPEAK", "word": "tea", "alive": [0, 1, 2], "spoken": spoken, "voted": []});
        let turn = Some(turn("SPEAK", &[2]));
        let present = RoomSnapshot { phase: Phase::InGame, view: Some(game(&view)), turn, ..room("undercover", 4, 2) };
        mind.told(&ClientEvent::Sync { epoch: 2, room: Some(Box::new(present)) });
        mind
    };
    assert_eq!(action(asks(&mut seat(json!([0, 1]))))["type"], "SPEAK");
    assert_eq!(seat(json!([0, 1, 2])).wants(), Next::Nothing, "it has spoken");
}
