//! TESTS, runtime: who has a turn when, on one thread.

use std::time::Duration;

use umbra_runtime::{Message, Node, Outcome, Signal};

use crate::{Listener, RUNTIME, message, start};

#[tokio::test]
async fn a_native_process_has_its_turn_when_no_process_of_the_guest_has_anything_to_do() {
    for _ in 0..10 {
        let node = Node::new(&RUNTIME);
        let (listener, mut heard) = Listener::on(&node);
        let (first_turn, found) = tokio::sync::oneshot::channel();
        node.environment.run_native(async move {
            let mut tags = Vec::new();
            let mut next = heard.recv().await;
            while let Some(Signal::Message(Message::Data(message))) = next {
                tags.push(message.tag);
                next = heard.try_recv().ok();
            }
            first_turn.send(tags).expect("the test waits for it");
            while heard.recv().await.is_some() {}
        });
        // The second process has something to say to the native one, too, and wakes later.
        let guest = format!(
            r#"(global $listener i64 (i64.const {}))
            (func (export "second")
                (drop (call $wait)) (call $tell (global.get $listener) (i64.const 2)))
            (func (export "first") (local $second i64)
                (drop (call $wait))
                (local.set $second (call $get_tag))
                (call $tell (global.get $listener) (i64.const 1))
                (call $tell (local.get $second) (i64.const 0)))
            (data (i32.const 64) "second")
            (data (i32.const 80) "first")
            (func $spawn (param $name i32) (param $bytes i32) (result i64)
                (drop (call $get_or_spawn (local.get $name) (local.get $bytes) (i64.const 0) (i64.const -1) (i64.const -1)
                    (local.get $name) (local.get $bytes) (i32.const 0) (i32.const 0) (i32.const 8) (i32.const 16)))
                (i64.load (i32.const 16)))
            (func (export "start") (local $second i64)
                (local.set $second (call $spawn (i32.const 64) (i32.const 6)))
                (call $tell (call $spawn (i32.const 80) (i32.const 5)) (local.get $second)))"#,
            listener.id
        );
        assert_eq!(start(&node, &guest).await.outcome().await, Outcome::Ended);
        let found = found.await.expect("it has a turn");
        if found == [Some(1), Some(2)] {
            return;
        }
        // The first lost the processor in between for longer than an epoch, on a busy machine.
        assert_eq!(found, [Some(1)]);
    }
    panic!("one of the guest had something to do, ten times, and was not waited for");
}

#[tokio::test]
async fn a_native_process_that_panics_is_the_only_one_to_end() {
    let node = Node::new(&RUNTIME);
    node.environment.run_native(async { panic!("this is no failure of the test") });
    let running = start(&node, r#"(func (export "start") (drop (call $wait)))"#).await;
    running.root.send(message(1));
    assert_eq!(running.outcome().await, Outcome::Ended);
    let (alive, heard) = tokio::sync::oneshot::channel();
    node.environment.run_native(async { alive.send(()).expect("the test waits for it") });
    let turn = tokio::time::timeout(Duration::from_secs(30), heard).await;
    turn.expect("others have their turns").expect("and it has had its own");
}
