//! The sweep: for each game, each kind of process and each step of a whole match: kill, then compare.

use std::time::Instant;

use umbra_faults::compare::Counts;
use umbra_faults::games::shipped;
use umbra_faults::live::Arena;
use umbra_faults::live::sweep::{Job, play_all};
use umbra_faults::plan::Plan;
use umbra_faults::sweep::{Kind, PROCESSES, faults};

const SEED: u64 = 7;
const SERVERS: usize = 4;

/// How many matches share a server. Where one match's fault takes something from all that they have no second time (a
/// connection that was just opened, a room that was just asked for), each has a server to itself.
fn at_a_time(kind: Kind) -> usize {
    match kind {
        Kind::RoomManager | Kind::UserManager | Kind::Listener => 1,
        Kind::Room | Kind::User | Kind::Socket | Kind::Journal => 6,
        Kind::Cut | Kind::Freeze | Kind::LateClose | Kind::Frames => 6,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_process_dies_at_whatever_step_the_match_is_the_undisturbed_match() {
    let arenas: Vec<Arena> = (0..SERVERS).map(|_| Arena::start()).collect();
    let scripts = shipped().map(|subject| subject.script(SEED).expect("the strategy plays by the rules"));
    for kind in PROCESSES {
        let begun = Instant::now();
        let mut jobs = Vec::new();
        for script in &scripts {
            jobs.extend(
                faults(script, kind).into_iter().map(|fault| Job { script: script.clone(), plan: Plan::of(fault) }),
            );
        }
        let expected = jobs.len() as u64;
        let tally = play_all(jobs, &arenas, at_a_time(kind), |_| true).await;
        println!("{kind}: {tally} ({:?})", begun.elapsed());
        let failures: Vec<String> = tally.failures.iter().take(3).map(ToString::to_string).collect();
        assert!(failures.is_empty(), "{kind}:\n{}", failures.join("\n"));
        assert_eq!((tally.runs, tally.kills_survived), (expected, expected));
        let Counts { actions_lost, actions_doubled, events_missed, events_doubled, .. } = tally.counts;
        assert_eq!([actions_lost, actions_doubled, events_missed, events_doubled], [0; 4]);
    }
}
