//! RULES of `tictactoe`, tested: the kit plays it at random, the rest by hand.

use umbra_game::chance::{Chance, IndexedRandom};
use umbra_game::conformance::{Length, Probe, assert_conforms};
use umbra_game::{Absence, Audience, Late, Match, Refusal, Seat, Viewer, rules};

use crate::{Action, State, TURN_MS_MAX, TURN_MS_MIN, TicTacToe};

const X: Seat = Seat(0);
const O: Seat = Seat(1);

/// Plays at random.
struct Anybody;

impl Probe for Anybody {
    type Game = TicTacToe;
    const LENGTH: Length = Length::EndsWithin(9);

    fn legal(state: &State, _seat: Seat, chance: &mut Chance) -> Option<Action> {
        state.board.free().choose(chance).map(|cell| Action::Place { cell: *cell })
    }

    fn illegal(state: &State, _seat: Seat, chance: &mut Chance) -> Option<Action> {
        let free = state.board.free();
        let wrong: Vec<u8> = (0..=9).chain([255]).filter(|cell| !free.contains(cell)).collect();
        wrong.choose(chance).map(|cell| Action::Place { cell: *cell })
    }
}

fn start() -> Box<dyn Match> {
    rules::<TicTacToe>().start("{}", &[X, O], 1)
}

fn place(cell: u8) -> String {
    format!(r#"{{"type":"PLACE","cell":{cell}}}"#)
}

/// X moves first, then each in turn.
fn play(cells: &[u8]) -> Box<dyn Match> {
    let mut game = start();
    for (cell, seat) in cells.iter().zip([X, O].into_iter().cycle()) {
        game.apply(seat, &place(*cell)).unwrap_or_else(|refusal| panic!("cell {cell}: {refusal}"));
    }
    game
}

fn illegal(refused: Result<umbra_game::Played, Refusal>) -> String {
    match refused {
        Err(Refusal::Illegal(message)) => message,
        other => panic!("expected an illegal action, got {other:?}"),
    }
}

#[test]
fn any_match_of_tictactoe_keeps_every_rule_of_the_kit() {
    assert_conforms::<Anybody>();
}

#[test]
fn seat_0_is_x_and_begins() {
    let turn = start().turn().expect("somebody begins");
    assert_eq!((turn.seats, turn.waiting, turn.phase, turn.limit_ms), (vec![X], vec![X], "PLACE", Some(30_000)));
    assert_eq!(
        start().view(Viewer::Spectator),
        r#"{"board":[null,null,null,null,null,null,null,null,null],"marks":["X","O"]}"#
    );
}

#[test]
fn a_mark_is_told_to_all_and_the_other_has_the_next_turn() {
    let mut game = start();
    let first = game.turn().expect("a turn").serial;
    let played = game.apply(X, &place(4)).expect("a free cell");
    assert_eq!(played.events, [(Audience::All, r#"{"type":"PLACED","seat":0,"cell":4}"#.to_owned())]);
    assert_eq!(played.answer, None);
    let turn = game.turn().expect("a turn");
    assert_eq!(turn.seats, [O]);
    assert!(turn.serial > first);
    assert_eq!(
        game.view(Viewer::Seat(O)),
        r#"{"board":[null,null,null,null,"X",null,null,null,null],"marks":["X","O"]}"#
    );
}

#[test]
fn each_row_column_and_diagonal_wins() {
    for row in [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]] {
        // O takes the first two cells off the row: they are never three.
        let off: Vec<u8> = (0..9).filter(|cell| !row.contains(cell)).take(2).collect();
        let game = play(&[row[0], off[0], row[1], off[1], row[2]]);
        assert_eq!(game.outcome().as_deref(), Some(r#"{"result":"WIN","winner":0}"#), "row {row:?}");
        assert_eq!(game.turn(), None);
    }
}

#[test]
fn the_second_player_can_win() {
    assert_eq!(play(&[0, 3, 1, 4, 8, 5]).outcome().as_deref(), Some(r#"{"result":"WIN","winner":1}"#));
}

#[test]
fn a_full_board_without_a_row_is_a_draw_and_eight_marks_are_not() {
    assert_eq!(play(&[0, 1, 2, 4, 3, 5, 7, 6]).outcome(), None);
    assert_eq!(play(&[0, 1, 2, 4, 3, 5, 7, 6, 8]).outcome().as_deref(), Some(r#"{"result":"DRAW","winner":null}"#));
}

#[test]
fn the_last_cell_can_still_win() {
    assert_eq!(play(&[0, 1, 2, 3, 4, 5, 7, 6, 8]).outcome().as_deref(), Some(r#"{"result":"WIN","winner":0}"#));
}

#[test]
fn a_taken_cell_and_a_cell_off_the_board_are_refused_with_what_was_expected() {
    let mut game = play(&[4]);
    assert_eq!(illegal(game.apply(O, &place(4))), "cell 4 is taken, expected a free one");
    assert_eq!(illegal(game.apply(O, &place(9))), "there is no cell 9, expected 0 to 8");
    assert!(game.apply(O, &place(8)).is_ok());
}

#[test]
fn what_is_no_action_is_refused_with_the_shape_of_one() {
    let message = illegal(start().apply(X, r#"{"type":"PLACE"}"#));
    assert_eq!(
        message,
        r#"the action is not understood (missing field `cell`), expected {"type":"PLACE","cell":0..8}"#
    );
    assert!(illegal(start().apply(X, r#"{"type":"RESIGN"}"#)).contains("RESIGN"));
}

#[test]
fn moving_out_of_turn_is_not_your_turn() {
    assert!(matches!(start().apply(O, &place(0)), Err(Refusal::NotYourTurn(_))));
    assert!(matches!(start().apply(Seat(2), &place(0)), Err(Refusal::NotYourTurn(_))));
}

#[test]
fn an_absent_player_is_waited_for_and_a_late_one_forfeits() {
    assert_eq!((start().absence(), start().late()), (Absence::Wait, Late::Forfeit));
}

#[test]
fn who_flees_loses_in_turn_or_out_of_it() {
    for (leaver, outcome) in [(X, r#"{"result":"WIN","winner":1}"#), (O, r#"{"result":"WIN","winner":0}"#)] {
        let mut game = start();
        game.flee(leaver);
        assert_eq!(game.outcome().as_deref(), Some(outcome));
        game.flee(X);
        game.flee(O);
        assert_eq!(game.outcome().as_deref(), Some(outcome), "what happens after the end changes nothing");
    }
}

#[test]
fn an_abandoned_match_has_no_winner() {
    assert_eq!(start().abandoned(), r#"{"result":"ABANDONED","winner":null}"#);
}

#[test]
fn turn_ms_is_taken_within_its_limits_and_refused_by_name_past_them() {
    let read = |turn_ms: u64| rules::<TicTacToe>().options(Some(&format!(r#"{{"turnMs":{turn_ms}}}"#)));
    assert_eq!(rules::<TicTacToe>().options(None).as_deref(), Ok(r#"{"turnMs":30000}"#));
    for good in [TURN_MS_MIN, TURN_MS_MAX] {
        assert_eq!(read(good), Ok(format!(r#"{{"turnMs":{good}}}"#)));
    }
    for bad in [TURN_MS_MIN - 1, TURN_MS_MAX + 1] {
        let refused = read(bad).expect_err("out of its limits");
        assert_eq!(refused.option, "turnMs");
        assert_eq!(refused.message, format!("option turnMs is {bad}, expected 100 to 3600000"));
    }
}

#[test]
fn the_turn_lasts_as_long_as_the_room_chose() {
    let game = rules::<TicTacToe>().start(r#"{"turnMs":1500}"#, &[X, O], 1);
    assert_eq!(game.turn().and_then(|turn| turn.limit_ms), Some(1500));
}
