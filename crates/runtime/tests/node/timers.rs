//! TESTS, runtime: timers, which are ours, keep lunatic's rules.

use umbra_runtime::{Node, Outcome};

use crate::{RUNTIME, message, outcome, start};

/// A guest that can set a timer for itself: the message comes under this tag, in so many milliseconds.
fn guest(start: &str) -> String {
    format!(
        r#"(func $ring (param $tag i64) (param $ms i64) (result i64)
            (call $create_data (local.get $tag) (i64.const 0))
            (call $send_after (call $process_id) (local.get $ms)))
        (func $expect (param $tag i64)
            (drop (call $wait)) (call $check (i64.eq (call $get_tag) (local.get $tag))))
        (func (export "start") (local $timer i64) {start})"#
    )
}

#[tokio::test]
async fn timers_ring_in_the_order_in_which_they_are_due() {
    let rings = guest(
        "(drop (call $ring (i64.const 3) (i64.const 120))) (drop (call $ring (i64.const 1) (i64.const 0)))
         (drop (call $ring (i64.const 2) (i64.const 40)))
         (call $expect (i64.const 1)) (call $expect (i64.const 2)) (call $expect (i64.const 3))",
    );
    assert_eq!(outcome(&rings).await, Outcome::Ended);
}

#[tokio::test]
async fn a_timer_that_is_cancelled_does_not_ring_and_can_be_cancelled_once() {
    let cancels = guest(
        "(local.set $timer (call $ring (i64.const 1) (i64.const 20))) (drop (call $ring (i64.const 2) (i64.const 60)))
         (call $check (i32.eq (call $cancel_timer (local.get $timer)) (i32.const 1)))
         (call $check (i32.eq (call $cancel_timer (local.get $timer)) (i32.const 0)))
         (call $expect (i64.const 2))",
    );
    assert_eq!(outcome(&cancels).await, Outcome::Ended);
}

#[tokio::test]
async fn a_timer_that_has_rung_cannot_be_cancelled() {
    let late = guest(
        "(local.set $timer (call $ring (i64.const 1) (i64.const 1))) (call $expect (i64.const 1))
         (call $check (i32.eq (call $cancel_timer (local.get $timer)) (i32.const 0)))",
    );
    assert_eq!(outcome(&late).await, Outcome::Ended);
}

#[tokio::test]
async fn nobody_can_cancel_the_timer_of_another() {
    let node = Node::new(&RUNTIME);
    // Numbers begin with 1, so this is the first one's.
    let owner =
        start(&node, &guest("(drop (call $ring (i64.const 7) (i64.const 100))) (call $expect (i64.const 7))")).await;
    let other = start(
        &node,
        &guest("(drop (call $wait)) (call $check (i32.eq (call $cancel_timer (i64.const 1)) (i32.const 0)))"),
    )
    .await;
    other.root.send(message(1));
    assert_eq!(other.outcome().await, Outcome::Ended);
    assert_eq!(owner.outcome().await, Outcome::Ended);
}

#[tokio::test]
async fn a_timer_for_longer_than_there_is_time_is_a_timer() {
    let far = guest(
        "(local.set $timer (call $ring (i64.const 1) (i64.const -1)))
         (call $check (i32.eq (call $cancel_timer (local.get $timer)) (i32.const 1)))",
    );
    assert_eq!(outcome(&far).await, Outcome::Ended);
}

#[tokio::test]
async fn a_timer_without_a_message_ends_the_process() {
    let Outcome::Trapped(why) = outcome(&guest("(drop (call $send_after (i64.const 1) (i64.const 1)))")).await else {
        panic!("it went on")
    };
    assert!(why.contains("no message to send"), "{why}");
}
