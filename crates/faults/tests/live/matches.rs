//! Whole matches over real connections.

use umbra_faults::compare::{Counts, compare};
use umbra_faults::games::{named, shipped};
use umbra_faults::live::Arena;
use umbra_faults::plan::Plan;
use umbra_faults::script::Script;

use crate::{arena, on_one_processor};

/// Plays, and finds no difference.
async fn plays(script: &Script, plan: &str) -> Counts {
    plays_in(arena(), script, plan).await
}

async fn plays_in(arena: &Arena, script: &Script, plan: &str) -> Counts {
    let plan: Plan = plan.parse().unwrap();
    let story = arena.run(script, &plan).await.unwrap();
    let verdict = compare(script, &plan, &story);
    let (game, seed) = (script.subject().rules.name(), script.seed());
    assert_eq!(verdict.difference, None, "{game} seed {seed} under `{plan}`");
    verdict.counts
}

#[tokio::test]
async fn an_undisturbed_match_on_a_server_is_the_match_on_the_twin() {
    for subject in shipped() {
        for seed in 0..3 {
            let counts = plays(&subject.script(seed).unwrap(), "").await;
            assert_eq!(counts.events_resynced, 0);
        }
    }
}

#[tokio::test]
async fn a_match_goes_on_as_if_nothing_had_happened_whatever_befalls_a_connection() {
    for game in ["tictactoe", "undercover", "relay"] {
        let script = named(game).unwrap().script(7).unwrap();
        let begun = script.started_by();
        for plan in [
            format!("cut 1 after {}", begun + 2),
            format!("cut 1 during {}", begun + 1),
            format!("cut 0 at {} down", 300),
            format!("cut 1 at {} up", 90),
            format!("freeze 1 from {begun} to {}", begun + 3),
            format!("late close 1 after {}", begun + 1),
            format!("kill socket:1 after {}; kill room after {}", begun + 1, begun + 2),
        ] {
            plays(&script, &plan).await;
        }
    }
}

#[tokio::test]
async fn a_match_goes_on_on_a_server_with_one_processor_whoever_is_killed() {
    let arena = on_one_processor();
    for game in ["tictactoe", "undercover", "relay"] {
        let script = named(game).unwrap().script(7).unwrap();
        let begun = script.started_by();
        for plan in [
            String::new(),
            format!("cut 1 during {}", begun + 1),
            format!("kill socket:1 after {}; kill room after {}", begun + 1, begun + 2),
            format!("kill user:0 after {}", begun + 1),
        ] {
            plays_in(&arena, &script, &plan).await;
        }
    }
}

#[tokio::test]
async fn a_network_that_loses_doubles_delays_and_reorders_frames_loses_no_action_and_no_event() {
    let odds = "drop 20 duplicate 40 delay 40 reorder 40";
    for game in ["tictactoe", "undercover", "relay"] {
        let script = named(game).unwrap().script(7).unwrap();
        plays(&script, &format!("frames 7 up {odds} down {odds}")).await;
    }
}

#[tokio::test]
async fn a_plan_that_does_not_fit_the_script_is_refused() {
    let script = named("tictactoe").unwrap().script(7).unwrap();
    let last = script.steps().len() - 1;
    for plan in ["cut 2 after 3".to_owned(), "kill room during 0".to_owned(), format!("kill room after {last}")] {
        let refused = arena().run(&script, &plan.parse().unwrap()).await.unwrap_err();
        assert!(refused.to_string().starts_with("the plan does not fit"), "{refused}");
    }
}
