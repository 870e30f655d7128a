//! Section 3: going on with a session after its connection was lost.

use serde_json::{Value, json};
use umbra_protocol::limits::REPLIES_KEPT;
use umbra_protocol::{
    ClientMessage, ErrorCode, Event, GameValue, Hello, HelloOk, JoinAs, OkBody, Phase, Seat, Subprotocol,
};
use umbra_server_tests::deadline::soon;
use umbra_server_tests::{Table, Wire, server};

use crate::servers::both;

fn relayed(event: &Event) -> Option<u64> {
    match event {
        Event::GameEvent { event } => umbra_server_tests::player::json(event.as_str())["n"].as_u64(),
        _ => None,
    }
}

fn action(value: Value) -> ClientMessage {
    ClientMessage::GameAction { action: GameValue::trusted(value.to_string()) }
}

fn resume(hello: &HelloOk, epoch: u64, last_seq: u64) -> Hello {
    Hello::Resume { session: hello.session.clone(), epoch, last_seq }
}

/// A match of relay: at the table its host, and on the wire a guest on seat 1.
async fn in_game(subprotocol: Subprotocol) -> (Table, Wire, HelloOk) {
    let mut table = Table::open(server(), "relay", 2, json!({})).await;
    let (mut wire, hello) = Wire::guest(server(), subprotocol, "Bob").await;
    let join = ClientMessage::RoomJoin { room_id: table.room_id.clone(), join_as: JoinAs::Player };
    wire.ask(join).await.unwrap();
    wire.ask(ClientMessage::RoomReady { ready: true }).await.unwrap();
    table.start().await;
    wire.event_named("GAME_STARTED").await;
    (table, wire, hello)
}

/// Cuts the guest's connection; returns when the room has noticed.
async fn cut(table: &mut Table, wire: Wire, hello: &HelloOk) {
    drop(wire);
    table[0].hears_that(Event::UserOffline { seat: Seat(1), uid: hello.uid.clone() }).await;
}

#[tokio::test]
async fn what_was_missed_follows_in_order_and_once() {
    both(async |subprotocol| {
        let (mut table, wire, hello) = in_game(subprotocol).await;
        let seen = wire.last_seq();
        cut(&mut table, wire, &hello).await;
        for n in 0..20 {
            table[0].action(json!(n)).await.unwrap();
        }
        let mut wire = Wire::open(server().addr(), subprotocol).await;
        let back = wire.hello(resume(&hello, hello.epoch, seen)).await.unwrap();
        assert_eq!((back.resumed, back.last_ref, back.uid), (true, 2, hello.uid));
        // Wire itself holds the numbers to be without a gap from `seen` on.
        for n in 1..=20 {
            assert_eq!(wire.event(relayed).await, n);
        }
        table[0].action(json!("and on")).await.unwrap();
        assert_eq!(wire.event(relayed).await, 21);
    })
    .await;
}

#[tokio::test]
async fn what_was_sent_but_never_handled_is_sent_again() {
    both(async |subprotocol| {
        let (mut table, mut wire, hello) = in_game(subprotocol).await;
        for n in 0..3 {
            table[0].action(json!(n)).await.unwrap();
        }
        while wire.event(relayed).await != 3 {}
        let seen = wire.last_seq() - 2;
        cut(&mut table, wire, &hello).await;
        let mut wire = Wire::open(server().addr(), subprotocol).await;
        assert!(wire.hello(resume(&hello, hello.epoch, seen)).await.unwrap().resumed);
        assert_eq!((wire.event(relayed).await, wire.event(relayed).await), (2, 3));
    })
    .await;
}

#[tokio::test]
async fn a_resume_with_nothing_seen_brings_everything_from_the_first_event_on() {
    both(async |subprotocol| {
        let (mut table, wire, hello) = in_game(subprotocol).await;
        let before: Vec<_> = wire.events().to_vec();
        cut(&mut table, wire, &hello).await;
        let mut wire = Wire::open(server().addr(), subprotocol).await;
        assert!(wire.hello(resume(&hello, hello.epoch, 0)).await.unwrap().resumed);
        wire.event_named("USER_ONLINE").await;
        assert_eq!(wire.events()[..before.len()], before);
    })
    .await;
}

#[tokio::test]
async fn what_was_acknowledged_is_forgotten_and_a_resume_from_before_it_starts_anew() {
    both(async |subprotocol| {
        let (mut table, mut wire, hello) = in_game(subprotocol).await;
        let seen = wire.last_seq();
        wire.say_frame(Some(3), Some(seen), ClientMessage::RoomList { game: None }).await;
        wire.answer(3).await.unwrap();
        cut(&mut table, wire, &hello).await;
        let mut wire = Wire::open(server().addr(), subprotocol).await;
        let back = wire.hello(resume(&hello, hello.epoch, seen - 1)).await.unwrap();
        assert_eq!((back.resumed, back.last_ref), (false, 3));
        assert!(back.epoch > hello.epoch);
        assert_eq!(back.room.map(|room| (room.phase, room.my_seat)), Some((Phase::InGame, Some(Seat(1)))));
    })
    .await;
}

#[tokio::test]
async fn another_epoch_brings_the_whole_room_and_numbers_from_one() {
    both(async |subprotocol| {
        for epoch_known in [0, 2, 77] {
            let (mut table, wire, hello) = in_game(subprotocol).await;
            cut(&mut table, wire, &hello).await;
            let mut wire = Wire::open(server().addr(), subprotocol).await;
            let back = wire.hello(resume(&hello, epoch_known, 0)).await.unwrap();
            assert_eq!((back.resumed, back.last_ref), (false, 2), "actions are known all the same");
            assert!(back.epoch > hello.epoch && back.epoch > epoch_known, "an epoch that nobody has seen");
            let room = back.room.expect("in a match");
            assert_eq!((room.phase, room.my_seat, room.players.len()), (Phase::InGame, Some(Seat(1)), 2));
            table[0].action(json!("on")).await.unwrap();
            wire.event(relayed).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_last_seq_from_the_future_starts_anew() {
    let (mut table, wire, hello) = in_game(Subprotocol::Json).await;
    let beyond = wire.last_seq() + 100;
    cut(&mut table, wire, &hello).await;
    let mut wire = Wire::open(server().addr(), Subprotocol::Json).await;
    assert!(!wire.hello(resume(&hello, hello.epoch, beyond)).await.unwrap().resumed);
}

#[tokio::test]
async fn an_action_sent_again_is_not_carried_out_again_and_its_reply_is_said_once_more() {
    both(async |subprotocol| {
        let (mut table, mut wire, hello) = in_game(subprotocol).await;
        wire.ask(action(json!("once"))).await.unwrap();
        let refused = wire.ask(ClientMessage::GameStart).await.unwrap_err();
        let seen = wire.last_seq();
        cut(&mut table, wire, &hello).await;
        let mut wire = Wire::open(server().addr(), subprotocol).await;
        assert_eq!(wire.hello(resume(&hello, hello.epoch, seen)).await.unwrap().last_ref, 4);
        wire.say_frame(Some(3), None, action(json!("once"))).await;
        wire.say_frame(Some(4), None, ClientMessage::GameStart).await;
        assert_eq!(wire.answer(3).await, Ok(OkBody::Empty));
        assert_eq!(wire.answer(4).await, Err(refused));
        wire.ask(action(json!("twice"))).await.unwrap();
        let Event::GameEvent { event } = wire.event_named("GAME_EVENT").await else { panic!("no event") };
        let second = json!({"type": "RELAYED", "seat": 1, "n": 2, "value": "twice"});
        assert_eq!(umbra_server_tests::player::json(event.as_str()), second, "nothing came in between");
    })
    .await;
}

#[tokio::test]
async fn an_action_that_never_arrived_is_carried_out_when_it_is_sent_again() {
    let (mut table, wire, hello) = in_game(Subprotocol::Json).await;
    let seen = wire.last_seq();
    cut(&mut table, wire, &hello).await;
    let mut wire = Wire::open(server().addr(), Subprotocol::Json).await;
    assert_eq!(wire.hello(resume(&hello, hello.epoch, seen)).await.unwrap().last_ref, 2);
    assert_eq!(wire.ask(action(json!("late"))).await, Ok(OkBody::Empty));
    assert_eq!(wire.event(relayed).await, 1);
}

#[tokio::test]
async fn sixty_four_replies_are_kept_and_an_older_ref_is_stale() {
    both(async |subprotocol| {
        let (mut wire, _) = Wire::guest(server(), subprotocol, "Ann").await;
        let last = REPLIES_KEPT as u64 + 1;
        for _ in 0..last {
            wire.ask(ClientMessage::RoomList { game: None }).await.unwrap();
        }
        wire.say_frame(Some(2), None, ClientMessage::RoomList { game: None }).await;
        assert!(wire.answer(2).await.is_ok(), "the oldest that is kept");
        wire.say_frame(Some(1), None, ClientMessage::RoomList { game: None }).await;
        assert_eq!(wire.answer(1).await.unwrap_err().code, ErrorCode::StaleRef);
    })
    .await;
}

#[tokio::test]
async fn a_user_who_was_in_no_room_comes_back_as_the_same_user_with_a_new_session() {
    both(async |subprotocol| {
        let (mut wire, hello) = Wire::guest(server(), subprotocol, "Ann").await;
        wire.ask(ClientMessage::RoomList { game: None }).await.unwrap();
        drop(wire);
        // Nothing tells when the user has ended; until then the session is simply resumed.
        let anew = soon("the end of the user", async {
            loop {
                let mut wire = Wire::open(server().addr(), subprotocol).await;
                let back = wire.hello(resume(&hello, hello.epoch, 0)).await.unwrap();
                assert_eq!((&back.uid, &back.user_name), (&hello.uid, &hello.user_name));
                if !back.resumed {
                    return back;
                }
            }
        });
        let anew = anew.await;
        assert_eq!((anew.last_ref, anew.room), (0, None));
        assert!(anew.epoch > hello.epoch);
    })
    .await;
}

#[tokio::test]
async fn nothing_comes_between_the_upgrade_and_the_reply_to_hello() {
    let (mut table, wire, hello) = in_game(Subprotocol::Json).await;
    let seen = wire.last_seq();
    cut(&mut table, wire, &hello).await;
    table[0].action(json!("missed")).await.unwrap();
    let mut wire = Wire::open(server().addr(), Subprotocol::Json).await;
    wire.say_frame(None, None, ClientMessage::Hello(resume(&hello, hello.epoch, seen))).await;
    // The reply first, and only then the events: a client must know what the numbers belong to.
    let first = soon("the reply", wire.connection().read(umbra_server_tests::SOON)).await.unwrap();
    let umbra_client::raw::Received::Text(first) = first else { panic!("{first:?}") };
    assert!(first.starts_with(r#"{"id":"OK""#), "{first}");
}
