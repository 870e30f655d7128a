//! The user manager is asked, and asked again; meanwhile nothing is handed in and nothing is lost.

use umbra_machine::session::OutFrames;
use umbra_machine::socket::{Effect, Question};
use umbra_protocol::{CloseCode, ErrorCode, Hello, ServerFrame, WireError};

use crate::{CHANCE, START_MS, ann, forwarded, hello, leave, limits, questions, signed_in, upgraded};

fn who_is(name: &str, chance: [u64; 2]) -> Question {
    Question::SignIn { reference: Some(1), hello: Hello::Guest { user_name: name.into() }, chance }
}

#[test]
fn what_comes_with_the_hello_waits_for_the_user_and_then_goes_there_in_order() {
    let mut twin = upgraded();
    twin.heard(START_MS, [hello("Ann"), leave(2), leave(3)]);
    assert_eq!(twin.effects(), [Effect::Ask(who_is("Ann", CHANCE))]);
    assert!(!twin.reads_on(), "and meanwhile nothing more is read");
    twin.admitted(START_MS, ann(7));
    let effects = twin.effects();
    assert_eq!(effects[0], Effect::Watch(7));
    assert_eq!(forwarded(&effects), [(7, Some(2)), (7, Some(3))]);
    assert!(twin.reads_on());
}

#[test]
fn another_user_manager_is_asked_as_soon_as_it_is_seen() {
    let mut twin = upgraded();
    twin.heard(START_MS, [hello("Ann")]);
    questions(&mut twin);
    twin.asked(START_MS, Some(1));
    let look_ms = twin.due_ms().expect("it looks after who it asked");
    twin.tick(look_ms, || Some(1));
    assert_eq!(questions(&mut twin), []);
    let look_ms = twin.due_ms().expect("it goes on looking");
    twin.tick(look_ms, || Some(2));
    assert_eq!(questions(&mut twin), [who_is("Ann", CHANCE)], "with the same two numbers");
}

#[test]
fn the_same_user_manager_is_asked_again_after_a_second_and_not_before() {
    let mut twin = upgraded();
    twin.heard(START_MS, [hello("Ann")]);
    questions(&mut twin);
    twin.asked(START_MS, Some(1));
    while let Some(due_ms) = twin.due_ms().filter(|due_ms| *due_ms < START_MS + 1_000) {
        twin.tick(due_ms, || Some(1));
        assert_eq!(questions(&mut twin), [], "{} ms after the question", due_ms - START_MS);
    }
    twin.tick(START_MS + 1_000, || Some(1));
    assert_eq!(questions(&mut twin), [who_is("Ann", CHANCE)]);
}

#[test]
fn a_hello_without_an_answer_in_time_is_an_error_and_the_end_and_a_late_answer_is_ignored() {
    let mut twin = upgraded();
    twin.heard(START_MS, [hello("Ann")]);
    questions(&mut twin);
    let late_ms = START_MS + limits().request_timeout_ms;
    twin.tick(late_ms - 1, || None);
    assert!(twin.is_open());
    questions(&mut twin);
    twin.tick(late_ms, || None);
    match &twin.effects()[..] {
        [Effect::Say(ServerFrame::Error { reference: None, error }), Effect::Goodbye(CloseCode::Internal)] => {
            assert_eq!(error.code, ErrorCode::Internal);
        }
        other => panic!("expected an error and a goodbye, got {other:?}"),
    }
    twin.admitted(late_ms, ann(7));
    assert_eq!(twin.effects(), []);
    assert_eq!(twin.peer(), None);
}

#[test]
fn who_is_refused_may_say_hello_once_more_as_somebody_new() {
    let mut twin = upgraded();
    twin.heard(START_MS, [hello("Ann"), hello("Bob")]);
    questions(&mut twin);
    let error = WireError::new(ErrorCode::BadName, "no");
    twin.refused(START_MS, Some(1), error.clone(), None, [21, 22]);
    let said = Effect::Say(ServerFrame::Error { reference: Some(1), error });
    assert_eq!(twin.effects(), [said, Effect::Ask(who_is("Bob", [21, 22]))]);
}

#[test]
fn a_refusal_with_a_close_is_said_before_the_goodbye() {
    let mut twin = upgraded();
    twin.heard(START_MS, [hello("Ann"), leave(2)]);
    questions(&mut twin);
    let error = WireError::new(ErrorCode::BadToken, "no");
    twin.refused(START_MS, Some(1), error.clone(), Some(CloseCode::BadToken), [21, 22]);
    let said = Effect::Say(ServerFrame::Error { reference: Some(1), error });
    assert_eq!(twin.effects(), [said, Effect::Goodbye(CloseCode::BadToken)], "and nothing is handed in after it");
}

#[test]
fn an_answer_that_comes_twice_counts_once() {
    let mut twin = signed_in();
    twin.admitted(START_MS, ann(8));
    assert_eq!(twin.effects(), []);
    assert_eq!(twin.peer(), Some(&ann(7)));
}

#[test]
fn the_next_process_of_a_user_gets_what_has_no_answer_and_only_that() {
    let mut twin = signed_in();
    twin.deliver(START_MS, OutFrames::default(), Vec::new());
    twin.delivered(START_MS, &[]);
    twin.heard(START_MS, [leave(2), leave(3)]);
    twin.deliver(START_MS, OutFrames::default(), vec![2]);
    twin.delivered(START_MS, &[2]);
    twin.effects();

    twin.user_is_gone(START_MS);
    let where_is = Question::Return { uid: ann(7).uid, user_name: ann(7).user_name, sid: ann(7).sid };
    assert_eq!(questions(&mut twin), [where_is]);
    twin.heard(START_MS, [leave(4)]);
    assert_eq!(twin.effects(), [], "nothing is handed in to nobody");
    twin.admitted(START_MS, ann(8));
    assert_eq!(forwarded(&twin.effects()), [(8, Some(3)), (8, Some(4))]);
}

#[test]
fn a_user_that_dies_before_it_has_greeted_is_asked_for_by_the_same_hello() {
    let mut twin = signed_in();
    twin.user_is_gone(START_MS);
    assert_eq!(questions(&mut twin), [who_is("Ann", CHANCE)]);
}

#[test]
fn a_greeted_user_that_does_not_come_back_is_the_end_without_a_further_word() {
    let mut twin = signed_in();
    twin.deliver(START_MS, OutFrames::default(), Vec::new());
    twin.delivered(START_MS, &[]);
    twin.user_is_gone(START_MS);
    twin.effects();
    twin.tick(START_MS + limits().request_timeout_ms, || None);
    assert_eq!(twin.effects(), [Effect::Goodbye(CloseCode::Internal)]);
}
