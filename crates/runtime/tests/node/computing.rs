//! TESTS, runtime: a process that never waits holds nobody up and can be killed; links and monitors hear of it.

use umbra_runtime::{DeathReason, Environment as _, Node, Outcome, ProcessSettings, Signal};

use crate::{Listener, RUNTIME, message, outcome, start};

/// Never asks anything of the host.
const SPINS: &str = r#"(func (export "start") (loop $for_ever (br $for_ever)))"#;
/// Ends with the first message.
const WAITS: &str = r#"(func (export "start") (drop (call $wait)))"#;

#[tokio::test]
async fn a_process_that_computes_for_ever_is_killed_like_any_other() {
    let node = Node::new(&RUNTIME);
    let running = start(&node, SPINS).await;
    let (listener, mut heard) = Listener::on(&node);
    running.root.send(Signal::Link(Some(5), listener.clone()));
    running.root.send(Signal::Monitor(listener));
    let id = running.root.id();
    running.root.send(Signal::Kill);
    assert_eq!(running.outcome().await, Outcome::Killed);
    assert!(node.environment.get_process(id).is_none(), "it is gone before anybody hears of it");
    let link = heard.recv().await;
    assert!(matches!(link, Some(Signal::LinkDied(dead, Some(5), DeathReason::Failure)) if dead == id), "{link:?}");
    let monitor = heard.recv().await;
    assert!(matches!(monitor, Some(Signal::ProcessDied(dead)) if dead == id), "{monitor:?}");
}

/// One thread: whoever holds it holds up all others.
#[tokio::test]
async fn processes_that_compute_for_ever_leave_others_their_turns() {
    let node = Node::new(&RUNTIME);
    let mut spinning = Vec::new();
    for _ in 0..3 {
        spinning.push(start(&node, SPINS).await);
    }
    let waiting = start(&node, WAITS).await;
    waiting.root.send(message(1));
    assert_eq!(waiting.outcome().await, Outcome::Ended);
    node.environment.kill_all();
    for spun in spinning {
        assert_eq!(spun.outcome().await, Outcome::Killed);
    }
}

#[tokio::test]
async fn what_is_sent_before_the_kill_is_not_carried_out_after_it() {
    let node = Node::new(&RUNTIME);
    let running = start(&node, r#"(func (export "start") (drop (call $wait)) (drop (call $wait)))"#).await;
    let signals = [message(1), Signal::Kill, message(2)];
    signals.into_iter().for_each(|signal| running.root.send(signal));
    assert_eq!(running.outcome().await, Outcome::Killed);
}

#[tokio::test]
async fn a_process_that_returns_ends_well_and_one_that_traps_does_not() {
    assert_eq!(outcome(r#"(func (export "start"))"#).await, Outcome::Ended);
    assert!(matches!(outcome(r#"(func (export "start") unreachable)"#).await, Outcome::Trapped(_)));
}

#[tokio::test]
async fn a_limit_of_instructions_which_nobody_would_keep_is_refused() {
    let module = RUNTIME.compile(br#"(module (func (export "start")))"#).expect("the guest is well-formed");
    let settings = ProcessSettings { max_fuel: Some(1), ..ProcessSettings::root() };
    let refused = Node::new(&RUNTIME).start(&module, "start", settings, None).await;
    let error = refused.err().expect("it is refused");
    assert!(format!("{error:#}").contains("fuel"), "{error:#}");
}
