//! When nobody could come back: the session asks once for leave to end, and stays if somebody came after all.

use umbra_machine::session::{Effect, Input, SocketKey};
use umbra_protocol::{ClientMessage, EncodedEvent, Event, GameValue, OkBody};

use crate::desk::{Desk, LIMITS, chat, join, room_id};

const FORGET: Effect = Effect::Forget { socket: SocketKey(1) };

#[test]
fn whoever_is_in_no_room_and_loses_the_connection_ends() {
    let mut desk = Desk::greeted();
    desk.lose(1);
    assert_eq!(desk.orders(), [FORGET, Effect::Ending]);
    desk.step(Input::MayEnd);
    assert_eq!(desk.orders(), [Effect::End]);
}

#[test]
fn whoever_is_in_a_room_stays_until_it_lets_go() {
    let mut desk = Desk::in_room();
    desk.lose(1);
    assert_eq!(desk.orders(), [FORGET, Effect::Offline { room_id: room_id() }]);
    desk.wait(86_400_000);
    assert_eq!(desk.orders(), []);
    desk.released();
    assert_eq!(desk.orders(), [Effect::LeaveRoom { room_id: room_id() }, Effect::Ending]);
}

#[test]
fn a_result_that_may_not_have_been_heard_waits_although_the_room_lets_go_at_once() {
    let mut desk = over();
    desk.lose(1);
    desk.released();
    assert!(!desk.orders().contains(&Effect::Ending));
    desk.wait(LIMITS.result_grace_ms - 1);
    assert_eq!(desk.orders(), []);
    desk.resume(2, 1, 0);
    assert!(desk.hello(2).resumed);
    assert_eq!(desk.events(2), [(1, "GAME_OVER".to_owned())]);
    desk.ack(2, 1);
    desk.lose(2);
    assert!(desk.orders().contains(&Effect::Ending), "it is known now");
}

#[test]
fn a_result_waits_no_longer_than_its_grace_period() {
    let mut desk = over();
    desk.lose(1);
    desk.released();
    desk.orders();
    desk.wait(LIMITS.result_grace_ms);
    assert_eq!(desk.orders(), [Effect::Ending]);
}

#[test]
fn a_result_that_was_acknowledged_holds_nobody() {
    let mut desk = over();
    desk.ack(1, 1);
    desk.lose(1);
    desk.released();
    assert!(desk.orders().contains(&Effect::Ending));
}

/// A match has ended, and the client has not said that it knows.
fn over() -> Desk {
    let mut desk = Desk::in_room();
    let event = EncodedEvent::new(&Event::GameOver { outcome: GameValue::trusted("{}".to_owned()) });
    desk.step(Input::RoomEvent { room_id: room_id(), event });
    desk
}

#[test]
fn whoever_comes_before_the_leave_to_end_finds_the_user_there() {
    let mut desk = Desk::greeted();
    desk.lose(1);
    desk.orders();
    desk.resume(2, 1, 0);
    assert!(desk.hello(2).resumed);
    desk.step(Input::MayEnd);
    assert_eq!(desk.orders(), [Effect::Stay]);
    desk.lose(2);
    assert!(desk.orders().contains(&Effect::Ending), "and asks again another time");
}

#[test]
fn leave_is_asked_for_once() {
    let mut desk = Desk::greeted();
    desk.lose(1);
    desk.orders();
    desk.resume(2, 1, 0);
    desk.lose(2);
    desk.lose(1);
    assert!(!desk.orders().contains(&Effect::Ending), "the answer is still to come");
    desk.step(Input::MayEnd);
    assert_eq!(desk.orders(), [Effect::End]);
}

#[test]
fn nobody_ends_in_the_middle_of_an_action() {
    let mut desk = Desk::greeted();
    desk.ask(1, 1, ClientMessage::RoomList { game: None });
    let op = desk.asked_rooms().0;
    desk.lose(1);
    assert_eq!(desk.orders(), [FORGET]);
    desk.step(Input::Listed { op, rooms: Vec::new() });
    assert_eq!(desk.orders(), [Effect::Ending]);
}

#[test]
fn what_was_not_begun_when_the_connection_was_lost_counts_as_never_asked() {
    let mut desk = Desk::greeted();
    desk.ask(1, 1, ClientMessage::RoomList { game: None });
    desk.ask(1, 2, join());
    let op = desk.asked_rooms().0;
    desk.lose(1);
    desk.step(Input::Listed { op, rooms: Vec::new() });
    desk.orders();
    desk.resume(2, 1, 0);
    assert_eq!(desk.hello(2).last_ref, 1);
    desk.ask(2, 2, join());
    desk.asked_rooms();
}

#[test]
fn what_was_not_begun_is_carried_out_when_sent_again_even_below_a_refused_one() {
    let mut desk = Desk::greeted();
    let last = 2 + LIMITS.pending_actions_max as u64;
    (1..=last).for_each(|reference| desk.ask(1, reference, ClientMessage::RoomList { game: None }));
    let op = desk.asked_rooms().0;
    assert_eq!(desk.answers(1).len(), 1, "one too many");
    desk.lose(1);
    desk.step(Input::Listed { op, rooms: Vec::new() });
    desk.orders();
    desk.resume(2, 1, 0);
    assert_eq!(desk.hello(2).last_ref, 1);
    desk.ask(2, 2, ClientMessage::RoomList { game: None });
    let op = desk.asked_rooms().0;
    desk.step(Input::Listed { op, rooms: Vec::new() });
    assert_eq!(desk.answers(2), [(2, None)]);
}

#[test]
fn a_line_that_was_too_slow_was_the_last_thing_to_wait_for() {
    let mut desk = Desk::greeted();
    desk.fast = false;
    desk.say(1, None, None, ClientMessage::Ping { client_time_ms: 1 });
    desk.wait(LIMITS.slow_socket_ms);
    assert_eq!(desk.orders().last(), Some(&Effect::Ending));
}

#[test]
fn a_line_that_overflows_was_the_last_thing_to_wait_for() {
    let mut desk = Desk::greeted();
    desk.fast = false;
    let one_under_way_and_one_too_many = LIMITS.history_events_max + 2;
    for _ in 0..one_under_way_and_one_too_many {
        assert!(!desk.orders().contains(&Effect::Ending));
        desk.say(1, None, None, ClientMessage::Ping { client_time_ms: 1 });
    }
    assert_eq!(desk.orders().last(), Some(&Effect::Ending));
}

#[test]
fn leaving_for_good_and_losing_the_connection_ends() {
    let mut desk = Desk::in_room();
    desk.ask(1, 2, ClientMessage::RoomLeave);
    let op = desk.asked_room().0;
    desk.ask(1, 3, chat("still here?"));
    desk.released();
    desk.answer(op, Ok(OkBody::Empty));
    assert_eq!(desk.answers(1).len(), 2);
    desk.orders();
    desk.lose(1);
    assert_eq!(desk.orders(), [FORGET, Effect::Ending]);
}
