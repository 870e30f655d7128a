//! Into rooms: what is asked of whom, what is refused, and connections that are lost on the way.

use umbra_machine::directory::Wish;
use umbra_machine::room::Command;
use umbra_machine::session::{Ask, Input};
use umbra_protocol::{ClientMessage, ErrorCode, GameValue, JoinAs, OkBody, RoomId, RoomSpec, ServerFrame};

use crate::desk::{Desk, join, refused, room_id, snapshot};

pub fn spec(game: &str) -> RoomSpec {
    RoomSpec { game: game.to_owned(), seats: None, options: None }
}

pub fn create(game: &str) -> ClientMessage {
    ClientMessage::RoomCreate { spec: spec(game), private: false }
}

pub fn quick() -> ClientMessage {
    ClientMessage::RoomQuickJoin { spec: spec("relay") }
}

pub fn found(desk: &mut Desk, room: &RoomId) {
    let op = desk.asked_rooms().0;
    desk.step(Input::RoomFound { op, found: Ok(room.clone()) });
}

pub fn let_in(desk: &mut Desk) {
    let op = desk.asked_room().0;
    desk.answer(op, Ok(OkBody::Room(Box::new(snapshot()))));
}

fn refuse_join(desk: &mut Desk, room_id: &RoomId, code: ErrorCode) {
    let op = desk.asked_room().0;
    desk.step(Input::RoomReply { room_id: room_id.clone(), op, result: Err(refused(code)) });
}

#[test]
fn creating_is_asking_for_a_room_and_joining_it() {
    let mut desk = Desk::greeted();
    desk.ask(1, 1, create("tictactoe"));
    let (op, ask) = desk.asked_rooms();
    let options = r#"{"turnMs":30000}"#.to_owned();
    let wish =
        Wish { game: "tictactoe".to_owned(), seats: 2, any_seats: false, options, any_options: false, seed: None };
    assert_eq!(ask, Ask::Create { wish, private: false });
    desk.step(Input::RoomFound { op, found: Ok(room_id()) });
    let (op, command) = desk.asked_room();
    assert!(matches!(command, Command::Join { join_as: JoinAs::Player, .. }));
    desk.answer(op, Ok(OkBody::Room(Box::new(snapshot()))));
    let said = desk.said(1);
    assert!(matches!(said.as_slice(), [ServerFrame::Ok { reference: Some(1), body: OkBody::Room(_) }]), "{said:?}");
    assert_eq!(desk.session.room(), Some(&room_id()));
}

#[test]
fn what_a_room_is_to_be_is_checked_before_anybody_is_asked() {
    let mut desk = Desk::greeted();
    desk.ask(1, 1, create("chess"));
    let seats = RoomSpec { seats: Some(3), ..spec("tictactoe") };
    desk.ask(1, 2, ClientMessage::RoomCreate { spec: seats, private: false });
    let options = Some(GameValue::trusted(r#"{"turnMs":"soon"}"#.to_owned()));
    desk.ask(1, 3, ClientMessage::RoomQuickJoin { spec: RoomSpec { options, ..spec("tictactoe") } });
    let bad = Some(ErrorCode::BadOptions);
    assert_eq!(desk.answers(1), [(1, Some(ErrorCode::UnknownGame)), (2, bad), (3, bad)]);
    assert_eq!(desk.orders(), []);
}

#[test]
fn what_was_not_said_is_left_open_for_a_quick_join_and_filled_in_for_a_new_room() {
    let mut desk = Desk::greeted();
    desk.ask(1, 1, quick());
    let (_, Ask::Quick { wish, not }) = desk.asked_rooms() else { panic!("a quick join") };
    assert!(wish.any_seats && wish.any_options && not.is_empty());
    assert_eq!((wish.seats, wish.options.as_str()), (64, r#"{"autoStart":false}"#));
}

#[test]
fn whoever_is_in_a_room_goes_into_no_other() {
    let mut desk = Desk::in_room();
    desk.ask(1, 2, create("relay"));
    desk.ask(1, 3, quick());
    desk.ask(1, 4, join());
    let already = Some(ErrorCode::AlreadyInRoom);
    assert_eq!(desk.answers(1), [(2, already), (3, already), (4, already)]);
}

#[test]
fn a_join_that_is_refused_leaves_the_user_outside() {
    let mut desk = Desk::greeted();
    desk.ask(1, 1, join());
    found(&mut desk, &room_id());
    refuse_join(&mut desk, &room_id(), ErrorCode::RoomFull);
    assert_eq!((desk.answers(1), desk.session.room()), (vec![(1, Some(ErrorCode::RoomFull))], None));
    desk.ask(1, 2, join());
    let op = desk.asked_rooms().0;
    desk.step(Input::RoomFound { op, found: Err(refused(ErrorCode::RoomNotFound)) });
    assert_eq!(desk.answers(1), [(2, Some(ErrorCode::RoomNotFound))]);
}

#[test]
fn a_quick_join_tries_other_rooms_and_then_makes_one() {
    let mut desk = Desk::greeted();
    desk.ask(1, 1, quick());
    for tried in 0..3 {
        let (op, ask) = desk.asked_rooms();
        let Ask::Quick { not, .. } = ask else { panic!("{ask:?}") };
        assert_eq!(not.len(), tried, "those tried before");
        let room = RoomId(format!("ROOM2{tried}").into());
        desk.step(Input::RoomFound { op, found: Ok(room.clone()) });
        refuse_join(&mut desk, &room, ErrorCode::RoomFull);
        assert_eq!(desk.answers(1), []);
    }
    let (op, Ask::Create { private: false, .. }) = desk.asked_rooms() else { panic!("a room of its own") };
    desk.step(Input::RoomFound { op, found: Ok(room_id()) });
    let_in(&mut desk);
    assert_eq!(desk.answers(1), [(1, None)]);
}
