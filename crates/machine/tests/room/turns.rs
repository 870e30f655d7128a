//! The turn clock: each turn passes once, for one cause, whatever arrives in the same instant.

use umbra_machine::room::{Command, RoomLimits};
use umbra_protocol::{ErrorCode, Event, Phase, Seat, SkipReason};

use crate::table::{LIMITS, Table};

const SPEAK_MS: u64 = 60_000;
const VOTE_MS: u64 = 30_000;
const NAMES: [&str; 4] = ["ann", "bob", "cid", "dan"];

fn undercover() -> Table {
    Table::of("undercover", &NAMES).playing()
}

fn speak(table: &mut Table, name: &str) {
    table.act(name, r#"{"type":"SPEAK","text":"hm"}"#).expect("a hint in time");
}

fn vote(table: &mut Table, name: &str) {
    table.act(name, r#"{"type":"VOTE","seat":null}"#).expect("a vote in time");
}

fn voting() -> Table {
    let mut table = undercover();
    NAMES.iter().for_each(|name| speak(&mut table, name));
    assert_eq!(table.turn().phase, "VOTE");
    table.hush();
    table
}

fn skipped(seat: u8, reason: SkipReason) -> Event {
    Event::TurnSkipped { seat: Seat(seat), reason }
}

fn skips(table: &mut Table, name: &str) -> Vec<Event> {
    table.heard(name).into_iter().filter(|event| event.id() == "TURN_SKIPPED").collect()
}

#[test]
fn an_action_passes_the_turn_and_the_next_has_its_whole_time() {
    let mut table = undercover();
    table.now_ms += SPEAK_MS - 1;
    speak(&mut table, "ann");
    let turn = table.turn();
    assert_eq!((turn.seats, turn.deadline_ms), (vec![Seat(1)], Some(table.now_ms + SPEAK_MS)));
    assert_eq!(table.ids("bob"), ["GAME_EVENT", "TURN_STARTED"]);
}

#[test]
fn a_turn_whose_time_is_up_is_skipped_once() {
    let mut table = undercover();
    assert_eq!(table.wait(SPEAK_MS - 1), []);
    table.wait(1);
    let heard = table.heard("bob");
    assert_eq!(heard[0], skipped(0, SkipReason::Timeout));
    let [_, Event::TurnStarted(turn)] = heard.as_slice() else { panic!("{heard:?}") };
    assert_eq!(turn.seats, [Seat(1)]);
    assert_eq!(table.wait(0), [], "the same instant again");
}

#[test]
fn a_drop_in_the_instant_of_the_deadline_passes_one_turn() {
    let mut table = undercover();
    table.now_ms += SPEAK_MS;
    table.drop_out("ann");
    assert_eq!(table.ids("bob"), ["TURN_SKIPPED", "TURN_STARTED", "USER_OFFLINE"]);
    assert_eq!(table.turn().seats, [Seat(1)]);
}

#[test]
fn a_flight_in_the_instant_of_the_deadline_passes_one_turn() {
    let mut table = undercover();
    table.now_ms += SPEAK_MS;
    table.ask("ann", Command::Leave).expect("ann flees");
    let turns = table.ids("bob").iter().filter(|id| **id == "TURN_STARTED").count();
    assert!(turns <= 1, "one turn at most, or the match is over");
}

#[test]
fn who_drops_in_the_own_turn_is_skipped_at_once() {
    let mut table = undercover();
    table.drop_out("ann");
    let heard = table.heard("bob");
    assert_eq!(heard[1], skipped(0, SkipReason::Offline));
    assert_eq!(table.turn().seats, [Seat(1)]);
}

#[test]
fn several_absent_seats_in_a_row_are_skipped_each_once() {
    let mut table = undercover();
    table.drop_out("bob");
    table.drop_out("cid");
    assert_eq!(skips(&mut table, "dan"), [], "it is not their turn");
    speak(&mut table, "ann");
    assert_eq!(skips(&mut table, "dan"), [skipped(1, SkipReason::Offline), skipped(2, SkipReason::Offline)]);
    assert_eq!(table.turn().seats, [Seat(3)]);
}

#[test]
fn whoever_comes_back_before_the_own_turn_has_it() {
    let mut table = undercover();
    table.drop_out("bob");
    table.come_back("bob").expect("in game");
    speak(&mut table, "ann");
    assert_eq!(skips(&mut table, "dan"), []);
    speak(&mut table, "bob");
}

#[test]
fn absent_seats_abstain_and_those_here_still_vote() {
    let mut table = voting();
    table.drop_out("bob");
    table.drop_out("cid");
    assert_eq!(skips(&mut table, "ann"), [skipped(1, SkipReason::Offline), skipped(2, SkipReason::Offline)]);
    vote(&mut table, "ann");
    vote(&mut table, "dan");
    assert_eq!(table.turn().phase, "SPEAK");
    assert_eq!(skips(&mut table, "ann"), [], "skipped in the vote, and not again");
}

#[test]
fn who_was_skipped_in_a_vote_and_is_back_has_voted() {
    let mut table = voting();
    table.drop_out("bob");
    table.come_back("bob").expect("in game");
    assert_eq!(table.refusal("bob", vote_null()), ErrorCode::IllegalAction);
}

fn vote_null() -> Command {
    Command::Action { action: umbra_protocol::GameValue::trusted(r#"{"type":"VOTE","seat":null}"#.to_owned()) }
}

#[test]
fn late_voters_are_skipped_each_once_and_the_round_goes_on() {
    let mut table = voting();
    vote(&mut table, "bob");
    table.wait(VOTE_MS);
    let late: Vec<_> = [0, 2, 3].map(|seat| skipped(seat, SkipReason::Timeout)).into();
    let heard = table.heard("ann");
    assert_eq!(heard.iter().filter(|event| event.id() == "TURN_SKIPPED").cloned().collect::<Vec<_>>(), late);
    assert_eq!(heard.iter().filter(|event| event.id() == "TURN_STARTED").count(), 1);
    assert_eq!(table.turn().deadline_ms, Some(table.now_ms + SPEAK_MS));
}

#[test]
fn with_everybody_away_turns_pass_at_the_pace_of_the_clock() {
    let mut table = undercover();
    NAMES[..3].iter().for_each(|name| {
        table.drop_out(name);
    });
    table.hush();
    table.drop_out("dan");
    assert_eq!(table.ids("ann"), ["USER_OFFLINE"], "the last one here keeps the turn");
    let turn = table.turn();
    assert_eq!(table.wait(turn.deadline_ms.expect("a deadline") - table.now_ms - 1), []);
    table.wait(1);
    assert_eq!(table.ids("ann"), ["TURN_SKIPPED", "TURN_STARTED"]);
}

#[test]
fn one_who_comes_back_to_an_empty_table_does_not_wait_for_the_absent() {
    let mut table = undercover();
    NAMES.iter().for_each(|name| {
        table.drop_out(name);
    });
    table.come_back("dan").expect("in game");
    assert_eq!(table.turn().seats, [Seat(3)]);
    speak(&mut table, "dan");
}

#[test]
fn with_only_those_here_who_are_out_the_match_does_not_rush_to_its_end() {
    let mut table = undercover();
    NAMES.iter().for_each(|name| speak(&mut table, name));
    for (name, against) in [("ann", "1"), ("bob", "0"), ("cid", "1"), ("dan", "1")] {
        table.act(name, &format!(r#"{{"type":"VOTE","seat":{against}}}"#)).expect("a vote");
    }
    assert_eq!(table.phase(), Phase::InGame, "bob is out, and was not the undercover in this script");
    table.hush();
    for name in ["ann", "cid", "dan"] {
        table.drop_out(name);
    }
    assert_eq!(table.phase(), Phase::InGame);
    let skips = skips(&mut table, "bob").len();
    assert!((1..=3 * NAMES.len()).contains(&skips), "{skips} skips are not about a round or two");
    assert_eq!(table.turn().phase, "VOTE");
    table.wait(VOTE_MS);
    assert_eq!(table.turn().seats, [Seat(0)], "now turns pass at the pace of the clock");
    table.come_back("dan").expect("in game");
    assert_eq!(table.turn().seats, [Seat(3)], "and dan does not wait for the absent");
}

#[test]
fn tictactoe_waits_for_the_absent_until_the_deadline_and_then_the_match_is_lost() {
    let mut table = Table::of("tictactoe", &["ann", "bob"]).playing();
    table.drop_out("ann");
    assert_eq!(table.wait(29_999), []);
    table.wait(1);
    assert_eq!(table.ids("bob"), ["USER_OFFLINE", "GAME_OVER", "HOST_CHANGED"]);
    assert!(table.snapshot("bob").last_outcome.expect("over").as_str().contains(r#""winner":1"#));
}

#[test]
fn tictactoe_lets_who_comes_back_in_time_move() {
    let mut table = Table::of("tictactoe", &["ann", "bob"]).playing();
    table.drop_out("ann");
    table.now_ms += 29_999;
    table.come_back("ann").expect("in game");
    table.act("ann", r#"{"type":"PLACE","cell":0}"#).expect("in time");
    assert_eq!(table.turn().deadline_ms, Some(table.now_ms + 30_000));
}

#[test]
fn a_turn_and_a_seat_grace_that_end_together_pass_one_turn() {
    let limits = RoomLimits { seat_grace_ms: SPEAK_MS, ..LIMITS };
    let mut table = Table::with("undercover", 5, "{}", limits).seated(&["ann", "bob", "cid", "dan", "eve"]).playing();
    table.drop_out("eve");
    table.hush();
    table.wait(SPEAK_MS);
    if table.phase() == Phase::InGame {
        assert_eq!(table.ids("bob"), ["USER_LEFT", "TURN_SKIPPED", "TURN_STARTED"]);
    }
}
