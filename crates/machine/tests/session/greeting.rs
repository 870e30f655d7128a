//! `HELLO`: nothing comes before its answer, and everything that was said meanwhile comes after it.

use umbra_machine::session::{AttachKind, Effect, Input, SocketKey};
use umbra_protocol::{ClientMessage, CloseCode, Control, ErrorCode, GameValue, OkBody, ServerFrame, Subprotocol, Uid};

use crate::desk::{Desk, LIMITS, chat, closed, refused, room_id, snapshot};

#[test]
fn a_fresh_sign_in_is_greeted_at_once() {
    let mut desk = Desk::empty();
    desk.sign_in(1, "s");
    let hello = desk.hello(1);
    assert_eq!((hello.uid, hello.session.as_str()), (Uid("ann".into()), "token of s"));
    assert_eq!((hello.epoch, hello.resumed, hello.last_ref, hello.room), (1, false, 0, None));
    assert_eq!((hello.server_time_ms, hello.heartbeat_ms, hello.grace_ms), (desk.now_ms, 15_000, 0));
}

#[test]
fn both_subprotocols_are_spoken() {
    for subprotocol in [Subprotocol::Json, Subprotocol::Bincode] {
        let mut desk = Desk::empty();
        desk.attach_as(subprotocol, 1, "s", AttachKind::New);
        assert_eq!(desk.hello(1).epoch, 1);
        desk.say(1, None, None, ClientMessage::Ping { client_time_ms: 5 });
        assert!(matches!(desk.said(1).as_slice(), [ServerFrame::Control(Control::Pong { client_time_ms: 5, .. })]));
    }
}

#[test]
fn in_a_room_the_greeting_waits_for_the_present_state() {
    let mut desk = Desk::in_room();
    desk.lose(1);
    desk.orders();
    desk.resume(2, 1, 0);
    assert_eq!(desk.said(2), []);
    let op = desk.online_op();
    let room = umbra_protocol::RoomSnapshot { last_outcome: Some(GameValue::trusted("7".to_owned())), ..snapshot() };
    desk.answer(op, Ok(OkBody::Room(Box::new(room.clone()))));
    assert_eq!(desk.hello(2).room, Some(room));
}

#[test]
fn what_a_hasty_client_asks_before_its_greeting_is_answered_after_it() {
    let mut desk = Desk::in_room();
    desk.lose(1);
    desk.resume(2, 1, 0);
    let op = desk.online_op();
    desk.say(2, None, None, ClientMessage::Ping { client_time_ms: 1 });
    desk.ask(2, 1, chat("answered long ago"));
    desk.ask(2, 2, chat("new"));
    desk.step(Input::Draining { reconnect_after_ms: 9 });
    assert_eq!((desk.said(2), desk.commands()), (vec![], vec![]));
    desk.answer(op, Ok(OkBody::Room(Box::new(snapshot()))));
    desk.hello(2);
    let said = desk.said(2);
    let [ServerFrame::Control(Control::Pong { .. }), ServerFrame::Ok { reference: Some(1), .. }, drain] =
        said.as_slice()
    else {
        panic!("{said:?}")
    };
    assert_eq!(*drain, ServerFrame::Control(Control::ServerDraining { reconnect_after_ms: 9 }));
    assert_eq!(desk.commands().len(), 1, "the new action begins now");
}

#[test]
fn a_room_that_does_not_know_the_user_is_not_the_users_room() {
    let mut desk = Desk::in_room();
    desk.lose(1);
    desk.resume(2, 1, 0);
    let op = desk.online_op();
    desk.answer(op, Err(refused(ErrorCode::NotInRoom)));
    assert_eq!((desk.hello(2).room, desk.session.room()), (None, None));
    assert_eq!(desk.orders(), [Effect::LeaveRoom { room_id: room_id() }]);
}

#[test]
fn a_user_who_is_let_go_while_being_greeted_is_greeted_without_a_room() {
    let mut desk = Desk::in_room();
    desk.lose(1);
    desk.resume(2, 1, 0);
    desk.event("you are out");
    desk.released();
    assert_eq!(desk.hello(2).room, None);
    assert_eq!(desk.events(2), [(1, "you are out".to_owned())]);
}

#[test]
fn a_room_that_does_not_answer_a_greeting_in_time_closes_the_connection() {
    let mut desk = Desk::in_room();
    desk.lose(1);
    desk.resume(2, 1, 0);
    desk.orders();
    desk.wait(LIMITS.request_timeout_ms - 1);
    assert_eq!(desk.orders(), []);
    desk.wait(1);
    let socket = SocketKey(2);
    let offline = Effect::Offline { room_id: room_id() };
    assert_eq!(desk.orders(), [closed(2, CloseCode::Internal), Effect::Forget { socket }, offline]);
}

#[test]
fn a_connection_lost_while_being_greeted_is_offline_again() {
    let mut desk = Desk::in_room();
    desk.lose(1);
    desk.resume(2, 1, 0);
    let op = desk.online_op();
    desk.lose(2);
    assert_eq!(desk.orders(), [Effect::Forget { socket: SocketKey(2) }, Effect::Offline { room_id: room_id() }]);
    desk.answer(op, Ok(OkBody::Room(Box::new(snapshot()))));
    assert_eq!((desk.said(2), desk.orders()), (vec![], vec![]), "the answer is for nobody");
}

#[test]
fn the_greeting_waits_for_the_action_that_began_before_it() {
    let mut desk = Desk::in_room();
    desk.ask(1, 2, chat("hm"));
    let asked = desk.asked_room().0;
    desk.lose(1);
    desk.orders();
    desk.resume(2, 1, 0);
    assert_eq!(desk.orders(), [], "the room is not asked yet");
    desk.event("hm");
    desk.answer(asked, Ok(OkBody::Empty));
    let op = desk.online_op();
    desk.answer(op, Ok(OkBody::Room(Box::new(snapshot()))));
    assert_eq!(desk.hello(2).last_ref, 2, "carried out meanwhile");
    assert_eq!(desk.events(2), [(1, "hm".to_owned())]);
    desk.ask(2, 2, chat("hm"));
    assert_eq!(desk.answers(2), [(2, None)], "and its answer is kept");
}

#[test]
fn a_ref_sent_again_before_the_greeting_while_under_way_is_answered_on_the_new_connection() {
    let mut desk = Desk::in_room();
    desk.ask(1, 2, chat("hm"));
    let asked = desk.asked_room().0;
    desk.lose(1);
    desk.resume(2, 1, 0);
    desk.ask(2, 2, chat("hm"));
    desk.answer(asked, Ok(OkBody::Empty));
    let op = desk.online_op();
    desk.answer(op, Ok(OkBody::Room(Box::new(snapshot()))));
    desk.hello(2);
    assert_eq!(desk.answers(2), [(2, None)]);
}

#[test]
fn a_greeting_outlasts_the_silence_that_the_action_before_it_meets() {
    let mut desk = Desk::greeted();
    desk.ask(1, 1, ClientMessage::RoomList { game: None });
    desk.sign_in(2, "t");
    desk.orders();
    desk.wait(LIMITS.request_timeout_ms);
    desk.hello(2);
    assert_eq!(desk.said(2), [], "what another session asked is no answer of this one");
}

#[test]
fn draining_is_told_to_who_is_connected() {
    let mut desk = Desk::greeted();
    desk.step(Input::Draining { reconnect_after_ms: 500 });
    assert_eq!(desk.said(1), [ServerFrame::Control(Control::ServerDraining { reconnect_after_ms: 500 })]);
}
