//! RULES, the kit tested: it lets an honest game pass and catches every bad one by the rule that it breaks.

use crate::bad_games::*;
use umbra_game::Game;
use umbra_game::conformance::{Broken, Failure, check, check_one};

use crate::bad_games::whisper::Flaw;

/// Fixed, so that each bad game is caught in the same way each time; the number means nothing.
const SEED: u64 = 20;

fn caught<F: Flaw>() -> Failure {
    check::<Whisper<F>>(40, SEED).expect_err("the kit lets a bad game pass")
}

#[test]
fn an_honest_game_passes_from_any_seed() {
    for seed in 0..10 {
        assert_eq!(check::<Whisper<Honest>>(20, seed), Ok(()));
    }
}

#[test]
fn a_view_with_another_seats_word_is_caught() {
    assert_eq!(caught::<LeaksTheWord>().broken, Broken::SecretTold);
}

#[test]
fn a_view_that_depends_on_a_secret_is_caught_though_it_does_not_show_it() {
    assert_eq!(caught::<HintsAtTheWord>().broken, Broken::ViewLeaks);
}

#[test]
fn an_event_for_all_with_a_secret_is_caught() {
    assert_eq!(caught::<TellsTheWord>().broken, Broken::SecretTold);
}

#[test]
fn an_event_for_the_wrong_seat_is_caught() {
    assert_eq!(caught::<TellsTheWrongSeat>().broken, Broken::SecretTold);
}

#[test]
fn an_answer_with_another_seats_secret_is_caught() {
    assert_eq!(caught::<AnswersWithTheWord>().broken, Broken::SecretTold);
}

#[test]
fn a_refusal_with_a_secret_is_caught() {
    assert_eq!(caught::<RefusesWithTheWord>().broken, Broken::SecretTold);
}

#[test]
fn a_panic_on_a_legal_move_is_caught() {
    assert_eq!(caught::<PanicsOnMove>().broken, Broken::Panics);
}

#[test]
fn a_panic_on_an_illegal_action_is_caught() {
    assert_eq!(caught::<PanicsOnNonsense>().broken, Broken::Panics);
}

#[test]
fn a_refusal_that_changes_the_state_is_caught() {
    assert_eq!(caught::<ForgetsOnRefusal>().broken, Broken::ChangesOnRefusal);
}

#[test]
fn an_illegal_action_carried_out_is_caught() {
    assert_eq!(caught::<AcceptsEverything>().broken, Broken::AcceptsIllegal);
}

#[test]
fn a_legal_action_refused_is_caught() {
    assert_eq!(caught::<RefusesEverything>().broken, Broken::RefusesLegal);
}

#[test]
fn a_turn_that_never_passes_is_caught() {
    assert_eq!(caught::<StallsForever>().broken, Broken::Stalls);
}

#[test]
fn a_match_that_never_ends_is_caught() {
    assert_eq!(caught::<NeverEnds>().broken, Broken::Unbounded);
}

#[test]
fn a_turn_for_somebody_who_has_left_is_caught() {
    assert_eq!(caught::<WaitsForTheFled>().broken, Broken::Turn);
}

#[test]
fn a_turn_that_waits_for_nobody_is_caught() {
    assert_eq!(caught::<WaitsForNobody>().broken, Broken::Turn);
}

#[test]
fn a_new_turn_under_an_old_number_is_caught() {
    assert_eq!(caught::<KeepsTheSerial>().broken, Broken::Stalls);
}

#[test]
fn a_serial_that_goes_back_is_caught() {
    assert_eq!(caught::<CountsTurnsBackwards>().broken, Broken::Serial);
}

#[test]
fn the_same_turn_under_a_new_number_is_caught() {
    assert_eq!(caught::<RenewsTheSerial>().broken, Broken::Serial);
}

#[test]
fn a_snapshot_that_loses_something_is_caught() {
    assert_eq!(caught::<ForgetsInItsSnapshot>().broken, Broken::Snapshot);
}

#[test]
fn chance_from_elsewhere_than_the_seed_is_caught() {
    assert_eq!(caught::<DealsAnew>().broken, Broken::Replay);
}

#[test]
fn an_outcome_without_a_result_is_caught() {
    assert_eq!(caught::<EndsWithoutAResult>().broken, Broken::Outcome);
}

#[test]
fn default_options_that_are_refused_are_caught() {
    assert_eq!(caught::<RefusesItsDefaults>().broken, Broken::Options);
}

#[test]
fn a_name_that_is_no_name_is_caught() {
    assert_eq!(caught::<ShoutsItsName>().broken, Broken::Constants);
}

#[test]
fn a_failure_names_game_rule_seed_and_step_and_the_seed_makes_it_happen_again() {
    let failure = caught::<PanicsOnMove>();
    let seed = failure.seed.expect("a playout has a seed");
    let text = failure.to_string();
    let game = <Whisper<PanicsOnMove> as Game>::NAME;
    let start = format!("{game} breaks the rule Panics at step {} of the playout UMBRA_SEED={seed}: ", failure.step);
    assert!(text.starts_with(&start) && text.ends_with("seven is too much"), "{text}");
    assert_eq!(check_one::<Whisper<PanicsOnMove>>(seed), Err(failure));
}
