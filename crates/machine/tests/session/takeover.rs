//! The same user on a second socket: the newer wins, and the older changes nothing any more.

use umbra_machine::session::{Effect, Inbound, Input, SocketKey};
use umbra_protocol::{ClientFrame, CloseCode, Control, OkBody, ServerFrame};

use crate::desk::{Desk, chat, closed, room_id, snapshot};

fn taken_over() -> Desk {
    let mut desk = Desk::in_room();
    desk.event("a");
    desk.said(1);
    desk.resume(2, 1, 0);
    desk
}

#[test]
fn the_older_socket_is_told_and_closed_and_the_user_is_never_offline() {
    let mut desk = taken_over();
    assert_eq!(desk.said(1), [ServerFrame::Control(Control::Replaced)]);
    let orders = desk.orders();
    let [close, forget, Effect::Online { op, .. }] = orders.as_slice() else { panic!("{orders:?}") };
    assert_eq!(*close, closed(1, CloseCode::Replaced));
    assert_eq!(*forget, Effect::Forget { socket: SocketKey(1) });
    desk.answer(*op, Ok(OkBody::Room(Box::new(snapshot()))));
    assert!(desk.hello(2).resumed);
    assert_eq!(desk.events(2), [(1, "a".to_owned())]);
}

#[test]
fn the_older_socket_is_not_listened_to() {
    let mut desk = taken_over();
    desk.orders();
    let frame = ClientFrame { reference: Some(2), ack: Some(1), message: chat("too late") };
    desk.said(1);
    desk.step(Input::Client { socket: SocketKey(1), inbound: Inbound::Frame(frame) });
    desk.drained(1);
    assert_eq!((desk.said(1), desk.commands()), (vec![], vec![]));
}

#[test]
fn a_third_socket_takes_over_from_one_that_is_not_greeted_yet() {
    let mut desk = taken_over();
    let abandoned = desk.online_op();
    desk.resume(3, 1, 0);
    assert_eq!(desk.said(2), [ServerFrame::Control(Control::Replaced)]);
    let op = desk.online_op();
    desk.answer(abandoned, Ok(OkBody::Room(Box::new(snapshot()))));
    assert_eq!(desk.said(3), [], "that answer was for another question");
    desk.answer(op, Ok(OkBody::Room(Box::new(snapshot()))));
    assert!(desk.hello(3).resumed);
}

#[test]
fn a_busy_older_socket_is_told_all_the_same() {
    let mut desk = Desk::in_room();
    desk.fast = false;
    desk.event("a");
    desk.event("b");
    desk.resume(2, 1, 0);
    let said = desk.said(1);
    assert_eq!(said.last(), Some(&ServerFrame::Control(Control::Replaced)));
}

#[test]
fn an_admin_throws_the_user_out_of_the_room_and_off_the_line() {
    let mut desk = Desk::in_room();
    desk.step(Input::ThrowOut);
    let orders = desk.orders();
    let [Effect::AskRoom { command: umbra_machine::room::Command::Leave, .. }, close, ..] = orders.as_slice() else {
        panic!("{orders:?}")
    };
    assert_eq!(*close, closed(1, CloseCode::Kicked));
    desk.released();
    let left = [Effect::LeaveRoom { room_id: room_id() }, Effect::Ending];
    assert_eq!(desk.orders(), left);
}

#[test]
fn the_server_hangs_up_and_the_user_is_offline() {
    let mut desk = Desk::in_room();
    desk.step(Input::Hangup { code: CloseCode::GoingAway });
    let socket = SocketKey(1);
    let offline = Effect::Offline { room_id: room_id() };
    assert_eq!(desk.orders(), [closed(1, CloseCode::GoingAway), Effect::Forget { socket }, offline]);
}
