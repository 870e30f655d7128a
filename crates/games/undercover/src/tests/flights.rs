//! RULES of `undercover`, tested: who leaves by force, at any moment of a round.

use serde_json::json;
use umbra_game::Seat;

use super::table::{Table, not_your_turn, with_undercovers};

fn voting(seats: u8, undercovers: &[u8]) -> Table {
    let mut table = with_undercovers(seats, undercovers);
    table.all_speak();
    table
}

#[test]
fn a_speaker_who_flees_passes_the_turn_on() {
    let mut table = with_undercovers(5, &[4]);
    let serial = table.turn().serial;
    table.flee(0);
    assert_eq!(table.speaker(), 1);
    assert!(table.turn().serial > serial);
    assert!(not_your_turn(table.speak(0, "hint")));
}

#[test]
fn somebody_else_who_flees_leaves_the_speaker_the_same_turn() {
    let mut table = with_undercovers(6, &[5]);
    table.speak(0, "hint").expect("its turn");
    let turn = table.turn();
    table.flee(0);
    table.flee(3);
    assert_eq!(table.turn(), turn);
    table.speak(1, "hint").expect("its turn");
    table.speak(2, "hint").expect("its turn");
    assert_eq!(table.speaker(), 4);
}

#[test]
fn the_last_speaker_who_flees_brings_the_vote() {
    let mut table = with_undercovers(5, &[0]);
    for seat in 0..4 {
        table.speak(seat, "hint").expect("its turn");
    }
    table.flee(4);
    assert_eq!(table.turn().phase, "VOTE");
}

#[test]
fn the_last_missing_voter_who_flees_brings_the_result() {
    let mut table = voting(6, &[5]);
    for seat in [0, 2, 3, 4, 5] {
        table.vote(seat, None).expect("its turn");
    }
    let events = table.flee(1);
    assert_eq!(events, [json!({ "type": "VOTE_RESULT", "counts": [], "out": null, "undercover": null })]);
    assert_eq!(table.speaker(), 0);
}

#[test]
fn a_voter_who_flees_leaves_the_others_the_same_turn() {
    let mut table = voting(6, &[5]);
    let serial = table.turn().serial;
    table.flee(1);
    assert_eq!(table.turn().serial, serial);
    assert_eq!(table.turn().waiting, [0, 2, 3, 4, 5].map(Seat));
}

#[test]
fn votes_of_and_against_somebody_who_fled_are_void() {
    let mut table = voting(6, &[5]);
    table.vote(0, Some(1)).expect("its turn");
    table.vote(1, Some(2)).expect("its turn");
    table.vote(2, Some(1)).expect("its turn");
    table.flee(1);
    assert_eq!(table.seen_by(0)["voted"], json!([0, 2]));
    table.vote(3, Some(4)).expect("its turn");
    table.vote(4, None).expect("its turn");
    let events = table.vote(5, None).expect("its turn");
    assert_eq!(events[1]["counts"], json!([{ "seat": 4, "votes": 1 }]));
    assert_eq!(events[1]["out"], json!(4));
}

#[test]
fn civilians_win_at_once_when_the_last_undercover_flees() {
    for mut table in [with_undercovers(4, &[2]), voting(4, &[2])] {
        assert_eq!(table.flee(2), [] as [serde_json::Value; 0]);
        assert_eq!(table.result().as_deref(), Some("CIVILIANS"));
    }
}

#[test]
fn undercovers_win_at_once_when_enough_civilians_flee() {
    let mut table = with_undercovers(4, &[2]);
    table.flee(0);
    assert_eq!(table.result(), None);
    table.flee(3);
    assert_eq!(table.result().as_deref(), Some("UNDERCOVERS"));
    table.flee(2);
    assert_eq!(table.result().as_deref(), Some("UNDERCOVERS"), "what happens after the end changes nothing");
}

#[test]
fn one_who_was_voted_out_may_leave_without_changing_anything() {
    let mut table = voting(6, &[5]);
    table.all_vote(Some(0));
    let (turn, seen) = (table.turn(), table.seen_by(1));
    assert_eq!(table.flee(0), [] as [serde_json::Value; 0]);
    assert_eq!((table.turn(), table.seen_by(1)), (turn, seen));
}
