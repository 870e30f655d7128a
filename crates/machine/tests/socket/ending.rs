//! How a connection ends.

use umbra_machine::receipts::ONE_AT_A_TIME;
use umbra_machine::socket::Effect;
use umbra_protocol::CloseCode;

use crate::{CHANCE, START_MS, Twin, leave, limits, signed_in, upgraded};

#[test]
fn the_client_has_its_time_to_answer_a_goodbye_from_when_that_is_written() {
    let mut twin = signed_in();
    twin.close(CloseCode::Kicked);
    assert_eq!(twin.effects(), [Effect::Goodbye(CloseCode::Kicked)]);
    assert_eq!(twin.due_ms(), None, "a client that takes nothing has not heard it");
    assert!(twin.reads_on(), "for the client's half");
    let written_ms = START_MS + 500;
    twin.goodbye_written(written_ms);
    let until_ms = written_ms + limits().close_timeout_ms;
    assert_eq!(twin.due_ms(), Some(until_ms));
    twin.tick(until_ms - 1, || None);
    assert!(!twin.is_over());
    twin.tick(until_ms, || None);
    assert!(twin.is_over());
}

#[test]
fn a_client_that_answers_the_goodbye_ends_it_at_once() {
    let mut twin = signed_in();
    twin.close(CloseCode::Kicked);
    twin.goodbye_written(START_MS);
    twin.ended();
    assert!(twin.is_over());
}

#[test]
fn goodbye_is_said_once_and_nothing_is_handed_in_after_it() {
    let mut twin = signed_in();
    twin.close(CloseCode::TooSlow);
    twin.violated(CloseCode::Protocol);
    twin.heard(START_MS, [leave(2)]);
    assert_eq!(twin.effects(), [Effect::Goodbye(CloseCode::TooSlow)]);
}

#[test]
fn a_connection_that_is_no_websocket_yet_ends_without_a_goodbye() {
    let mut twin = Twin::new(limits(), ONE_AT_A_TIME, CHANCE);
    twin.violated(CloseCode::HelloTimeout);
    assert_eq!(twin.effects(), []);
    assert!(twin.is_over());
}

#[test]
fn a_connection_that_waits_for_an_operators_answer_outlives_its_reader_for_a_time() {
    let mut twin = Twin::new(limits(), ONE_AT_A_TIME, CHANCE);
    twin.operator_awaited(START_MS);
    twin.ended();
    assert!(!twin.is_over());
    let until_ms = START_MS + limits().request_timeout_ms;
    assert_eq!(twin.due_ms(), Some(until_ms));
    twin.tick(until_ms, || None);
    assert!(twin.is_over());
}

#[test]
fn a_client_that_vanishes_ends_it_and_nothing_is_due_any_more() {
    let mut twin = upgraded();
    twin.ended();
    assert!(twin.is_over());
    assert_eq!(twin.due_ms(), None);
}
