//! Every process of a simulated server, killed before each of its calls in a whole match of every game; and any of them
//! under any schedule. The match has to be the undisturbed match.

use std::time::Instant;

use umbra_faults::compare::{Counts, compare};
use umbra_faults::games::shipped;
use umbra_faults::plan::Plan;
use umbra_faults::script::Script;
use umbra_faults::sim::{Kill, Process, play};
use umbra_otp::sim::{Fifo, Random};

fn scripts(seed: u64) -> Vec<Script> {
    shipped().iter().map(|subject| subject.script(seed).expect("the strategy plays by the rules")).collect()
}

fn name(script: &Script) -> &'static str {
    script.subject().rules.name()
}

/// Holds what became of a run against what should have.
fn assert_undisturbed(script: &Script, story: &umbra_faults::story::Story, what: &str) -> Counts {
    let verdict = compare(script, &Plan::default(), story);
    assert_eq!(verdict.difference, None, "{} of seed {}, {what}", name(script), script.seed());
    verdict.counts
}

fn assert_nothing_lost(counts: &Counts) {
    let Counts { actions_lost, actions_doubled, events_missed, events_doubled, .. } = counts;
    assert_eq!([actions_lost, actions_doubled, events_missed, events_doubled], [&0; 4]);
}

#[test]
fn a_match_in_the_simulated_runtime_is_the_match_of_the_script() {
    for script in scripts(7) {
        let played = play(&script, Fifo, None);
        assert!(!played.killed);
        assert_nothing_lost(&assert_undisturbed(&script, &played.story, "undisturbed"));
    }
}

fn kill_before_every_call_of(process: Process) {
    let (begun, mut runs, mut counts) = (Instant::now(), 0, Counts::default());
    for script in scripts(7) {
        for nth in 1.. {
            let kill = Kill { process, nth };
            let played = play(&script, Fifo, Some(kill));
            if !played.killed {
                assert!(nth > 5, "{process:?} makes more calls than {nth} in a match of {}", name(&script));
                break;
            }
            runs += 1;
            counts.add(&assert_undisturbed(&script, &played.story, &kill.to_string()));
        }
    }
    assert_nothing_lost(&counts);
    println!("{process:?}: {runs} kills survived, {counts:?} in {:?}", begun.elapsed());
}

#[test]
fn a_room_can_be_killed_before_any_of_its_calls() {
    kill_before_every_call_of(Process::Room);
}

#[test]
fn a_user_can_be_killed_before_any_of_its_calls() {
    kill_before_every_call_of(Process::User);
}

#[test]
fn a_room_manager_can_be_killed_before_any_of_its_calls() {
    kill_before_every_call_of(Process::RoomManager);
}

#[test]
fn a_user_manager_can_be_killed_before_any_of_its_calls() {
    kill_before_every_call_of(Process::UserManager);
}

#[test]
fn a_journal_can_be_killed_before_any_of_its_calls() {
    kill_before_every_call_of(Process::Journal);
}

#[test]
fn whatever_the_schedule_any_process_can_be_killed_before_any_of_its_calls() {
    let (mut kills, mut counts) = (0, Counts::default());
    for seed in 0..300_u64 {
        let scripts = scripts(seed);
        let script = &scripts[seed as usize % scripts.len()];
        for (process, calls) in Process::ALL.into_iter().zip([100, 150, 18, 12, 28]) {
            let kill = Kill { process, nth: seed * 7919 % calls + 1 };
            let played = play(script, Random::new(seed, 0.1), Some(kill));
            kills += u64::from(played.killed);
            counts.add(&assert_undisturbed(script, &played.story, &format!("schedule {seed}, {kill}")));
        }
    }
    assert_nothing_lost(&counts);
    assert!(kills > 1_000, "{kills} kills");
    println!("any schedule: {kills} kills survived, {counts:?}");
}
