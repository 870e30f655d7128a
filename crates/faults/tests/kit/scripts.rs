//! Scripts: whole matches, the same for the same seed.

use umbra_faults::games::{named, shipped};
use umbra_faults::plan::{Fault, Judge, Plan, When};
use umbra_faults::script::{Ask, FAREWELL};
use umbra_faults::story::Heard;
use umbra_protocol::{Event, Phase, Seat};

#[test]
fn the_same_seed_gives_the_same_match_and_another_seed_another() {
    for subject in shipped() {
        let [one, again, other] = [7, 7, 8].map(|seed| subject.script(seed).unwrap());
        assert_eq!(one.steps(), again.steps());
        assert_eq!(one.undisturbed(), again.undisturbed());
        assert_ne!(one.steps(), other.steps(), "{}", subject.rules.name());
    }
}

#[test]
fn a_script_is_a_whole_match_from_the_rooms_creation_to_the_farewell() {
    for subject in shipped() {
        for seed in 0..50 {
            let script = subject.script(seed).unwrap();
            assert_eq!(script.steps()[0].ask, Ask::Create);
            assert_eq!(script.steps()[script.started_by()].ask, Ask::Start);
            for told in &script.undisturbed().seats {
                let farewell = |heard: &Heard| matches!(heard, Heard::Event { event: Event::Chat { text, .. }, .. } if text == FAREWELL);
                assert!(told.heard.last().is_some_and(farewell));
                let end = told.end.as_ref().unwrap();
                // Relay never ends by itself.
                let over = subject.rules.name() == "relay" || end.phase == Phase::Waiting;
                assert!(over, "{} seed {seed} goes on", subject.rules.name());
            }
        }
    }
}

#[test]
fn every_action_of_an_undisturbed_match_shows_once() {
    for subject in shipped() {
        for seed in 0..50 {
            let script = subject.script(seed).unwrap();
            let balance = umbra_faults::account::balance(&script, script.undisturbed());
            assert_eq!(balance, Default::default(), "{} seed {seed}", subject.rules.name());
        }
    }
}

#[test]
fn only_where_an_absence_costs_a_turn_a_run_is_judged_by_its_accounts() {
    let judge = |game: &str, seat, step| {
        let script = named(game).unwrap().script(7).unwrap();
        let step = step + script.started_by();
        Plan::of(Fault::Cut { seat: Seat(seat), when: When::After(step) }).judge(&script)
    };
    assert_eq!(judge("tictactoe", 0, 0), Judge::Undisturbed, "tictactoe waits for who is away");
    assert_eq!(judge("relay", 0, 0), Judge::Undisturbed, "relay has no turns");
    assert_eq!(judge("undercover", 0, 0), Judge::Accounts, "seat 0 is to speak");
    assert_eq!(judge("undercover", 1, 0), Judge::Undisturbed, "seat 1 is not to speak yet");
}

#[test]
fn a_match_is_running_from_its_start_to_the_step_that_ends_it() {
    let script = named("undercover").unwrap().script(7).unwrap();
    let (begun, steps) = (script.started_by(), script.steps().len());
    let running: Vec<usize> = (0..steps).filter(|step| script.is_in_game_after(*step)).collect();
    assert_eq!(running, (begun..steps - 2).collect::<Vec<_>>(), "the last but one ends it, then comes the farewell");
}
