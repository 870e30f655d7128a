//! TESTS, runtime: guests of a few lines, with native processes around them.

mod computing;
mod idleness;
mod messages;
mod processes;
mod timers;
mod turns;

use std::sync::{Arc, LazyLock};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use umbra_runtime::{
    DataMessage, Environment as _, Message, Module, Node, Outcome, Process, ProcessSettings, Running, Runtime, Signal,
    Tuning,
};

/// What every guest here may call.
const CALLS: &str = r#"
    (import "lunatic::message" "create_data" (func $create_data (param i64 i64)))
    (import "lunatic::message" "get_tag" (func $get_tag (result i64)))
    (import "lunatic::message" "send" (func $send (param i64) (result i32)))
    (import "lunatic::message" "receive" (func $receive (param i32 i32 i64) (result i32)))
    (import "lunatic::message" "send_receive_skip_search" (func $ask (param i64 i64 i64) (result i32)))
    (import "lunatic::process" "die_when_link_dies" (func $die_when_link_dies (param i32)))
    (import "lunatic::process" "link" (func $link (param i64 i64)))
    (import "lunatic::process" "unlink" (func $unlink (param i64)))
    (import "lunatic::process" "monitor" (func $monitor (param i64)))
    (import "lunatic::process" "get_or_spawn" (func $get_or_spawn
        (param i32 i32 i64 i64 i64 i32 i32 i32 i32 i32 i32) (result i32)))
    (import "lunatic::process" "process_id" (func $process_id (result i64)))
    (import "lunatic::timer" "send_after" (func $send_after (param i64 i64) (result i64)))
    (import "lunatic::timer" "cancel_timer" (func $cancel_timer (param i64) (result i32)))
    (memory (export "memory") 1)
    (func $wait (result i32) (call $receive (i32.const 0) (i32.const 0) (i64.const -1)))
    (func $check (param $good i32) (if (i32.eqz (local.get $good)) (then unreachable)))
    (func $tell (param $to i64) (param $tag i64)
        (call $create_data (local.get $tag) (i64.const 0))
        (drop (call $send (local.get $to))))"#;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new(&Tuning::default()).expect("the default fits"));

/// Starts a guest: these functions beside [`CALLS`], the first process in `start`.
async fn start(node: &Node, functions: &str) -> Running {
    start_compiled(node, &compile(functions)).await
}

fn compile(functions: &str) -> Module {
    RUNTIME.compile(format!("(module {CALLS} {functions})").as_bytes()).expect("the guest is well-formed")
}

async fn start_compiled(node: &Node, module: &Module) -> Running {
    node.start(module, "start", ProcessSettings::root(), None).await.expect("it starts")
}

async fn outcome(functions: &str) -> Outcome {
    start(&Node::new(&RUNTIME), functions).await.outcome().await
}

fn message(tag: i64) -> Signal {
    Signal::Message(Message::Data(DataMessage::new_from_vec(Some(tag), Vec::new())))
}

/// A native process that keeps every signal.
struct Listener {
    id: u64,
    signals: UnboundedSender<Signal>,
}

impl Listener {
    /// A process of the node.
    fn on(node: &Node) -> (Arc<Self>, UnboundedReceiver<Signal>) {
        let (sender, receiver) = unbounded_channel();
        let listener = Arc::new(Self { id: node.environment.get_next_process_id(), signals: sender });
        node.environment.add_process(listener.id, listener.clone());
        (listener, receiver)
    }
}

impl Process for Listener {
    fn id(&self) -> u64 {
        self.id
    }

    fn send(&self, signal: Signal) {
        self.signals.send(signal).expect("the test listens");
    }
}
