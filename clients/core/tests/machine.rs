//! The twin under a fake clock: no socket, no task, no waiting.

mod frames;
mod scripted;

use std::time::Duration;

use frames::{ann, chat, hello_ok, leave, ok, resync};
use scripted::Scripted;
use umbra_client_core::protocol::*;
use umbra_client_core::*;

const HEARTBEAT: Duration = Duration::from_secs(15);

#[test]
fn a_lost_connection_is_resumed_from_the_last_event_and_unanswered_actions_go_again_in_order() {
    let mut client = Scripted::online(1);
    for reference in 1..=3 {
        assert_eq!(client.send(leave()), Ok(reference));
    }
    client.receive(chat(1));
    client.receive(ok(2));
    client.lose(Loss::Cut);
    assert_eq!(client.send(leave()), Ok(4), "actions may be sent while away");
    client.come_back();
    assert_eq!(client.hello(), Hello::Resume { session: "token".into(), epoch: 1, last_seq: 1 });
    client.receive(hello_ok(1, true, 2));
    assert_eq!(client.take_sent_refs(), [1, 3, 4], "what is answered is not sent again");
    for reference in [1, 3, 4] {
        client.receive(ok(reference));
    }
    assert_eq!(client.take_answered(), [2, 1, 3, 4]);
}

#[test]
fn events_are_told_once_each_however_often_they_come() {
    let mut client = Scripted::online(1);
    for seq in [1, 1, 2, 1, 2, 3] {
        client.receive(chat(seq));
    }
    assert_eq!(client.take_seqs(), [1, 2, 3]);
}

#[test]
fn an_event_of_a_newer_server_keeps_its_place_in_the_numbering() {
    let mut client = Scripted::online(1);
    let (connection, now) = (client.connection(), client.now);
    client.receive(chat(1));
    client.machine.received_unknown(connection, "USER_WAVED".into(), Some(2), now);
    client.settle();
    assert_eq!(client.take_told().pop(), Some(ClientEvent::Unknown { id: "USER_WAVED".into() }));
    client.receive(chat(3));
    assert_eq!(client.take_seqs(), [3]);
}

#[test]
fn a_gap_is_not_told_but_healed_by_a_resume() {
    let mut client = Scripted::online(1);
    client.receive(chat(1));
    client.receive(chat(3));
    assert_eq!(client.take_seqs(), [1]);
    client.come_back();
    assert_eq!(client.hello(), Hello::Resume { session: "token".into(), epoch: 1, last_seq: 1 });
    client.receive(hello_ok(1, true, 0));
    client.receive(chat(2));
    client.receive(chat(3));
    assert_eq!(client.take_seqs(), [2, 3]);
}

#[test]
fn an_action_without_an_answer_is_sent_again_on_a_new_connection_however_alive_the_old_one_looks() {
    let mut client = Scripted::online(1);
    client.send(leave()).unwrap();
    client.pass(ANSWER_TIMEOUT / 2);
    client.send(leave()).unwrap();
    client.receive(chat(1));
    client.pass(ANSWER_TIMEOUT / 2 - Duration::from_millis(1));
    assert_eq!(client.take_hung_up(), [], "not yet");
    let silent = client.connection();
    client.pass(Duration::from_millis(1));
    assert_eq!(client.take_hung_up(), [silent]);
    client.come_back();
    client.receive(hello_ok(1, true, 1));
    assert_eq!(client.take_sent_refs()[2..], [1, 2], "both once more");
    client.receive(ok(1));
    client.receive(ok(2));
    assert_eq!(client.take_answered(), [1, 2]);
}

#[test]
fn each_answer_gives_the_next_one_its_own_time_and_the_last_one_ends_the_wait() {
    let mut client = Scripted::online(1);
    client.send(leave()).unwrap();
    client.send(leave()).unwrap();
    client.pass(ANSWER_TIMEOUT - Duration::from_millis(1));
    client.receive(ok(1));
    client.pass(ANSWER_TIMEOUT - Duration::from_millis(1));
    client.receive(ok(2));
    for _ in 0..3 {
        client.pass(HEARTBEAT - Duration::from_millis(1));
        client.receive(chat(1));
    }
    assert_eq!(client.take_hung_up(), [], "nothing is to be answered");
}

#[test]
fn a_late_word_or_end_of_an_older_connection_means_nothing() {
    let mut client = Scripted::online(1);
    let old = client.connection();
    client.lose(Loss::Cut);
    client.come_back();
    client.receive(hello_ok(1, true, 0));
    client.take_told();
    let now = client.now;
    client.machine.received(old, ServerFrame::Control(Control::Replaced), now);
    client.machine.received(old, chat(1), now);
    client.machine.lost(old, Loss::Closed(4001), now);
    client.settle();
    assert_eq!(client.take_told(), []);
    client.receive(chat(1));
    assert_eq!(client.take_seqs(), [1]);
}

#[test]
fn a_connection_that_opens_too_late_is_hung_up() {
    let mut client = Scripted::online(1);
    client.lose(Loss::Cut);
    client.wait_for_attempt();
    let late = client.connection();
    client.pass(SIGN_IN_TIMEOUT);
    client.machine.opened(late);
    client.settle();
    assert_eq!(client.take_hung_up(), [late, late], "once at the time-out, once when it opened after all");
}

#[test]
fn another_epoch_at_sign_in_begins_the_numbering_anew() {
    let mut client = Scripted::online(1);
    client.receive(chat(1));
    client.lose(Loss::Cut);
    client.come_back();
    client.take_told();
    client.receive(hello_ok(2, false, 0));
    assert_eq!(
        client.take_told(),
        [ClientEvent::Online { resumed: false }, ClientEvent::Sync { epoch: 2, room: None }]
    );
    client.receive(chat(1));
    assert_eq!(client.take_seqs(), [1]);
}

#[test]
fn a_resync_begins_the_numbering_anew_and_a_stale_one_is_ignored() {
    let mut client = Scripted::online(3);
    client.receive(chat(1));
    client.receive(resync(2, 1));
    client.receive(chat(2));
    assert_eq!(client.take_seqs(), [1, 2], "epoch 2 was over before epoch 3 began");
    client.take_told();
    client.receive(resync(4, 1));
    assert_eq!(client.take_told(), [ClientEvent::Sync { epoch: 4, room: None }]);
    client.receive(resync(4, 1));
    client.receive(chat(2));
    assert_eq!(client.take_seqs(), [2]);
    assert_eq!(client.machine.saved(), Some(Saved { session: "token".into(), epoch: 4, last_seq: 2, last_ref: 0 }));
}

#[test]
fn a_resync_sends_unanswered_actions_again_and_a_second_reply_is_dropped() {
    let mut client = Scripted::online(1);
    client.send(leave()).unwrap();
    client.take_sent_refs();
    client.receive(resync(2, 1));
    assert_eq!(client.take_sent_refs(), [1]);
    client.receive(ok(1));
    client.receive(ok(1));
    assert_eq!(client.take_answered(), [1]);
}

#[test]
fn actions_of_a_session_that_is_gone_are_lost_and_never_carried_out_twice() {
    let mut client = Scripted::online(1);
    client.send(leave()).unwrap();
    client.lose(Loss::Cut);
    client.send(leave()).unwrap();
    client.come_back();
    client.take_sent_refs();
    client.receive(hello_ok(9, false, 0));
    assert_eq!(client.take_results(), [(1, Err(ClientError::Lost))]);
    assert_eq!(client.take_sent_refs(), [2], "what never left may still go");
}

#[test]
fn a_session_that_knows_the_refs_gets_the_actions_again_even_though_events_were_missed() {
    let mut client = Scripted::online(1);
    client.send(leave()).unwrap();
    client.send(leave()).unwrap();
    client.receive(ok(1));
    client.lose(Loss::Cut);
    client.come_back();
    client.take_sent_refs();
    client.receive(hello_ok(2, false, 1));
    assert_eq!(client.take_sent_refs(), [2]);
}

#[test]
fn acknowledgements_ride_on_actions() {
    let mut client = Scripted::online(1);
    client.receive(chat(1));
    client.receive(chat(2));
    client.send(leave()).unwrap();
    client.send(leave()).unwrap();
    let acks: Vec<_> = client.take_sent().into_iter().map(|frame| frame.ack).collect();
    assert_eq!(acks, [Some(2), None], "told once, not with every message");
    client.pass(ACK_DELAY);
    assert_eq!(client.take_sent(), [], "nothing is left to acknowledge");
}

#[test]
fn an_acknowledgement_that_finds_no_ride_goes_with_a_ping() {
    let mut client = Scripted::online(1);
    client.receive(chat(1));
    client.pass(ACK_DELAY - Duration::from_millis(1));
    assert_eq!(client.take_sent(), []);
    client.pass(Duration::from_millis(1));
    let [ping] = &client.take_sent()[..] else { panic!("one ping") };
    assert_eq!((ping.reference, ping.ack, ping.message.id()), (None, Some(1), "PING"));
}

#[test]
fn many_events_are_acknowledged_without_delay() {
    let mut client = Scripted::online(1);
    for seq in 1..ACK_EVENTS_MAX {
        client.receive(chat(seq));
    }
    client.pass(Duration::ZERO);
    assert_eq!(client.take_sent(), []);
    client.receive(chat(ACK_EVENTS_MAX));
    client.pass(Duration::ZERO);
    let acks: Vec<_> = client.take_sent().into_iter().map(|frame| frame.ack).collect();
    assert_eq!(acks, [Some(ACK_EVENTS_MAX)]);
}

#[test]
fn a_silent_server_is_asked_once_and_then_given_up() {
    let mut client = Scripted::online(1);
    client.pass(HEARTBEAT);
    assert_eq!(client.take_sent().len(), 1);
    client.pass(HEARTBEAT - Duration::from_millis(1));
    assert_eq!(client.take_told(), []);
    client.pass(Duration::from_millis(1));
    assert!(matches!(client.take_told()[..], [ClientEvent::Offline { code: None, .. }]));
}

#[test]
fn a_program_that_slept_asks_before_it_gives_up() {
    let mut client = Scripted::online(1);
    client.pass(HEARTBEAT * 10);
    assert_eq!((client.take_sent().len(), client.take_told()), (1, vec![]));
    client.machine.heard(client.connection(), client.now);
    client.pass(HEARTBEAT - Duration::from_millis(1));
    assert_eq!(client.take_told(), []);
}

#[test]
fn waits_grow_while_connections_fail_and_start_over_after_a_good_one() {
    let mut client = Scripted::online(1);
    client.lose(Loss::Cut);
    for failures in 1..12 {
        client.wait_for_attempt();
        client.take_told();
        client.lose(Loss::Unreachable("refused".into()));
        let [ClientEvent::Offline { retry_in: Some(wait), .. }] = client.take_told()[..] else { panic!() };
        assert!(wait <= Backoff::ceiling(failures), "{wait:?} after {failures} failures");
    }
    client.come_back();
    client.receive(hello_ok(1, true, 0));
    client.pass(GOOD_CONNECTION);
    client.take_told();
    client.lose(Loss::Cut);
    let [ClientEvent::Offline { retry_in: Some(wait), .. }] = client.take_told()[..] else { panic!() };
    assert!(wait <= BACKOFF_FIRST);
}

#[test]
fn a_draining_and_a_full_server_are_left_alone_as_long_as_they_ask() {
    let mut client = Scripted::online(1);
    client.receive(ServerFrame::Control(Control::ServerDraining { reconnect_after_ms: 4000 }));
    let asked = Duration::from_secs(4);
    assert_eq!(client.take_told(), [ClientEvent::Draining { reconnect_after: asked }]);
    client.lose(Loss::Closed(1001));
    let [ClientEvent::Offline { code: Some(1001), retry_in: Some(wait) }] = client.take_told()[..] else { panic!() };
    assert!(asked <= wait && wait <= asked + BACKOFF_MOST);

    client.wait_for_attempt();
    client.take_told();
    client.lose(Loss::Closed(4008));
    let [ClientEvent::Offline { retry_in: Some(wait), .. }] = client.take_told()[..] else { panic!() };
    assert!(SERVER_FULL_WAIT <= wait && wait <= SERVER_FULL_WAIT + BACKOFF_MOST);
}

#[test]
fn replaced_is_final_and_ends_what_is_unanswered() {
    let replaced = || ServerFrame::Control(Control::Replaced);
    let by_message = |client: &mut Scripted| client.receive(replaced());
    let by_code = |client: &mut Scripted| client.lose(Loss::Closed(4001));
    for replace in [&by_message as &dyn Fn(&mut Scripted), &by_code] {
        let mut client = Scripted::online(1);
        client.send(leave()).unwrap();
        replace(&mut client);
        assert_eq!(client.take_told(), [ClientEvent::Closed(Ending::Replaced)]);
        assert_eq!(client.take_results(), [(1, Err(ClientError::Closed(Ending::Replaced)))]);
        assert_eq!(client.machine.deadline(), None);
        assert_eq!(client.send(leave()), Err(ClientError::Closed(Ending::Replaced)));
    }
}

#[test]
fn a_session_that_is_refused_is_final_but_a_full_server_is_not() {
    let refusal = |code| ServerFrame::Error { reference: Some(1), error: WireError::new(code, "no") };
    let mut client = Scripted::online(1);
    client.lose(Loss::Cut);
    client.come_back();
    client.receive(refusal(ErrorCode::ServerFull));
    client.come_back();
    client.take_told();
    client.receive(refusal(ErrorCode::BadToken));
    assert!(
        matches!(&client.take_told()[..], [ClientEvent::Closed(Ending::Refused(error))] if error.code == ErrorCode::BadToken)
    );
}

#[test]
fn close_codes_decide_whether_to_come_back() {
    for code in [1000, 1001, 1011, 1012, 4002, 4004, 4005, 4006, 4008] {
        let mut client = Scripted::online(1);
        client.lose(Loss::Closed(code));
        assert!(
            matches!(client.take_told()[..], [ClientEvent::Offline { code: Some(told), retry_in: Some(_) }] if told == code)
        );
    }
    for code in [1002, 1003, 1007, 1009, 4003, 4007] {
        let mut client = Scripted::online(1);
        client.lose(Loss::Closed(code));
        assert_eq!(client.take_told(), [ClientEvent::Closed(Ending::Code(code))]);
    }
}

#[test]
fn with_reconnecting_off_the_program_says_when() {
    let mut client = Scripted::new(Machine::new(ann(), false, 1));
    client.connect();
    client.receive(hello_ok(1, false, 0));
    client.take_told();
    client.lose(Loss::Cut);
    assert_eq!(client.take_told(), [ClientEvent::Offline { code: None, retry_in: None }]);
    assert_eq!(client.machine.deadline(), None);
    client.connect();
    client.receive(hello_ok(1, true, 0));
    assert_eq!(client.take_told(), [ClientEvent::Online { resumed: true }]);
}

#[test]
fn the_first_attempt_is_not_repeated() {
    let mut client = Scripted::new(Machine::new(ann(), true, 1));
    client.connect();
    client.lose(Loss::Unreachable("refused".into()));
    assert_eq!(client.take_told(), [ClientEvent::Closed(Ending::Unreachable("refused".into()))]);
}

#[test]
fn hello_and_ping_are_not_for_programs() {
    let mut client = Scripted::online(1);
    assert_eq!(client.send(ClientMessage::Ping { client_time_ms: 0 }), Err(ClientError::NotAnAction("PING".into())));
    assert_eq!(client.send(ClientMessage::Hello(ann())), Err(ClientError::NotAnAction("HELLO".into())));
}

#[test]
fn numbers_of_the_server_cannot_overflow_the_clock() {
    let mut client = Scripted::new(Machine::new(ann(), true, 1));
    client.connect();
    let ServerFrame::Ok { reference, body: OkBody::Hello(mut ok) } = hello_ok(1, false, 0) else { panic!() };
    ok.heartbeat_ms = u64::MAX;
    client.receive(ServerFrame::Ok { reference, body: OkBody::Hello(ok) });
    client.receive(ServerFrame::Control(Control::ServerDraining { reconnect_after_ms: u64::MAX }));
    client.lose(Loss::Closed(1001));
    assert!(client.machine.deadline().unwrap() <= client.now + DRAIN_WAIT_MOST + BACKOFF_MOST);
}
