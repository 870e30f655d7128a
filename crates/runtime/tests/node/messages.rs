//! TESTS, runtime: `receive`, which is ours, keeps lunatic's rules.

use std::sync::Arc;

use tokio::sync::mpsc::UnboundedReceiver;
use umbra_runtime::{AFTER_OTHERS, DeathReason, Message, Node, Outcome, Running, Signal, UNHURRIED, UNHURRIED_MAX};

use crate::{Listener, RUNTIME, message, outcome, start};

/// The tag of the next thing that a listener hears, which is a message.
async fn said(heard: &mut UnboundedReceiver<Signal>) -> Option<i64> {
    let Some(Signal::Message(Message::Data(message))) = heard.recv().await else { panic!("a message was due") };
    message.tag
}

/// A guest that knows a native process by `$listener`.
struct Beside {
    node: Node,
    running: Running,
    listener: Arc<Listener>,
    heard: UnboundedReceiver<Signal>,
}

async fn start_beside_listener(functions: &str) -> Beside {
    let node = Node::new(&RUNTIME);
    let (listener, heard) = Listener::on(&node);
    let number = format!("(global $listener i64 (i64.const {}))", listener.id);
    let running = start(&node, &format!("{number} {functions}")).await;
    Beside { node, running, listener, heard }
}

#[tokio::test]
async fn messages_are_received_in_the_order_in_which_they_were_sent() {
    let node = Node::new(&RUNTIME);
    let running = start(
        &node,
        r#"(func (export "start") (local $next i64)
            (loop $again
                (call $check (i32.eqz (call $wait)))
                (local.set $next (i64.add (local.get $next) (i64.const 1)))
                (call $check (i64.eq (call $get_tag) (local.get $next)))
                (br_if $again (i64.lt_u (local.get $next) (i64.const 1000)))))"#,
    )
    .await;
    (1..=1000).for_each(|tag| running.root.send(message(tag)));
    assert_eq!(running.outcome().await, Outcome::Ended);
}

#[tokio::test]
async fn a_tag_is_received_before_what_came_earlier_without_it() {
    let node = Node::new(&RUNTIME);
    // Waits for one of the tags 7 and 9, and then takes the rest as it came.
    let running = start(
        &node,
        r#"(data (i32.const 64) "\07\00\00\00\00\00\00\00\09\00\00\00\00\00\00\00")
        (func $expect (param $tag i64) (call $check (i64.eq (call $get_tag) (local.get $tag))))
        (func (export "start")
            (drop (call $receive (i32.const 64) (i32.const 2) (i64.const -1))) (call $expect (i64.const 9))
            (drop (call $receive (i32.const 64) (i32.const 2) (i64.const 60000))) (call $expect (i64.const 7))
            (drop (call $wait)) (call $expect (i64.const 1))
            (drop (call $wait)) (call $expect (i64.const 2)))"#,
    )
    .await;
    for tag in [1, 9, 7, 2] {
        running.root.send(message(tag));
    }
    assert_eq!(running.outcome().await, Outcome::Ended);
}

#[tokio::test]
async fn a_wait_with_a_limit_ends_without_a_message() {
    let waits = |count: u32| {
        format!(
            r#"(func (export "start")
                (call $check (i32.eq (i32.const 9027) (call $receive (i32.const 0) (i32.const {count}) (i64.const 1)))))"#
        )
    };
    assert_eq!(outcome(&waits(0)).await, Outcome::Ended);
    assert_eq!(outcome(&waits(1)).await, Outcome::Ended);
}

#[tokio::test]
async fn tags_that_lie_outside_the_memory_end_the_process() {
    let outcome =
        outcome(r#"(func (export "start") (drop (call $receive (i32.const 65528) (i32.const 2) (i64.const -1))))"#);
    let Outcome::Trapped(why) = outcome.await else { panic!("it went on") };
    assert!(why.contains("outside the memory"), "{why}");
}

#[tokio::test]
async fn a_dead_link_and_a_dead_process_are_messages_of_their_own_kinds() {
    let Beside { running, listener, mut heard, .. } = start_beside_listener(
        r#"(func (export "start")
            (call $die_when_link_dies (i32.const 0))
            (call $tell (global.get $listener) (i64.const 5))
            (call $check (i32.eq (call $wait) (i32.const 1)))
            (call $check (i64.eq (call $get_tag) (i64.const 42)))
            (call $check (i32.eq (call $wait) (i32.const 2))))"#,
    )
    .await;
    assert_eq!(said(&mut heard).await, Some(5));
    running.root.send(Signal::LinkDied(listener.id, Some(42), DeathReason::Failure));
    running.root.send(Signal::ProcessDied(listener.id));
    assert_eq!(running.outcome().await, Outcome::Ended);
}

#[tokio::test]
async fn a_message_to_oneself_comes_in_its_turn_or_if_it_says_so_after_what_others_were_about_to_send() {
    // The second process answers with 2. The first writes to itself, twice, and then to the second, and says what comes.
    let guest = format!(
        r#"(func (export "answer")
            (drop (call $wait)) (call $tell (call $get_tag) (i64.const 2)))
        (data (i32.const 64) "answer")
        (func $say_next (drop (call $wait)) (call $tell (global.get $listener) (call $get_tag)))
        (func (export "start") (local $other i64)
            (drop (call $get_or_spawn (i32.const 64) (i32.const 6) (i64.const 0) (i64.const -1) (i64.const -1)
                (i32.const 64) (i32.const 6) (i32.const 0) (i32.const 0) (i32.const 8) (i32.const 16)))
            (local.set $other (i64.load (i32.const 16)))
            (call $tell (call $process_id) (i64.const {AFTER_OTHERS}))
            (call $tell (call $process_id) (i64.const 1))
            (call $tell (local.get $other) (call $process_id))
            (call $say_next) (call $say_next) (call $say_next))"#
    );
    for _ in 0..10 {
        let Beside { running, mut heard, .. } = start_beside_listener(&guest).await;
        assert_eq!(said(&mut heard).await, Some(1), "in its turn");
        let then = [said(&mut heard).await, said(&mut heard).await];
        assert_eq!(running.outcome().await, Outcome::Ended);
        if then == [Some(2), Some(AFTER_OTHERS)] {
            return;
        }
        // The second was let run, and lost the processor for longer than an epoch just then, on a busy machine.
        assert_eq!(then, [Some(AFTER_OTHERS), Some(2)]);
    }
    panic!("others were about to send, ten times, and it did not wait for them");
}

#[tokio::test]
async fn a_message_without_hurry_wakes_nobody_and_is_read_in_its_turn_or_within_seconds() {
    // It says the tag of each message to the listener.
    let Beside { node, running, mut heard, .. } = start_beside_listener(
        r#"(func (export "start")
            (loop $again
                (drop (call $wait))
                (call $tell (global.get $listener) (call $get_tag))
                (br $again)))"#,
    )
    .await;
    // There is one thread: when the first has been heard of, the guest waits.
    running.root.send(message(1));
    assert_eq!(said(&mut heard).await, Some(1));
    running.root.send(message(UNHURRIED));
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    assert!(heard.try_recv().is_err(), "nobody was woken");
    running.root.send(message(2));
    assert_eq!(said(&mut heard).await, Some(UNHURRIED), "in its turn");
    assert_eq!(said(&mut heard).await, Some(2));
    running.root.send(message(UNHURRIED));
    assert_eq!(said(&mut heard).await, Some(UNHURRIED), "though nothing else comes");
    (0..UNHURRIED_MAX).for_each(|_| running.root.send(message(UNHURRIED)));
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    assert!(heard.try_recv().is_ok(), "so many do wake it");
    node.environment.kill_all();
}

#[tokio::test]
async fn a_question_is_answered_before_what_came_earlier() {
    let Beside { running, mut heard, .. } = start_beside_listener(
        r#"(func (export "start")
            (call $create_data (i64.const 5) (i64.const 0))
            (call $check (i32.eqz (call $ask (global.get $listener) (i64.const 7) (i64.const -1))))
            (call $check (i64.eq (call $get_tag) (i64.const 7)))
            (drop (call $wait)) (call $check (i64.eq (call $get_tag) (i64.const 6)))
            (call $create_data (i64.const 5) (i64.const 0))
            (call $check (i32.eq (i32.const 9027) (call $ask (i64.const 0) (i64.const 7) (i64.const 1)))))"#,
    )
    .await;
    assert_eq!(said(&mut heard).await, Some(5));
    running.root.send(message(6));
    running.root.send(message(7));
    assert_eq!(running.outcome().await, Outcome::Ended);
}
