//! Rooms and room managers that do not answer, are lost, or let somebody go while something is under way.

use umbra_machine::room::Command;
use umbra_machine::session::{Ask, Effect, Input};
use umbra_protocol::{ClientMessage, ErrorCode, OkBody, RoomId, ServerFrame};

use crate::desk::{Desk, LIMITS, chat, join, refused, room_id, snapshot};
use crate::rooms::{create, found, let_in, quick};

#[test]
fn a_silent_room_manager_is_an_internal_error() {
    for message in [ClientMessage::RoomList { game: None }, create("relay"), quick(), join()] {
        let mut desk = Desk::greeted();
        desk.ask(1, 1, message);
        let late = desk.asked_rooms().0;
        desk.wait(LIMITS.request_timeout_ms - 1);
        assert_eq!(desk.answers(1), []);
        desk.wait(1);
        assert_eq!(desk.answers(1), [(1, Some(ErrorCode::Internal))]);
        desk.step(Input::RoomFound { op: late, found: Ok(room_id()) });
        desk.step(Input::Listed { op: late, rooms: Vec::new() });
        assert_eq!((desk.said(1), desk.commands()), (vec![], vec![]), "an answer too late");
    }
}

#[test]
fn a_room_that_does_not_answer_a_join_is_left_and_its_late_words_are_of_no_stay() {
    let mut desk = Desk::greeted();
    desk.ask(1, 1, join());
    found(&mut desk, &room_id());
    let joined = desk.asked_room().0;
    desk.wait(LIMITS.request_timeout_ms);
    assert_eq!(desk.answers(1), [(1, Some(ErrorCode::Internal))]);
    let (left, command) = desk.asked_room();
    assert_eq!((command, desk.session.room()), (Command::Leave, None));

    desk.ask(1, 2, join());
    found(&mut desk, &room_id());
    assert_eq!(desk.answers(1), [(2, Some(ErrorCode::Internal))], "not before it has answered");
    desk.event("you joined");
    desk.answer(joined, Ok(OkBody::Room(Box::new(snapshot()))));
    desk.event("you left");
    desk.released();
    desk.answer(left, Ok(OkBody::Empty));
    assert_eq!((desk.said(1), desk.orders()), (vec![], vec![]));

    desk.ask(1, 3, join());
    found(&mut desk, &room_id());
    desk.event("you joined");
    let_in(&mut desk);
    let said = desk.said(1);
    let [ServerFrame::Event { seq: 1, .. }, ServerFrame::Ok { reference: Some(3), .. }] = said.as_slice() else {
        panic!("{said:?}")
    };
}

#[test]
fn leaving_is_answered_when_the_room_lets_go_whether_or_not_it_still_answers() {
    for message in [ClientMessage::RoomLeave, ClientMessage::RoomDissolve] {
        let mut desk = Desk::in_room();
        desk.ask(1, 2, message);
        let op = desk.asked_room().0;
        desk.released();
        assert_eq!(desk.answers(1), [(2, None)]);
        desk.answer(op, Ok(OkBody::Empty));
        assert_eq!((desk.answers(1), desk.session.room()), (vec![], None));
    }
}

#[test]
fn what_crosses_with_the_rooms_end_is_refused_without_waiting() {
    let mut desk = Desk::in_room();
    desk.ask(1, 2, chat("hm"));
    desk.event("dissolved");
    desk.released();
    assert_eq!(desk.answers(1), [(2, Some(ErrorCode::NotInRoom))]);
}

#[test]
fn a_room_that_is_lost_is_looked_for_and_asked_again() {
    let mut desk = Desk::in_room();
    desk.ask(1, 2, chat("hm"));
    let asked = desk.asked_room();
    desk.step(Input::RoomDown { room_id: room_id() });
    let (op, ask) = desk.asked_rooms();
    assert_eq!(ask, Ask::Find { room_id: room_id() });
    desk.step(Input::RoomFound { op, found: Ok(room_id()) });
    let again = desk.asked_room();
    assert_eq!(again, asked);
    desk.answer(again.0, Ok(OkBody::Empty));
    assert_eq!(desk.answers(1), [(2, None)]);
}

#[test]
fn a_room_that_is_no_more_is_told_as_failed_and_what_it_was_asked_fails() {
    let mut desk = Desk::in_room();
    desk.ask(1, 2, chat("hm"));
    desk.orders();
    desk.step(Input::RoomDown { room_id: room_id() });
    let op = desk.asked_rooms().0;
    desk.step(Input::RoomFound { op, found: Err(refused(ErrorCode::RoomNotFound)) });
    let said = desk.said(1);
    let [ServerFrame::Event { event, .. }, ServerFrame::Error { reference: Some(2), error }] = said.as_slice() else {
        panic!("{said:?}")
    };
    assert_eq!((event.id(), error.code), ("ROOM_DISSOLVED", ErrorCode::Internal));
    assert_eq!(desk.session.room(), None);
}

#[test]
fn a_list_that_is_under_way_does_not_suffer_from_a_lost_room() {
    let mut desk = Desk::in_room();
    desk.ask(1, 2, ClientMessage::RoomList { game: None });
    let list = desk.asked_rooms().0;
    desk.step(Input::RoomDown { room_id: room_id() });
    let op = desk.asked_rooms().0;
    desk.step(Input::RoomFound { op, found: Err(refused(ErrorCode::RoomNotFound)) });
    assert_eq!(desk.answers(1), []);
    desk.step(Input::Listed { op: list, rooms: Vec::new() });
    assert_eq!(desk.answers(1), [(2, None)]);
}

#[test]
fn a_room_lost_while_joining_is_joined_where_it_is_now() {
    let mut desk = Desk::greeted();
    desk.ask(1, 1, join());
    found(&mut desk, &room_id());
    let asked = desk.asked_room();
    desk.step(Input::RoomDown { room_id: room_id() });
    let op = desk.asked_rooms().0;
    desk.step(Input::RoomFound { op, found: Ok(room_id()) });
    assert_eq!(desk.asked_room(), asked);
}

#[test]
fn a_room_that_is_no_more_while_joining_is_a_room_not_found() {
    let mut desk = Desk::greeted();
    desk.ask(1, 1, join());
    found(&mut desk, &room_id());
    desk.step(Input::RoomDown { room_id: room_id() });
    let op = desk.asked_rooms().0;
    desk.step(Input::RoomFound { op, found: Err(refused(ErrorCode::RoomNotFound)) });
    assert_eq!(desk.answers(1), [(1, Some(ErrorCode::RoomNotFound))]);
    assert_eq!(desk.session.room(), None);
}

#[test]
fn a_room_lost_while_greeting_is_asked_again_where_it_is_now() {
    let mut desk = Desk::in_room();
    desk.lose(1);
    desk.resume(2, 1, 0);
    desk.step(Input::RoomDown { room_id: room_id() });
    let op = desk.asked_rooms().0;
    desk.step(Input::RoomFound { op, found: Ok(room_id()) });
    let op = desk.online_op();
    desk.answer(op, Ok(OkBody::Room(Box::new(snapshot()))));
    assert!(desk.hello(2).resumed);
}

#[test]
fn a_room_that_is_no_more_while_greeting_is_told_after_the_greeting() {
    let mut desk = Desk::in_room();
    desk.lose(1);
    desk.resume(2, 1, 0);
    desk.step(Input::RoomDown { room_id: room_id() });
    let op = desk.asked_rooms().0;
    desk.step(Input::RoomFound { op, found: Err(refused(ErrorCode::RoomNotFound)) });
    assert_eq!(desk.hello(2).room, None);
    assert_eq!(desk.events(2), [(1, "ROOM_DISSOLVED".to_owned())]);
}

#[test]
fn a_room_manager_that_does_not_say_where_the_room_is_is_asked_again() {
    let mut desk = Desk::in_room();
    desk.step(Input::RoomDown { room_id: room_id() });
    let first = desk.asked_rooms();
    desk.wait(LIMITS.request_timeout_ms);
    let second = desk.asked_rooms();
    assert_eq!(first.1, second.1);
    desk.step(Input::RoomFound { op: first.0, found: Err(refused(ErrorCode::RoomNotFound)) });
    assert_eq!(desk.session.room(), Some(&room_id()), "the first question is no question any more");
    desk.step(Input::RoomFound { op: second.0, found: Ok(room_id()) });
    assert_eq!(desk.session.next_deadline(), None);
}

#[test]
fn events_of_another_room_are_logged_and_not_passed_on() {
    let mut desk = Desk::greeted();
    desk.event("who is this for?");
    assert_eq!(desk.said(1), []);
    assert!(matches!(desk.orders().as_slice(), [Effect::Odd(_)]));
}

#[test]
fn the_end_of_another_room_changes_nothing() {
    let mut desk = Desk::in_room();
    let other = RoomId("OTHER2".into());
    desk.step(Input::RoomDown { room_id: other.clone() });
    desk.step(Input::RoomReleased { room_id: other });
    assert_eq!((desk.orders(), desk.session.room()), (vec![], Some(&room_id())));
}
