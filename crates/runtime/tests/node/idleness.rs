//! TESTS, runtime: an idle process gives back the stacks that it does not use, and notices nothing.

use std::fs;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use umbra_runtime::{Node, Outcome};

use crate::{RUNTIME, compile, message, start_compiled};

/// Far more than a process takes to count as idle.
const SOON: Duration = Duration::from_secs(60);
const PROCESSES: u64 = 200;

/// Goes deep, waits half-way up for each of two messages, and checks on its way that its frames are as it left them.
const GOES_DEEP: &str = r#"
    (func $sum (param $n i64) (param $wait_at i64) (result i64) (local $below i64)
        (if (i64.eqz (local.get $n)) (then (return (i64.const 0))))
        (local.set $below (call $sum (i64.sub (local.get $n) (i64.const 1)) (local.get $wait_at)))
        (if (i64.eq (local.get $n) (local.get $wait_at)) (then (drop (call $wait))))
        (i64.add (local.get $n) (local.get $below)))
    (func (export "start")
        (call $check (i64.eq (call $sum (i64.const 1500) (i64.const 1480)) (i64.const 1125750)))
        (call $check (i64.eq (call $sum (i64.const 1500) (i64.const 300)) (i64.const 1125750))))"#;

fn resident_kib() -> u64 {
    let rollup = fs::read_to_string("/proc/self/smaps_rollup").expect("this is Linux");
    let line = rollup.lines().find_map(|line| line.strip_prefix("Rss:")).expect("it says how much is resident");
    line.trim().trim_end_matches(" kB").parse().expect("it is a number")
}

/// Writes all over a stack of 256 KiB in its memory, as if it had gone deep there, and waits half-way up.
const HAS_A_STACK: &str = r#"
    (global $sp (export "__stack_pointer") (mut i32) (i32.const 278528))
    (global (export "__stack_low") i32 (i32.const 16384))
    (func (export "start")
        (drop (memory.grow (i32.const 4)))
        (memory.fill (i32.const 16000) (i32.const 7) (i32.const 262528))
        (global.set $sp (i32.const 147457))
        (drop (call $wait))
        (call $check (i32.eq (i32.load8_u (i32.const 16383)) (i32.const 7)))
        (call $check (i32.eq (i32.load8_u (i32.const 147457)) (i32.const 7))))"#;

/// What is resident is counted for the whole program.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// Starts processes, waits until each has given back so much, and lets them go on with two messages.
async fn gives_back(guest: &str, kib_each: u64) {
    let _alone = ONE_AT_A_TIME.lock().await;
    let (node, module) = (Node::new(&RUNTIME), compile(guest));
    let mut all = Vec::new();
    // All of them before the first counts as idle.
    for _ in 0..PROCESSES {
        all.push(start_compiled(&node, &module).await);
    }
    let limit = Instant::now() + SOON;
    let (mut most, mut now) = (0, resident_kib());
    while now + PROCESSES * kib_each > most {
        assert!(Instant::now() < limit, "{most} KiB at most, {now} now");
        tokio::task::yield_now().await;
        now = resident_kib();
        most = most.max(now);
    }
    for running in &all {
        running.root.send(message(1));
        running.root.send(message(2));
    }
    for running in all {
        assert_eq!(running.outcome().await, Outcome::Ended);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_process_gives_back_its_dead_stack_and_goes_on_where_it_was() {
    // 1500 frames are more than this, and nearly all of them have been left.
    gives_back(GOES_DEEP, 48).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_guest_that_says_where_its_own_stack_is_the_dead_part_goes_and_nothing_else() {
    gives_back(HAS_A_STACK, 100).await;
}
