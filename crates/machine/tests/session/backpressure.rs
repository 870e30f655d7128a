//! As many batches under way as the socket takes, the rest waits, and who is too slow is let go: nothing grows without
//! bound.

use proptest::prelude::*;
use umbra_machine::session::{Effect, Input, SessionLimits};
use umbra_protocol::{ClientMessage, CloseCode, EncodedEvent, OkBody};

use crate::desk::{Desk, LIMITS, chat, closed, happening, room_id};

/// In a room with a socket that has not written its last batch, which held the event `0`.
fn busy() -> Desk {
    busy_with(LIMITS)
}

fn busy_with(limits: SessionLimits) -> Desk {
    let mut desk = Desk::in_room_with(limits);
    desk.fast = false;
    desk.event("0");
    desk.said(1);
    desk
}

fn too_slow(desk: &mut Desk) -> bool {
    desk.orders().contains(&closed(1, CloseCode::TooSlow))
}

fn ping() -> ClientMessage {
    ClientMessage::Ping { client_time_ms: 0 }
}

#[test]
fn what_happens_while_a_batch_is_under_way_leaves_together_after_it() {
    let mut desk = busy();
    desk.event("1");
    desk.event("2");
    desk.say(1, None, None, ping());
    assert_eq!(desk.said(1), []);
    desk.drained(1);
    assert_eq!(desk.said(1).len(), 3);
}

#[test]
fn what_the_room_says_to_all_comes_to_the_same_by_either_way() {
    let overflowing = || {
        let mut desk = busy();
        (0..LIMITS.history_events_max).for_each(|_| desk.event("x"));
        desk
    };
    let lost = || {
        let mut desk = Desk::in_room();
        desk.lose(1);
        desk
    };
    let mut outcomes = Vec::new();
    for state in [Desk::empty as fn() -> Desk, Desk::greeted, Desk::in_room, busy, overflowing, lost] {
        for texts in [&["one"][..], &["one", "two", "three"]] {
            let events = || texts.iter().map(|text| EncodedEvent::new(&happening(text)));
            let (mut one, mut other) = (state(), state());
            let inputs = events().map(|event| Input::RoomEvent { room_id: room_id(), event });
            let effects = one.session.handle_all(one.now_ms, inputs);
            assert_eq!(other.session.told(other.now_ms, &room_id(), events()), effects);
            assert_eq!(other.session.next_deadline(), one.session.next_deadline());
            assert_eq!(other.session.idle(), one.session.idle());
            outcomes.extend(effects.into_iter().map(|effect| std::mem::discriminant(&effect)));
        }
    }
    outcomes.dedup();
    assert!(outcomes.len() > 3, "each state has its own");
}

#[test]
fn as_many_events_wait_as_are_kept_and_with_one_more_the_socket_is_too_slow() {
    let mut desk = busy();
    (0..LIMITS.history_events_max).for_each(|_| desk.event("x"));
    assert!(!too_slow(&mut desk));
    desk.event("x");
    assert!(too_slow(&mut desk));
}

#[test]
fn answers_that_wait_are_bounded_likewise() {
    let mut desk = busy();
    (0..LIMITS.history_events_max).for_each(|_| desk.say(1, None, None, ping()));
    assert!(!too_slow(&mut desk));
    desk.say(1, None, None, ping());
    assert!(too_slow(&mut desk));
}

#[test]
fn bytes_that_wait_are_bounded_likewise() {
    let mut desk = busy_with(SessionLimits { history_events_max: 1_000, history_bytes_max: 500, ..LIMITS });
    // A stale ref is refused in some hundred bytes.
    (0..2).for_each(|_| desk.ask(1, 1, chat("hm")));
    assert!(!too_slow(&mut desk));
    (0..20).for_each(|_| desk.ask(1, 1, chat("hm")));
    assert!(too_slow(&mut desk));
}

#[test]
fn a_batch_may_take_its_time_and_no_longer() {
    let mut desk = busy();
    desk.wait(LIMITS.slow_socket_ms - 1);
    assert!(!too_slow(&mut desk));
    desk.wait(1);
    assert!(too_slow(&mut desk));
}

#[test]
fn each_batch_has_the_whole_time_anew() {
    let mut desk = busy();
    desk.event("1");
    desk.now_ms += LIMITS.slow_socket_ms - 1;
    desk.drained(1);
    desk.wait(LIMITS.slow_socket_ms - 1);
    assert!(!too_slow(&mut desk));
    desk.drained(1);
    desk.wait(LIMITS.slow_socket_ms);
    assert!(!too_slow(&mut desk), "nothing is under way");
}

#[test]
fn whoever_was_too_slow_is_offline_and_resumes() {
    let mut desk = busy();
    desk.event("1");
    desk.wait(LIMITS.slow_socket_ms);
    assert!(desk.orders().iter().any(|effect| matches!(effect, Effect::Offline { .. })));
    desk.fast = true;
    desk.resume(2, 1, 0);
    let op = desk.online_op();
    desk.answer(op, Ok(OkBody::Room(Box::new(crate::desk::snapshot()))));
    assert!(desk.hello(2).resumed);
    assert_eq!(desk.events(2), [(1, "0".to_owned()), (2, "1".to_owned())]);
}

#[test]
fn acknowledged_events_make_place() {
    let mut desk = busy();
    for _ in 0..5 {
        (0..LIMITS.history_events_max - 1).for_each(|_| desk.event("x"));
        desk.drained(1);
        let last = desk.events(1).last().expect("events").0;
        desk.say(1, None, Some(last), ping());
        desk.drained(1);
        desk.said(1);
        desk.event("one under way");
        desk.drained(1);
        desk.said(1);
    }
    assert!(!too_slow(&mut desk));
}

#[test]
fn events_acknowledged_while_they_wait_are_not_sent_and_not_missed() {
    let mut desk = busy();
    desk.event("1");
    desk.say(1, None, Some(2), ping());
    assert!(!too_slow(&mut desk));
    desk.drained(1);
    assert_eq!(desk.events(1), []);
    desk.drained(1);
    desk.event("2");
    assert_eq!(desk.events(1), [(3, "2".to_owned())]);
}

#[test]
fn a_long_history_is_handed_over_in_several_batches() {
    let limits = SessionLimits { history_events_max: 1_000, history_bytes_max: 1_000_000, ..LIMITS };
    let mut desk = Desk::in_room_with(limits);
    desk.lose(1);
    let long = "x".repeat(500);
    (0..300).for_each(|_| desk.event(&long));
    desk.fast = false;
    desk.resume(2, 1, 0);
    let op = desk.online_op();
    desk.answer(op, Ok(OkBody::Room(Box::new(crate::desk::snapshot()))));
    desk.hello(2);
    let mut events = desk.events(2);
    assert!(!events.is_empty() && events.len() < 300, "{} events at once", events.len());
    while events.len() < 300 {
        desk.drained(2);
        let more = desk.events(2);
        assert!(!more.is_empty());
        events.extend(more);
    }
    assert!(events.iter().map(|(seq, _)| *seq).eq(1..=300));
}

/// In a room with a socket that takes so many batches at a time and has written all that it was given.
fn window(batches: u16) -> Desk {
    let limits = SessionLimits { history_events_max: 10_000, history_bytes_max: 10_000_000, ..LIMITS };
    let mut desk = Desk::with(limits);
    desk.window = batches;
    desk.sign_in(1, "s");
    desk.hello(1);
    desk.enter();
    desk.fast = false;
    desk
}

#[test]
fn as_many_batches_are_under_way_as_the_socket_takes_and_the_rest_waits() {
    let mut desk = window(3);
    (0..5).for_each(|_| desk.event("x"));
    assert_eq!((desk.under_way(1), desk.said(1).len()), (3, 3), "each of the first three alone");
    desk.drains(1, 1);
    assert_eq!((desk.under_way(1), desk.said(1).len()), (3, 2), "what waited leaves together");
}

#[test]
fn a_socket_that_takes_none_takes_one() {
    let mut desk = window(0);
    desk.event("x");
    desk.event("x");
    assert_eq!(desk.under_way(1), 1);
}

#[test]
fn several_batches_together_are_as_large_as_one_may_be() {
    let mut desk = window(16);
    let long = "x".repeat(10_000);
    (0..8).for_each(|_| desk.event(&long));
    assert_eq!(desk.under_way(1), 7, "with the seventh, 64 KiB are under way");
    desk.drains(1, 1);
    assert_eq!(desk.under_way(1), 7);
}

#[test]
fn the_oldest_batch_that_is_not_written_says_when_a_socket_is_too_slow() {
    let mut desk = window(3);
    desk.event("0");
    desk.wait(LIMITS.slow_socket_ms / 2);
    desk.event("1");
    desk.drains(1, 1);
    desk.wait(LIMITS.slow_socket_ms - 1);
    assert!(!too_slow(&mut desk), "the second has its whole time");
    desk.wait(1);
    assert!(too_slow(&mut desk));
}

#[test]
fn a_new_batch_does_not_give_an_old_one_more_time() {
    let mut desk = window(3);
    desk.event("0");
    desk.wait(LIMITS.slow_socket_ms - 1);
    desk.event("1");
    desk.drains(1, 0);
    desk.wait(1);
    assert!(too_slow(&mut desk));
}

#[test]
fn what_is_acknowledged_beyond_what_is_under_way_counts_for_nothing() {
    let mut desk = window(2);
    desk.event("0");
    desk.step(umbra_machine::session::Input::Drained { socket: umbra_machine::session::SocketKey(1), batches: 9 });
    desk.drained(1);
    (0..5).for_each(|_| desk.event("x"));
    assert_eq!(desk.under_way(1), 2);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_interleaving_of_events_and_receipts_exceeds_the_bounds_or_changes_the_order(
        batches in 1u16..20, turns in proptest::collection::vec((0u16..4, 0usize..20_000), 1..120)
    ) {
        // The desk looks at the bounds itself, at each batch.
        let mut desk = window(batches);
        let mut told = 0;
        for (written, size) in turns {
            if written == 0 {
                desk.event(&"x".repeat(size));
                told += 1;
            }
            desk.drains(1, written.min(desk.under_way(1)));
        }
        while desk.under_way(1) > 0 {
            desk.drains(1, 1);
        }
        prop_assert!(desk.events(1).into_iter().map(|(seq, _)| seq).eq(1..=told));
    }
}
