//! Each `ref` is carried out once and answered: in order, over gaps, sent twice, and when there are too many.

use umbra_machine::room::Command;
use umbra_machine::session::{Inbound, Input, SocketKey};
use umbra_protocol::{ClientMessage, Control, ErrorCode, OkBody, ServerFrame};

use crate::desk::{Desk, LIMITS, chat, refused};

/// Asks for `reference` and has the room answer it.
fn done(desk: &mut Desk, reference: u64) {
    desk.ask(1, reference, chat("hm"));
    let op = desk.asked_room().0;
    desk.answer(op, Ok(OkBody::Empty));
}

fn refuse(desk: &mut Desk, reference: u64, code: ErrorCode) {
    let inbound = Inbound::Refused { reference, ack: None, error: refused(code) };
    desk.step(Input::Client { socket: SocketKey(1), inbound });
}

#[test]
fn actions_go_to_the_room_one_at_a_time_in_their_order() {
    let mut desk = Desk::in_room();
    for reference in 2..=4 {
        desk.ask(1, reference, chat(&reference.to_string()));
    }
    for reference in 2..=4 {
        let asked = desk.commands();
        let [(op, Command::Chat { text })] = asked.as_slice() else { panic!("{asked:?}") };
        assert_eq!(*text, reference.to_string());
        assert_eq!(desk.answers(1), []);
        desk.answer(*op, Ok(OkBody::Empty));
        assert_eq!(desk.answers(1), [(reference, None)]);
    }
}

#[test]
fn a_ref_that_was_answered_is_answered_again_and_not_carried_out_again() {
    let mut desk = Desk::in_room();
    done(&mut desk, 2);
    desk.ask(1, 3, ClientMessage::RoomKick { uid: desk.session.uid().clone() });
    let op = desk.asked_room().0;
    desk.answer(op, Err(refused(ErrorCode::NotHost)));
    assert_eq!(desk.answers(1), [(2, None), (3, Some(ErrorCode::NotHost))]);
    desk.ask(1, 2, chat("hm"));
    desk.ask(1, 3, chat("something else"));
    assert_eq!(desk.answers(1), [(2, None), (3, Some(ErrorCode::NotHost))]);
    assert_eq!(desk.commands(), []);
}

#[test]
fn sixty_four_answers_are_kept_and_an_older_ref_is_stale() {
    let mut desk = Desk::in_room();
    (2..=65).for_each(|reference| done(&mut desk, reference));
    desk.said(1);
    desk.ask(1, 2, chat("hm"));
    assert_eq!(desk.answers(1), [(2, None)], "the sixty-fourth last");
    desk.ask(1, 1, chat("hm"));
    assert_eq!(desk.answers(1), [(1, Some(ErrorCode::StaleRef))], "the one before it");
    done(&mut desk, 66);
    desk.said(1);
    desk.ask(1, 2, chat("hm"));
    assert_eq!(desk.answers(1), [(2, Some(ErrorCode::StaleRef))]);
    assert_eq!(desk.commands(), []);
}

#[test]
fn refs_may_skip_numbers_and_the_skipped_ones_are_stale() {
    let mut desk = Desk::in_room();
    done(&mut desk, 10);
    desk.ask(1, 5, chat("hm"));
    assert_eq!(desk.answers(1), [(10, None), (5, Some(ErrorCode::StaleRef))]);
    assert_eq!(desk.commands(), []);
}

#[test]
fn a_message_that_cannot_be_read_uses_up_its_ref_in_its_turn() {
    let mut desk = Desk::in_room();
    desk.ask(1, 2, chat("hm"));
    refuse(&mut desk, 3, ErrorCode::UnknownId);
    assert_eq!(desk.answers(1), [], "it waits for its turn");
    let op = desk.asked_room().0;
    desk.answer(op, Ok(OkBody::Empty));
    assert_eq!(desk.answers(1), [(2, None), (3, Some(ErrorCode::UnknownId))]);
    desk.ask(1, 3, chat("hm"));
    assert_eq!(desk.answers(1), [(3, Some(ErrorCode::UnknownId))], "used up");
}

#[test]
fn as_many_actions_wait_as_may_and_one_more_is_refused_at_once() {
    let mut desk = Desk::in_room();
    let first = 2;
    let last = first + LIMITS.pending_actions_max as u64;
    (first..=last).for_each(|reference| desk.ask(1, reference, chat("hm")));
    assert_eq!(desk.answers(1), [], "one under way and as many waiting as may");
    desk.ask(1, last + 1, chat("hm"));
    assert_eq!(desk.answers(1), [(last + 1, Some(ErrorCode::RateLimited))]);
    for reference in first..=last {
        let op = desk.asked_room().0;
        desk.answer(op, Ok(OkBody::Empty));
        assert_eq!(desk.answers(1), [(reference, None)]);
    }
    assert_eq!(desk.commands(), [], "what was refused is not carried out");
    desk.ask(1, last + 1, chat("hm"));
    assert_eq!(desk.answers(1), [(last + 1, Some(ErrorCode::RateLimited))], "nor answered otherwise");
}

#[test]
fn the_event_comes_before_the_answer_of_who_brought_it_about() {
    let mut desk = Desk::in_room();
    desk.ask(1, 2, chat("hm"));
    let op = desk.asked_room().0;
    desk.event("hm");
    desk.answer(op, Ok(OkBody::Empty));
    let said = desk.said(1);
    let [ServerFrame::Event { seq: 1, .. }, ServerFrame::Ok { reference: Some(2), .. }] = said.as_slice() else {
        panic!("{said:?}")
    };
}

#[test]
fn a_room_that_does_not_answer_in_time_is_an_internal_error_and_the_next_action_goes_on() {
    let mut desk = Desk::in_room();
    desk.ask(1, 2, chat("hm"));
    desk.ask(1, 3, chat("hm"));
    let late = desk.asked_room().0;
    desk.wait(LIMITS.request_timeout_ms - 1);
    assert_eq!(desk.answers(1), []);
    desk.wait(1);
    assert_eq!(desk.answers(1), [(2, Some(ErrorCode::Internal))]);
    desk.answer(late, Ok(OkBody::Empty));
    assert_eq!(desk.answers(1), [], "an answer that comes late is no second one");
    let op = desk.asked_room().0;
    desk.answer(op, Ok(OkBody::Empty));
    assert_eq!(desk.answers(1), [(3, None)]);
}

#[test]
fn ping_is_answered_at_once_and_has_no_place_among_the_actions() {
    let mut desk = Desk::in_room();
    desk.ask(1, 2, chat("hm"));
    desk.say(1, None, None, ClientMessage::Ping { client_time_ms: -7 });
    let pong = Control::Pong { client_time_ms: -7, server_time_ms: desk.now_ms };
    assert_eq!(desk.said(1), [ServerFrame::Control(pong)]);
}

#[test]
fn a_second_hello_is_a_bad_message_and_uses_up_no_ref() {
    let mut desk = Desk::in_room();
    let hello = umbra_protocol::Hello::Guest { user_name: "Ann".to_owned() };
    desk.ask(1, 2, ClientMessage::Hello(hello));
    assert_eq!(desk.answers(1), [(2, Some(ErrorCode::BadMessage))]);
    done(&mut desk, 2);
    assert_eq!(desk.answers(1), [(2, None)]);
}

#[test]
fn an_action_without_a_ref_is_a_bad_message() {
    let mut desk = Desk::in_room();
    desk.say(1, None, None, chat("hm"));
    let said = desk.said(1);
    let [ServerFrame::Error { reference: None, error }] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!(error.code, ErrorCode::BadMessage);
    assert_eq!(desk.commands(), []);
}

#[test]
fn what_is_asked_of_a_room_outside_of_one_is_refused() {
    let mut desk = Desk::greeted();
    desk.ask(1, 1, chat("hm"));
    desk.ask(1, 2, ClientMessage::RoomLeave);
    assert_eq!(desk.answers(1), [(1, Some(ErrorCode::NotInRoom)), (2, Some(ErrorCode::NotInRoom))]);
}

#[test]
fn an_answer_to_a_question_never_asked_is_logged() {
    let mut desk = Desk::in_room();
    desk.answer(umbra_machine::room::OpId(99), Ok(OkBody::Empty));
    assert!(matches!(desk.orders().as_slice(), [umbra_machine::session::Effect::Odd(_)]));
}
