//! Section 3: the same user on a second connection. The newer wins, and nothing the older does afterwards counts.

use serde_json::json;
use umbra_protocol::{ClientMessage, Control, Event, Hello, OkBody, Seat, ServerFrame, Subprotocol, Uid};
use umbra_server_tests::deadline::soon;
use umbra_server_tests::wire::Heard;
use umbra_server_tests::{Player, Proxy, Table, Wire, server, token};

use crate::servers::both;

fn resume(player: &Player, epoch: u64) -> Hello {
    let saved = player.session();
    Hello::Resume { session: saved.session, epoch, last_seq: saved.last_seq }
}

fn chat(text: &str) -> ClientMessage {
    ClientMessage::ChatSend { text: text.into() }
}

/// Everything up to the close: the last control message, and the code.
async fn goodbye(wire: &mut Wire) -> (Option<Control>, u16) {
    let code = wire.closed().await;
    let last = wire.messages().last().and_then(|(_, frame)| match frame {
        ServerFrame::Control(control) => Some(control.clone()),
        _ => None,
    });
    (last, code)
}

#[tokio::test]
async fn a_second_connection_takes_the_session_over_and_the_first_is_told() {
    both(async |subprotocol| {
        let (mut first, hello) = Wire::guest(server(), subprotocol, "Ann").await;
        let mut second = Wire::open(server().addr(), subprotocol).await;
        let resume = Hello::Resume { session: hello.session.clone(), epoch: hello.epoch, last_seq: 0 };
        let again = second.hello(resume).await.unwrap();
        assert_eq!((&again.uid, again.resumed), (&hello.uid, true));
        assert_eq!(goodbye(&mut first).await, (Some(Control::Replaced), 4001));
        assert!(second.ask(ClientMessage::RoomList { game: None }).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_takeover_in_game_is_no_absence() {
    let mut table = Table::playing(server(), "tictactoe", 2, json!({})).await;
    let mut second = Wire::open(server().addr(), Subprotocol::Json).await;
    let epoch = table[0].session().epoch;
    assert!(second.hello(resume(&table[0], epoch)).await.unwrap().resumed);
    let placed =
        second.ask(ClientMessage::GameAction { action: game_value(json!({"type": "PLACE", "cell": 4})) }).await;
    assert_eq!(placed, Ok(OkBody::Empty));
    table[1].hears_game_event(json!({"type": "PLACED", "seat": 0, "cell": 4})).await;
    table[1].chat("that is all").await.unwrap();
    table[1].hears("the last word", |event| matches!(event, Event::Chat { .. }).then_some(())).await;
    assert!(!table[1].history().any(|(_, event)| matches!(event, Event::UserOffline { .. })));
}

#[tokio::test]
async fn the_older_connections_late_frames_and_late_close_change_nothing() {
    let mut table = Table::open(server(), "relay", 2, json!({})).await;
    let proxy = Proxy::start(server().addr()).await;
    let mut older = Wire::open(proxy.addr(), Subprotocol::Json).await;
    let hello = older.hello(Hello::Guest { user_name: "Bob".into() }).await.unwrap();
    let join = ClientMessage::RoomJoin { room_id: table.room_id.clone(), join_as: umbra_protocol::JoinAs::Player };
    older.ask(join).await.unwrap();
    older.ask(ClientMessage::RoomReady { ready: true }).await.unwrap();
    table[0].hears("the ready Bob", |event| matches!(event, Event::UserReady { .. }).then_some(())).await;
    table[0].start_game().await.unwrap();
    older.event_named("GAME_STARTED").await;

    // What the older one says now is on its way for a while.
    proxy.hold();
    older.say(chat("from the older one")).await;
    older.say(ClientMessage::RoomLeave).await;
    let mut newer = Wire::open(server().addr(), Subprotocol::Json).await;
    let session = Hello::Resume { session: hello.session, epoch: hello.epoch, last_seq: older.last_seq() };
    assert!(newer.hello(session).await.unwrap().resumed);
    proxy.release();
    assert_eq!(goodbye(&mut older).await, (Some(Control::Replaced), 4001));
    drop(older);
    proxy.cut();

    newer.ask(chat("from the newer one")).await.unwrap();
    let heard = |event: &Event| match event {
        Event::Chat { text, .. } => Some(text.clone()),
        Event::UserLeft { .. } | Event::UserOffline { .. } => Some(format!("{event:?}")),
        _ => None,
    };
    assert_eq!(table[0].hears("a chat", heard).await, "from the newer one");
    assert_eq!(newer.event(heard).await, "from the newer one");
}

#[tokio::test]
async fn a_client_that_was_replaced_does_not_come_back() {
    let mut player = Player::guest(server(), "Ann").await;
    let mut second = Wire::open(server().addr(), Subprotocol::Bincode).await;
    let epoch = player.session().epoch;
    second.hello(resume(&player, epoch)).await.unwrap();
    let ended = umbra_client::ClientEvent::Closed(umbra_client::Ending::Replaced);
    while player.next("the end").await != ended {}
    assert!(second.ask(ClientMessage::RoomList { game: None }).await.is_ok(), "the second one stays");
}

#[tokio::test]
async fn the_same_token_signs_in_as_the_same_user_and_takes_over_with_a_new_session() {
    both(async |subprotocol| {
        let token = token::of_user(&format!("user-{subprotocol:?}"), "Tess");
        let hello = || Hello::Token { token: token.clone() };
        let mut table = Table::open(server(), "relay", 2, json!({})).await;
        let mut first = Wire::open(server().addr(), subprotocol).await;
        let signed_in = first.hello(hello()).await.unwrap();
        assert_eq!(signed_in.uid, Uid(format!("user-{subprotocol:?}").into()));
        let join = ClientMessage::RoomJoin { room_id: table.room_id.clone(), join_as: umbra_protocol::JoinAs::Player };
        first.ask(join).await.unwrap();

        let mut second = Wire::open(server().addr(), subprotocol).await;
        let anew = second.hello(hello()).await.unwrap();
        assert_eq!((&anew.uid, anew.resumed, anew.last_ref), (&signed_in.uid, false, 0));
        assert_ne!(anew.session, signed_in.session);
        let room = anew.room.expect("the user is in a room, whatever the session");
        assert_eq!((room.room_id, room.my_seat), (table.room_id.clone(), Some(Seat(1))));
        assert_eq!(goodbye(&mut first).await, (Some(Control::Replaced), 4001));
        second.ask(ClientMessage::RoomReady { ready: true }).await.unwrap();
        assert_eq!(second.last_seq(), 1, "events are numbered from 1 again");

        // The former session's token is that of the user, but not of this session.
        let mut third = Wire::open(server().addr(), subprotocol).await;
        let former = Hello::Resume { session: signed_in.session, epoch: signed_in.epoch, last_seq: 1 };
        let former = third.hello(former).await.unwrap();
        assert_eq!((former.uid, former.resumed), (anew.uid, false));
        assert_eq!(second.closed().await, 4001);
        let uid = signed_in.uid;
        table[0].hears_that(Event::UserReady { seat: Seat(1), uid, ready: true }).await;
    })
    .await;
}

/// Waits for this answer; a close code if the connection ends before.
async fn until(wire: &mut Wire, wanted: impl Fn(&OkBody) -> bool) -> Option<u16> {
    soon("an answer or the end", async {
        loop {
            match wire.next().await {
                Heard::Frame(ServerFrame::Ok { body, .. }) if wanted(&body) => return None,
                Heard::Frame(_) | Heard::Pong(_) => {}
                Heard::Close(code) => return Some(code),
                Heard::Eof => return Some(1006),
            }
        }
    })
    .await
}

#[tokio::test]
async fn of_many_at_once_exactly_one_connection_stays() {
    let (_first, hello) = Wire::guest(server(), Subprotocol::Json, "Ann").await;
    let mut all = Vec::new();
    for _ in 0..8 {
        all.push(Wire::open(server().addr(), Subprotocol::Json).await);
    }
    let resume = Hello::Resume { session: hello.session, epoch: hello.epoch, last_seq: 0 };
    for wire in &mut all {
        wire.say_frame(None, None, ClientMessage::Hello(resume.clone())).await;
    }
    // Once each has been let in or sent away, all of them have been dealt with, and one can be asked for the fate of each.
    let mut let_in = Vec::new();
    for mut wire in all {
        match until(&mut wire, |body| matches!(body, OkBody::Hello(_))).await {
            None => let_in.push(wire),
            Some(code) => assert_eq!(code, 4001),
        }
    }
    let mut stayed = 0;
    for wire in &mut let_in {
        wire.say(ClientMessage::RoomList { game: None }).await;
        match until(wire, |body| matches!(body, OkBody::Rooms(_))).await {
            None => stayed += 1,
            Some(code) => assert_eq!(code, 4001),
        }
    }
    assert_eq!(stayed, 1);
}

fn game_value(value: serde_json::Value) -> umbra_protocol::GameValue {
    umbra_protocol::GameValue::trusted(value.to_string())
}
