//! RULES of `undercover`, tested: votes, what they lead to, and how a match ends by them.

use serde_json::json;
use umbra_game::{Seat, Viewer};

use super::table::{Table, illegal, not_your_turn, with_undercovers};
use crate::ROUNDS_MAX;

/// A table of `seats` that has come to its first vote.
fn voting(seats: u8, undercovers: &[u8]) -> Table {
    let mut table = with_undercovers(seats, undercovers);
    table.all_speak();
    table
}

#[test]
fn a_vote_is_told_but_not_against_whom() {
    let mut table = voting(4, &[3]);
    assert_eq!(table.vote(2, Some(3)), Ok(vec![json!({ "type": "VOTED", "seat": 2 })]));
    assert_eq!(table.seen_by(0)["voted"], json!([2]));
    assert_eq!(table.turn().waiting, [0, 1, 3].map(Seat));
    assert_eq!(table.turn().seats, [0, 1, 2, 3].map(Seat));
}

#[test]
fn a_vote_is_one_a_round_not_against_oneself_and_against_somebody_at_the_table() {
    let mut table = voting(5, &[3]);
    assert!(illegal(table.vote(0, Some(0))).contains("yourself"));
    assert!(illegal(table.vote(0, Some(5))).contains("seat 5 is not at the table"));
    assert!(illegal(table.speak(0, "more")).contains("expected a VOTE"));
    table.vote(0, None).expect("abstaining is a vote");
    assert!(illegal(table.vote(0, Some(1))).contains("in already"));
}

#[test]
fn most_votes_leave_the_table_and_the_result_says_what_that_seat_was() {
    let mut table = voting(6, &[3]);
    for (seat, against) in [(0, Some(1)), (1, Some(4)), (2, Some(1)), (3, Some(4)), (4, Some(1))] {
        table.vote(seat, against).expect("its turn");
    }
    let events = table.vote(5, None).expect("its turn");
    let counts = json!([{ "seat": 1, "votes": 3 }, { "seat": 4, "votes": 2 }]);
    let result = json!({ "type": "VOTE_RESULT", "counts": counts, "out": 1, "undercover": false });
    assert_eq!(events, [json!({ "type": "VOTED", "seat": 5 }), result]);
    let seen = table.view(Viewer::Spectator);
    assert_eq!((&seen["alive"], &seen["round"], &seen["phase"]), (&json!([0, 2, 3, 4, 5]), &json!(2), &json!("SPEAK")));
    assert_eq!((&seen["spoken"], &seen["voted"]), (&json!([]), &json!([])));
}

#[test]
fn who_has_left_the_table_neither_speaks_nor_votes_and_sees_no_more_than_before() {
    let mut table = voting(6, &[3]);
    table.all_vote(Some(0));
    assert_eq!(table.speaker(), 1);
    assert!(not_your_turn(table.speak(0, "I am still here")));
    table.all_speak();
    assert!(!table.turn().seats.contains(&Seat(0)));
    assert!(not_your_turn(table.vote(0, Some(3))));
    assert!(illegal(table.vote(1, Some(0))).contains("not at the table"));
    assert_eq!(table.seen_by(0)["word"], json!(table.civilian_word));
}

#[test]
fn a_tie_removes_nobody() {
    let mut table = voting(4, &[3]);
    for (seat, against) in [(0, Some(1)), (1, Some(0)), (2, Some(1))] {
        table.vote(seat, against).expect("its turn");
    }
    let events = table.vote(3, Some(0)).expect("its turn");
    assert_eq!((&events[1]["out"], &events[1]["undercover"]), (&json!(null), &json!(null)));
    assert_eq!(table.seen_by(0)["alive"], json!([0, 1, 2, 3]));
}

#[test]
fn a_vote_in_which_all_abstain_removes_nobody() {
    let mut table = voting(4, &[3]);
    let events = table.all_vote(None);
    assert_eq!(events[1], json!({ "type": "VOTE_RESULT", "counts": [], "out": null, "undercover": null }));
    assert_eq!(table.speaker(), 0);
}

#[test]
fn a_skipped_seat_abstains_and_can_be_the_last_one_missing() {
    let mut table = voting(4, &[3]);
    for seat in [0, 1, 2] {
        table.vote(seat, Some(3)).expect("its turn");
    }
    let events = table.skip(3);
    assert_eq!(events[0], json!({ "type": "VOTED", "seat": 3 }));
    assert_eq!(events[1]["out"], json!(3));
    assert_eq!(table.result().as_deref(), Some("CIVILIANS"));
}

#[test]
fn civilians_win_when_the_last_undercover_is_out() {
    let mut table = voting(7, &[2, 5]);
    assert_eq!(table.all_vote(Some(2))[1]["undercover"], json!(true));
    assert_eq!(table.result(), None);
    table.all_speak();
    table.all_vote(Some(5));
    let outcome = json!({
        "result": "CIVILIANS",
        "undercovers": [2, 5],
        "words": { "civilian": table.civilian_word, "undercover": table.undercover_word },
    });
    assert_eq!(table.game.outcome().as_deref(), Some(outcome_text(&outcome).as_str()));
    assert_eq!(table.seen_by(0)["phase"], json!("OVER"));
    assert_eq!(table.game.turn(), None);
}

/// The fields in the order of the contract, which a `Value` would sort.
fn outcome_text(outcome: &serde_json::Value) -> String {
    let (result, undercovers, words) = (&outcome["result"], &outcome["undercovers"], &outcome["words"]);
    let (civilian, undercover) = (&words["civilian"], &words["undercover"]);
    format!(
        r#"{{"result":{result},"undercovers":{undercovers},"words":{{"civilian":{civilian},"undercover":{undercover}}}}}"#
    )
}

#[test]
fn undercovers_win_when_they_are_as_many_as_the_civilians_and_not_before() {
    let mut table = voting(4, &[3]);
    table.all_vote(Some(0));
    assert_eq!(table.result(), None, "two civilians against one undercover");
    table.all_speak();
    table.all_vote(Some(1));
    assert_eq!(table.result().as_deref(), Some("UNDERCOVERS"));
}

#[test]
fn the_last_round_ends_in_a_draw_and_the_one_before_does_not() {
    let mut table = with_undercovers(4, &[3]);
    for round in 1..=ROUNDS_MAX {
        assert_eq!(table.result(), None);
        assert_eq!(table.seen_by(0)["round"], json!(round));
        table.all_speak();
        table.all_vote(None);
    }
    assert_eq!(table.result().as_deref(), Some("DRAW"));
}

#[test]
fn the_last_round_can_still_be_won() {
    let mut table = with_undercovers(4, &[3]);
    for _ in 1..ROUNDS_MAX {
        table.all_speak();
        table.all_vote(None);
    }
    table.all_speak();
    table.all_vote(Some(3));
    assert_eq!(table.result().as_deref(), Some("CIVILIANS"));
}

#[test]
fn an_abandoned_match_reveals_all_the_same() {
    let table = voting(4, &[3]);
    let words = json!({ "civilian": table.civilian_word, "undercover": table.undercover_word });
    let outcome = json!({ "result": "ABANDONED", "undercovers": [3], "words": words });
    assert_eq!(table.game.abandoned(), outcome_text(&outcome));
}
