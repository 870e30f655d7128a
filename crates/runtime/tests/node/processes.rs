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
