//! RULES of `undercover`, tested: hints.

use serde_json::json;
use umbra_game::{Seat, Viewer};

use super::table::{deal, illegal, not_your_turn};
use crate::TEXT_CHARS_MAX;

#[test]
fn living_seats_speak_in_seat_order_then_all_vote_at_once() {
    let mut table = deal(&[1, 3, 4, 8], 1);
    for seat in [1, 3, 4, 8] {
        let turn = table.turn();
        assert_eq!((turn.phase, turn.seats, turn.waiting), ("SPEAK", vec![Seat(seat)], vec![Seat(seat)]));
        assert_eq!(turn.limit_ms, Some(60_000));
        table.speak(seat, "hint").expect("its turn");
        assert!(table.game.turn().expect("goes on").serial > turn.serial);
    }
    let turn = table.turn();
    assert_eq!(
        (turn.phase, &turn.seats, &turn.waiting),
        ("VOTE", &[1, 3, 4, 8].map(Seat).to_vec(), &turn.seats.clone())
    );
    assert_eq!(turn.limit_ms, Some(30_000));
}

#[test]
fn a_hint_is_told_to_all_trimmed_and_stands_in_the_view() {
    let mut table = deal(&[0, 1, 2, 3], 1);
    let events = table.speak(0, "  很热 hot\n").expect("its turn");
    assert_eq!(events, [json!({ "type": "SPOKE", "seat": 0, "text": "很热 hot" })]);
    assert_eq!(table.view(Viewer::Spectator)["spoken"], json!([0]));
}

#[test]
fn a_hint_has_one_to_two_hundred_characters_of_any_language() {
    let mut table = deal(&[0, 1, 2, 3], 1);
    assert_eq!(illegal(table.speak(0, " \t\n")), "text has 0 characters, expected 1 to 200");
    assert_eq!(illegal(table.speak(0, &"茶".repeat(TEXT_CHARS_MAX + 1))), "text has 201 characters, expected 1 to 200");
    assert!(table.speak(0, &format!(" {} ", "茶".repeat(TEXT_CHARS_MAX))).is_ok());
    assert!(table.speak(1, "x").is_ok());
}

#[test]
fn a_hint_with_a_control_character_is_refused() {
    for text in ["a\nb", "a\u{0}b", "a\u{7f}", "\u{1b}[31m"] {
        assert!(illegal(deal(&[0, 1, 2, 3], 1).speak(0, text)).contains("control character"), "{text:?}");
    }
}

#[test]
fn speaking_out_of_turn_and_voting_too_early_are_refused() {
    let mut table = deal(&[0, 1, 2, 3], 1);
    assert!(not_your_turn(table.speak(1, "hint")));
    assert!(not_your_turn(table.vote(1, None)));
    assert_eq!(illegal(table.vote(0, None)), "the table is not voting yet, expected a SPEAK");
    assert!(table.speak(0, "hint").is_ok());
}

#[test]
fn a_skipped_seat_has_not_spoken_and_the_next_one_has_the_turn() {
    let mut table = deal(&[0, 1, 2, 3], 1);
    assert_eq!(table.skip(0), [] as [serde_json::Value; 0]);
    assert_eq!(table.speaker(), 1);
    assert_eq!(table.view(Viewer::Spectator)["spoken"], json!([]));
    assert!(not_your_turn(table.speak(0, "too late")));
}

#[test]
fn a_table_where_everybody_is_skipped_comes_to_the_vote() {
    let mut table = deal(&[0, 1, 2, 3], 1);
    for seat in 0..4 {
        table.skip(seat);
    }
    assert_eq!(table.turn().phase, "VOTE");
}

#[test]
fn what_is_no_action_is_refused_with_the_shapes_of_all() {
    let shapes = r#"expected {"type":"SPEAK","text":"…"} or {"type":"VOTE","seat":n|null}"#;
    for action in [json!({ "type": "SPEAK" }), json!({ "type": "SING" }), json!(5), json!({ "type": "VOTE" })] {
        let message = illegal(deal(&[0, 1, 2, 3], 1).act(0, action));
        assert!(message.ends_with(shapes), "{message}");
    }
}
