//! TESTS, runtime: a node: how its processes end, and who hears of it.

use umbra_runtime::{DeathReason, Environment as _, Node, Outcome, Signal};

use crate::{Listener, RUNTIME, outcome, start};

const WAITS: &str = r#"(func (export "start") (drop (call $wait)))"#;

#[tokio::test]
async fn an_end_is_told_from_a_failure_and_a_failure_from_a_kill() {
    assert_eq!(outcome(r#"(func (export "start"))"#).await, Outcome::Ended);
    assert!(matches!(outcome(r#"(func (export "start") unreachable)"#).await, Outcome::Trapped(_)));
    let running = start(&Node::new(&RUNTIME), WAITS).await;
    running.root.send(Signal::Kill);
    assert_eq!(running.outcome().await, Outcome::Killed);
}

#[tokio::test]
async fn a_status_is_handed_on() {
    let exits = |status: u32| {
        let module = format!(
            r#"(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
                (memory (export "memory") 1)
                (func (export "start") (call $exit (i32.const {status}))))"#
        );
        let module = RUNTIME.compile(module.as_bytes()).unwrap();
        async move {
            let settings = umbra_runtime::ProcessSettings::root();
            Node::new(&RUNTIME).start(&module, "start", settings, None).await.unwrap().outcome().await
        }
    };
    assert_eq!(exits(0).await, Outcome::Ended);
    assert_eq!(exits(3).await, Outcome::Exited(3));
}

#[tokio::test]
async fn a_watcher_hears_how_every_process_ends() {
    let elsewhere = Node::new(&RUNTIME);
    let (watcher, mut heard) = Listener::on(&elsewhere);
    for (guest, failed) in [(r#"(func (export "start"))"#, false), (r#"(func (export "start") unreachable)"#, true)] {
        start(&Node::watched(&RUNTIME, watcher.clone()), guest).await.outcome().await;
        let Some(Signal::LinkDied(1, None, reason)) = heard.recv().await else { panic!("it hears of the end") };
        assert_eq!(matches!(reason, DeathReason::Failure), failed);
    }
}

#[tokio::test]
async fn a_native_process_hears_of_the_death_of_one_it_is_linked_to() {
    let node = Node::new(&RUNTIME);
    let (listener, mut heard) = Listener::on(&node);
    let running = start(&node, WAITS).await;
    let root = running.root.clone();
    root.send(Signal::Link(Some(3), listener.clone()));
    root.send(Signal::Monitor(listener));
    root.send(Signal::Kill);
    assert!(matches!(heard.recv().await, Some(Signal::LinkDied(_, Some(3), DeathReason::Failure))));
    assert!(matches!(heard.recv().await, Some(Signal::ProcessDied(id)) if id == root.id()));
}

#[tokio::test]
async fn a_node_is_empty_once_everybody_has_ended_who_has_no_name() {
    let node = Node::new(&RUNTIME);
    let named = start(&node, WAITS).await;
    node.registry.write().await.insert("log".to_owned(), (0, named.root.id()));
    node.registry.write().await.insert("dead".to_owned(), (0, 1_000_000));
    let other = start(&node, WAITS).await;
    assert_eq!(node.environment.process_count(), 2);
    other.root.send(Signal::Kill);
    node.emptied().await;
    assert!(node.environment.get_process(named.root.id()).is_some());
    node.environment.kill_all();
    assert_eq!(named.outcome().await, Outcome::Killed);
    assert_eq!(node.environment.process_count(), 0);
}

#[tokio::test]
async fn a_process_is_found_by_the_name_that_it_was_started_under() {
    let outcome = outcome(
        r#"(func (export "other") (drop (call $wait)))
        (data (i32.const 64) "namedother")
        (func $named (param $at i32) (result i32)
            (call $get_or_spawn (i32.const 64) (i32.const 5) (i64.const 0) (i64.const -1) (i64.const -1)
                (i32.const 69) (i32.const 5) (i32.const 0) (i32.const 0) (i32.const 8) (local.get $at)))
        (func (export "start")
            (call $check (i32.eqz (call $named (i32.const 16))))
            (call $check (i32.eq (i32.const 2) (call $named (i32.const 24))))
            (call $check (i64.eq (i64.load (i32.const 16)) (i64.load (i32.const 24))))
            (call $check (i64.ne (i64.load (i32.const 16)) (call $process_id))))"#,
    );
    assert_eq!(outcome.await, Outcome::Ended);
}

#[tokio::test]
async fn a_link_with_a_process_that_is_not_there_has_died() {
    let outcome = outcome(
        r#"(func (export "start")
            (call $die_when_link_dies (i32.const 0))
            (call $link (i64.const 9) (i64.const 1000000))
            (call $check (i32.eq (call $wait) (i32.const 1)))
            (call $check (i64.eq (call $get_tag) (i64.const 9))))"#,
    );
    assert_eq!(outcome.await, Outcome::Ended);
}

#[tokio::test]
async fn links_and_monitors_are_made_and_links_taken_down_by_a_guest() {
    let node = Node::new(&RUNTIME);
    let (kept, mut heard) = Listener::on(&node);
    let (dropped, mut silent) = Listener::on(&node);
    let guest = format!(
        r#"(func (export "start")
            (call $link (i64.const 4) (i64.const {kept})) (call $monitor (i64.const {kept}))
            (call $link (i64.const 5) (i64.const {dropped})) (call $unlink (i64.const {dropped}))
            (drop (call $wait)))"#,
        kept = kept.id,
        dropped = dropped.id
    );
    let running = start(&node, &guest).await;
    assert!(matches!(heard.recv().await, Some(Signal::Link(Some(4), _))));
    assert!(matches!(heard.recv().await, Some(Signal::Monitor(_))));
    assert!(matches!(silent.recv().await, Some(Signal::Link(Some(5), _))));
    assert!(matches!(silent.recv().await, Some(Signal::UnLink { process_id }) if process_id == running.root.id()));
    running.root.send(Signal::Kill);
    assert_eq!(running.outcome().await, Outcome::Killed);
    assert!(matches!(heard.recv().await, Some(Signal::LinkDied(_, Some(4), DeathReason::Failure))));
    assert!(silent.try_recv().is_err());
}

#[tokio::test]
async fn who_asks_after_a_process_that_has_ended_is_told_so() {
    let node = Node::new(&RUNTIME);
    let (listener, mut heard) = Listener::on(&node);
    let running = start(&node, r#"(func (export "start"))"#).await;
    let root = running.root.clone();
    assert_eq!(running.outcome().await, Outcome::Ended);
    root.send(Signal::Link(Some(3), listener.clone()));
    root.send(Signal::Monitor(listener));
    assert!(
        matches!(heard.recv().await, Some(Signal::LinkDied(id, Some(3), DeathReason::NoProcess)) if id == root.id())
    );
    assert!(matches!(heard.recv().await, Some(Signal::ProcessDied(id)) if id == root.id()));
}
