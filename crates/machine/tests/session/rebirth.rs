//! A user whose process died: what it asks, in which order, and how its session goes on.

use umbra_machine::journal::{Answer, UserFacts, UserRecord};
use umbra_machine::room::{Command, OpId};
use umbra_machine::session::{AttachKind, Effect, Input, Rebirth, RebirthStep, Session};
use umbra_protocol::limits::REPLIES_KEPT;
use umbra_protocol::{ErrorCode, Event, OkBody, RoomId, ServerFrame, Uid, UserName};

use crate::desk::{CATALOG, Desk, LIMITS, chat, refused, room_id, snapshot};

fn record(room: Option<RoomId>, answers: Vec<Answer>) -> UserRecord {
    let user_name = UserName::parse("Ann").expect("a good name");
    UserRecord { facts: UserFacts { user_name, sid: "s".to_owned(), epoch: 3, room }, answers }
}

fn answered(references: impl IntoIterator<Item = u64>) -> Vec<Answer> {
    references.into_iter().map(|reference| (reference, Ok(OkBody::Empty))).collect()
}

fn op(steps: &[RebirthStep]) -> OpId {
    match steps {
        [RebirthStep::Find { op, .. } | RebirthStep::Report { op, .. }] => *op,
        other => panic!("expected one question, got {other:?}"),
    }
}

/// A user that has come back with this record.
fn back(record: UserRecord) -> Desk {
    let mut desk = Desk::empty();
    desk.session = Session::restored(desk.now_ms, Uid("ann".into()), record, 2, LIMITS, &CATALOG);
    desk.step(Input::HandIn);
    desk
}

/// The same with its socket 7 attached again and told.
fn back_on_its_socket(record: UserRecord) -> Desk {
    let in_room = record.facts.room.is_some();
    let mut desk = back(record);
    desk.orders();
    desk.attach(7, "s", AttachKind::Live);
    if in_room {
        let op = desk.online_op();
        desk.answer(op, Ok(OkBody::Room(Box::new(snapshot()))));
    }
    desk
}

#[test]
fn the_room_is_asked_before_the_answers_are() {
    let mut rebirth = Rebirth::new(0, 5_000);
    assert_eq!(rebirth.steps(), [RebirthStep::Recall]);
    rebirth.recalled(1, Some(record(Some(room_id()), answered([1]))));
    let op_of_find = op(&rebirth.steps());
    rebirth.found(2, op_of_find, Ok(room_id()));
    let op_of_report = op(&rebirth.steps());
    assert!(rebirth.answered(3, op_of_report, &Ok(OkBody::Room(Box::new(snapshot())))));
    assert_eq!(rebirth.steps(), [RebirthStep::Recall], "what the room has still carried out is known by now");
    let complete = record(Some(room_id()), answered([1, 2]));
    rebirth.recalled(4, Some(complete.clone()));
    assert_eq!(rebirth.steps(), [RebirthStep::Back(Some(Box::new(complete)))]);
}

#[test]
fn a_room_that_has_let_the_user_go_is_left_and_its_last_answers_are_kept() {
    let mut rebirth = Rebirth::new(0, 5_000);
    rebirth.steps();
    rebirth.recalled(1, Some(record(Some(room_id()), Vec::new())));
    let op_of_find = op(&rebirth.steps());
    rebirth.found(2, op_of_find, Ok(room_id()));
    let op_of_report = op(&rebirth.steps());
    rebirth.answered(3, op_of_report, &Err(refused(ErrorCode::NotInRoom)));
    assert_eq!(rebirth.steps(), [RebirthStep::LeaveRoom { room_id: room_id() }, RebirthStep::Recall]);
    rebirth.recalled(4, Some(record(Some(room_id()), answered([5]))));
    assert_eq!(rebirth.steps(), [RebirthStep::Back(Some(Box::new(record(None, answered([5])))))]);
}

#[test]
fn whoever_does_not_answer_is_asked_again_and_given_up_in_the_end() {
    let mut rebirth = Rebirth::new(0, 1_000);
    assert_eq!(rebirth.steps(), [RebirthStep::Recall]);
    rebirth.tick(99);
    assert_eq!(rebirth.steps(), []);
    rebirth.tick(100);
    assert_eq!(rebirth.steps(), [RebirthStep::Recall]);
    rebirth.recalled(150, Some(record(Some(room_id()), Vec::new())));
    let first = op(&rebirth.steps());
    rebirth.tick(250);
    let second = op(&rebirth.steps());
    rebirth.found(260, first, Err(refused(ErrorCode::RoomNotFound)));
    assert_eq!(rebirth.steps(), [], "the answer to a question that was asked again");
    rebirth.found(270, second, Ok(room_id()));
    op(&rebirth.steps());
    rebirth.room_down(280);
    op(&rebirth.steps());
    rebirth.tick(1_000);
    assert_eq!(rebirth.steps(), [RebirthStep::Back(Some(Box::new(record(Some(room_id()), Vec::new()))))]);
    assert_eq!(rebirth.next_deadline(), None);
}

#[test]
fn the_client_on_a_live_socket_is_told_the_present_state_in_a_new_epoch() {
    let mut desk = back_on_its_socket(record(Some(room_id()), Vec::new()));
    let said = desk.said(7);
    let [ServerFrame::Event { seq: 1, event: Event::Resync { epoch, room: Some(_) } }] = said.as_slice() else {
        panic!("expected a RESYNC alone, got {said:?}")
    };
    assert!(*epoch > 3, "{epoch}");
    desk.event("next");
    assert_eq!(desk.events(7), [(2, "next".to_owned())]);
}

#[test]
fn an_action_that_was_carried_out_is_answered_again_and_one_that_was_not_is_carried_out() {
    let mut desk = back_on_its_socket(record(Some(room_id()), answered([5])));
    desk.said(7);
    desk.ask(7, 5, chat("five"));
    assert_eq!(desk.commands(), []);
    assert_eq!(desk.answers(7), [(5, None)]);
    desk.ask(7, 6, chat("six"));
    let (op, command) = desk.asked_room();
    assert_eq!(command, Command::Chat { text: "six".to_owned() });
    desk.answer(op, Ok(OkBody::Empty));
    assert_eq!(desk.answers(7), [(6, None)]);
}

#[test]
fn an_action_whose_refusal_died_with_the_user_is_answered_after_all() {
    let mut desk = back_on_its_socket(record(Some(room_id()), answered([3, 5])));
    desk.said(7);
    desk.ask(7, 4, chat("four"));
    let (op, _) = desk.asked_room();
    desk.answer(op, Err(refused(ErrorCode::RateLimited)));
    assert_eq!(desk.answers(7), [(4, Some(ErrorCode::RateLimited))]);
    desk.ask(7, 4, chat("four"));
    assert_eq!(desk.commands(), [], "once");
}

#[test]
fn an_action_whose_answer_is_no_longer_kept_is_not_carried_out_again() {
    let many = 10..10 + REPLIES_KEPT as u64;
    let mut desk = back_on_its_socket(record(Some(room_id()), answered(many)));
    desk.said(7);
    desk.ask(7, 9, chat("nine"));
    assert_eq!((desk.commands(), desk.answers(7)), (Vec::new(), vec![(9, Some(ErrorCode::StaleRef))]));
}

#[test]
fn a_socket_that_does_not_come_back_is_a_lost_connection() {
    let mut desk = back(record(Some(room_id()), Vec::new()));
    desk.orders();
    desk.wait(999);
    assert_eq!(desk.orders(), []);
    desk.wait(1);
    assert_eq!(desk.orders(), [Effect::Offline { room_id: room_id() }]);
    let mut nowhere = back(record(None, Vec::new()));
    nowhere.orders();
    nowhere.wait(1_000);
    assert_eq!(nowhere.orders(), [Effect::Ending]);
}

#[test]
fn a_socket_that_was_replaced_while_the_user_was_dead_is_told_so() {
    let mut desk = back_on_its_socket(record(None, Vec::new()));
    desk.said(7);
    desk.attach(6, "s", AttachKind::Live);
    assert_eq!(desk.said(6), [ServerFrame::Control(umbra_protocol::Control::Replaced)]);
    desk.ask(7, 1, chat("still here"));
    assert_eq!(desk.answers(7), [(1, Some(ErrorCode::NotInRoom))]);
    desk.attach(7, "s", AttachKind::Live);
    assert_eq!(desk.said(7), [], "a socket that asks twice is greeted once");
}
