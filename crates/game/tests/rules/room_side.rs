//! RULES, tested as the room sees them: the courtesies that every game is owed, and the JSON that crosses the line.

use crate::bad_games::whisper::{Honest, TURNS_MAX, Whisper};
use umbra_game::{Audience, Catalog, Match, Played, Refusal, RestoreError, Rules, Seat, Viewer, rules};

const CALL: &str = r#"{"type":"CALL","number":3}"#;

fn whisper() -> &'static dyn Rules {
    rules::<Whisper<Honest>>()
}

/// A match of seats 0, 2 and 4.
fn start() -> Box<dyn Match> {
    whisper().start("{}", &[Seat(0), Seat(2), Seat(4)], 1)
}

#[test]
fn an_action_comes_to_events_and_an_answer_in_compact_json() {
    let mut game = start();
    let played = game.apply(Seat(0), CALL).expect("its turn");
    assert_eq!(played.events, [(Audience::All, r#"{"type":"CALLED","seat":0,"text":"3"}"#.to_owned())]);
    assert!(played.answer.is_some_and(|answer| answer.starts_with("\"word-")));
    assert_eq!(game.view(Viewer::Spectator), r#"{"word":null,"note":"turn 1"}"#);
}

#[test]
fn only_the_seat_with_the_turn_reaches_the_game() {
    let mut game = start();
    let refusal = game.apply(Seat(2), CALL).expect_err("not its turn");
    assert_eq!(refusal, Refusal::NotYourTurn("seat 2 does not have the turn, expected seat 0".to_owned()));
    let refusal = game.apply(Seat(1), CALL).expect_err("nobody sits there");
    assert_eq!(refusal, Refusal::NotYourTurn("seat 1 is not in the match".to_owned()));
}

#[test]
fn a_seat_that_has_fled_is_out_for_good_and_flees_once() {
    let mut game = start();
    game.flee(Seat(0));
    let before = game.snapshot();
    assert_eq!(game.flee(Seat(0)), Played::default());
    assert_eq!(game.snapshot(), before);
    assert!(matches!(game.apply(Seat(0), CALL), Err(Refusal::NotYourTurn(_))));
}

#[test]
fn only_a_seat_that_is_waited_for_can_be_skipped() {
    let mut game = start();
    let before = game.snapshot();
    game.skip(Seat(2));
    game.skip(Seat(9));
    assert_eq!(game.snapshot(), before);
    game.skip(Seat(0));
    assert_eq!(game.turn().map(|turn| turn.seats), Some(vec![Seat(2)]));
}

#[test]
fn after_the_outcome_there_is_no_turn_and_nothing_happens_any_more() {
    let mut game = start();
    for seat in [0, 2, 4].into_iter().cycle().take(TURNS_MAX as usize) {
        game.apply(Seat(seat), CALL).expect("its turn");
    }
    assert_eq!(game.outcome().as_deref(), Some(r#"{"result":"OVER"}"#));
    let before = game.snapshot();
    assert_eq!(game.turn(), None);
    let refusal = game.apply(Seat(0), CALL).expect_err("the match is over");
    assert_eq!(refusal, Refusal::Illegal("the match is over, expected a new one to start".to_owned()));
    assert_eq!((game.skip(Seat(0)), game.flee(Seat(0))), (Played::default(), Played::default()));
    assert_eq!(game.snapshot(), before);
}

#[test]
fn an_action_that_cannot_be_read_is_refused_with_the_reason_and_the_shape() {
    let expected = [
        ("{}", "missing field `type`"),
        (r#"{"type":"SHOUT"}"#, "unknown variant `SHOUT`, expected `CALL`"),
        (r#"{"type":"CALL","number":"3"}"#, "invalid type: string \"3\", expected u8"),
        ("{", "EOF while parsing an object"),
    ];
    for (action, reason) in expected {
        let message = format!(r#"the action is not understood ({reason}), expected {{"type":"CALL","number":0..9}}"#);
        assert_eq!(start().apply(Seat(0), action), Err(Refusal::Illegal(message)));
    }
}

#[test]
fn a_match_goes_on_from_its_snapshot_as_if_nothing_had_happened() {
    let mut game = start();
    game.apply(Seat(0), CALL).expect("its turn");
    game.flee(Seat(4));
    let mut restored = whisper().restore("{}", &game.snapshot()).expect("its own snapshot");
    assert_eq!(restored.snapshot(), game.snapshot());
    assert_eq!(restored.turn(), game.turn());
    assert_eq!(restored.apply(Seat(2), CALL), game.apply(Seat(2), CALL));
    assert!(restored.apply(Seat(4), CALL).is_err(), "who had fled is still gone");
}

#[test]
fn what_is_no_snapshot_or_no_options_of_this_game_is_an_error() {
    let snapshot = start().snapshot();
    let error = |options: &str, snapshot: &[u8]| whisper().restore(options, snapshot).err();
    assert!(matches!(error("{}", &snapshot[1..]), Some(RestoreError::Snapshot(_))));
    assert!(matches!(error("{}", b"\xff"), Some(RestoreError::Snapshot(_))));
    assert!(matches!(error(r#"{"x":1}"#, &snapshot), Some(RestoreError::Options(_))));
}

#[test]
fn a_catalog_finds_games_by_name_and_lists_them_in_order() {
    let catalog = Catalog::new(vec![rules::<Whisper<crate::bad_games::ShoutsItsName>>(), whisper()]);
    assert_eq!(catalog.names(), ["WHISPER !", "whisper"]);
    assert_eq!(
        catalog.get("whisper").map(|rules| (rules.min_seats(), rules.default_seats(), rules.max_seats())),
        Some((2, 5, 5))
    );
    assert!(catalog.get("Whisper").is_none());
}

#[test]
#[should_panic(expected = "two games are named whisper")]
fn a_catalog_has_no_two_games_of_one_name() {
    Catalog::new(vec![whisper(), whisper()]);
}
