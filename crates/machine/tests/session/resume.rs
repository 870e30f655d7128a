//! Coming back: what continues, what cannot, and what the greeting says of it.

use umbra_machine::session::AttachKind;
use umbra_protocol::{HelloOk, OkBody};

use crate::desk::{Desk, LIMITS, chat, snapshot};

fn happened(texts: &[&str]) -> Desk {
    let mut desk = Desk::in_room();
    texts.iter().for_each(|text| desk.event(text));
    desk.lose(1);
    desk
}

fn back(desk: &mut Desk, epoch: u64, last_seq: u64) -> HelloOk {
    back_as(desk, "s", AttachKind::Resume { epoch, last_seq })
}

fn back_as(desk: &mut Desk, sid: &str, kind: AttachKind) -> HelloOk {
    desk.attach(2, sid, kind);
    let op = desk.online_op();
    desk.answer(op, Ok(OkBody::Room(Box::new(snapshot()))));
    desk.hello(2)
}

fn numbered(from: u64, texts: &[&str]) -> Vec<(u64, String)> {
    (from..).zip(texts.iter().map(|text| (*text).to_owned())).collect()
}

#[test]
fn the_events_after_the_last_one_handled_follow_the_greeting() {
    let mut desk = happened(&["a", "b", "c"]);
    desk.event("d");
    let hello = back(&mut desk, 1, 2);
    assert_eq!((hello.resumed, hello.epoch), (true, 1));
    assert_eq!(desk.events(2), numbered(3, &["c", "d"]));
    desk.event("e");
    assert_eq!(desk.events(2), numbered(5, &["e"]));
}

#[test]
fn with_nothing_missed_nothing_follows() {
    let mut desk = happened(&["a", "b"]);
    assert!(back(&mut desk, 1, 2).resumed);
    assert_eq!(desk.events(2), []);
}

#[test]
fn as_many_events_as_are_kept_can_be_missed_and_with_one_more_the_numbering_starts_anew() {
    for (missed, resumed) in [(LIMITS.history_events_max, true), (LIMITS.history_events_max + 1, false)] {
        let mut desk = happened(&vec!["x"; missed]);
        let hello = back(&mut desk, 1, 0);
        assert_eq!((hello.resumed, hello.epoch), (resumed, if resumed { 1 } else { 2 }));
        assert_eq!(desk.events(2).len(), if resumed { missed } else { 0 });
        assert!(hello.room.is_some(), "the snapshot says it all");
        if !resumed {
            desk.event("y");
            assert_eq!(desk.events(2), numbered(1, &["y"]));
        }
    }
}

#[test]
fn bytes_of_history_are_bounded_too() {
    let limits = umbra_machine::session::SessionLimits { history_events_max: 100, history_bytes_max: 1_024, ..LIMITS };
    let mut desk = Desk::in_room_with(limits);
    desk.lose(1);
    (0..3).for_each(|_| desk.event(&"x".repeat(250)));
    assert!(!back(&mut desk, 1, 0).resumed);
}

#[test]
fn what_was_acknowledged_is_kept_no_longer() {
    let mut desk = Desk::in_room();
    ["a", "b", "c"].iter().for_each(|text| desk.event(text));
    desk.ack(1, 2);
    desk.lose(1);
    assert!(back(&mut desk, 1, 2).resumed);
    assert_eq!(desk.events(2), numbered(3, &["c"]));
    desk.lose(2);
    assert!(!back(&mut desk, 1, 1).resumed, "what the client said it had it cannot ask for");
}

#[test]
fn what_the_client_had_when_it_came_back_is_kept_no_longer() {
    let mut desk = happened(&["a", "b", "c"]);
    assert!(back(&mut desk, 1, 2).resumed);
    desk.said(2);
    desk.lose(2);
    assert!(!back(&mut desk, 1, 1).resumed);
}

#[test]
fn an_acknowledgement_of_what_never_was_changes_nothing() {
    let mut desk = Desk::in_room();
    desk.event("a");
    desk.ack(1, 2);
    desk.lose(1);
    assert!(back(&mut desk, 1, 0).resumed);
    assert_eq!(desk.events(2), numbered(1, &["a"]));
}

#[test]
fn a_seq_that_was_never_given_cannot_be_continued() {
    let mut desk = happened(&["a"]);
    assert!(!back(&mut desk, 1, 2).resumed);
}

#[test]
fn the_largest_numbers_do_no_harm() {
    let largest = umbra_protocol::limits::INTEGER_MAX;
    let mut desk = happened(&["a"]);
    let hello = back(&mut desk, largest, largest);
    assert!(!hello.resumed && hello.epoch <= largest);
}

#[test]
fn a_session_unknown_here_begins_anew_in_an_epoch_of_its_own() {
    let mut desk = Desk::empty();
    desk.attach(1, "s", AttachKind::Resume { epoch: 5, last_seq: 3 });
    let hello = desk.hello(1);
    assert!(!hello.resumed && hello.epoch > 5 && hello.last_ref == 0, "{hello:?}");
}

#[test]
fn events_numbered_before_a_failed_greeting_are_not_taken_for_those_of_an_earlier_life() {
    let mut desk = happened(&[]);
    desk.attach(2, "earlier", AttachKind::Resume { epoch: 5, last_seq: 1 });
    desk.orders();
    desk.event("a");
    desk.event("b");
    desk.lose(2);
    let hello = back_as(&mut desk, "earlier", AttachKind::Resume { epoch: 5, last_seq: 1 });
    assert!(!hello.resumed, "the client's epoch 5 had another first event");
}

#[test]
fn last_ref_is_what_was_carried_out_and_not_what_has_arrived() {
    let mut desk = Desk::in_room();
    desk.ask(1, 2, chat("hm"));
    let op = desk.asked_room().0;
    desk.answer(op, Ok(OkBody::Empty));
    desk.ask(1, 3, chat("hm"));
    desk.ask(1, 4, chat("hm"));
    let (third, _) = desk.asked_room();
    desk.lose(1);
    desk.resume(2, 1, 0);
    desk.answer(third, Ok(OkBody::Empty));
    let op = desk.online_op();
    desk.answer(op, Ok(OkBody::Room(Box::new(snapshot()))));
    assert_eq!(desk.hello(2).last_ref, 3);
    let fourth = desk.asked_room().0;
    desk.ask(2, 4, chat("hm"));
    desk.answer(fourth, Ok(OkBody::Empty));
    assert_eq!(desk.answers(2), [(4, None)], "what had arrived is carried out once, and answered");
}

#[test]
fn while_nobody_is_connected_actions_in_the_room_go_on() {
    let mut desk = Desk::in_room();
    desk.ask(1, 2, chat("hm"));
    desk.ask(1, 3, chat("hm"));
    let second = desk.asked_room().0;
    desk.lose(1);
    desk.answer(second, Ok(OkBody::Empty));
    let third = desk.asked_room().0;
    desk.answer(third, Ok(OkBody::Empty));
    assert_eq!(back(&mut desk, 1, 0).last_ref, 3);
    desk.ask(2, 3, chat("hm"));
    assert_eq!(desk.answers(2), [(3, None)]);
}

#[test]
fn another_sign_in_of_the_same_user_numbers_its_actions_from_1() {
    let mut desk = Desk::in_room();
    desk.ask(1, 2, chat("for nobody any more"));
    let orphan = desk.asked_room().0;
    desk.sign_in(2, "t");
    desk.answer(orphan, Ok(OkBody::Empty));
    let op = desk.online_op();
    desk.answer(op, Ok(OkBody::Room(Box::new(snapshot()))));
    let hello = desk.hello(2);
    assert_eq!((hello.last_ref, hello.resumed, hello.epoch), (0, false, 2));
    desk.ask(2, 1, chat("hm"));
    let op = desk.asked_room().0;
    desk.answer(op, Ok(OkBody::Empty));
    assert_eq!(desk.answers(2), [(1, None)]);
}
