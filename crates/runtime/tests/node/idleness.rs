//! TESTS, runtime: an idle process gives back the stack that it does not use, and notices nothing.

use std::fs;
use std::time::{Duration, Instant};

use umbra_runtime::{Node, Outcome};

use crate::{RUNTIME, message, start};

/// Far more than a process takes to count as idle.
const SOON: Duration = Duration::from_secs(60);
const PROCESSES: usize = 200;

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

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_process_gives_back_its_dead_stack_and_goes_on_where_it_was() {
    let node = Node::new(&RUNTIME);
    let mut all = Vec::new();
    for _ in 0..PROCESSES {
        all.push(start(&node, GOES_DEEP).await);
    }
    // 1500 frames are more than this, for each process, and nearly all of them have been left.
    let dead_kib = PROCESSES as u64 * 48;
    let limit = Instant::now() + SOON;
    let (mut most, mut now) = (0, resident_kib());
    while now + dead_kib > most {
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
