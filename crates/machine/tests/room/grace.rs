//! How long an absent player's place is kept: in the lobby, in a match, after it, and when nobody is left to see it.

use umbra_machine::room::{Command, Effect, RoomLimits};
use umbra_protocol::{ErrorCode, Event, GameValue, LeaveReason, OkBody, Phase, Seat};

use crate::table::{LIMITS, Table, uid};

const LOBBY: RoomLimits = RoomLimits { lobby_grace_ms: 1_000, ..LIMITS };
const SEAT: RoomLimits = RoomLimits { seat_grace_ms: 1_000, ..LIMITS };

fn lobby(seats: u8, names: &[&str]) -> Table {
    Table::with("relay", seats, "{}", LOBBY).seated(names)
}

fn tictactoe_over_without_bob() -> Table {
    let mut table = Table::of("tictactoe", &["ann", "bob"]).playing();
    table.act("ann", r#"{"type":"PLACE","cell":0}"#).expect("a move");
    table.drop_out("bob");
    table.wait(30_000);
    assert_eq!(
        table.ids("bob"),
        ["GAME_EVENT", "TURN_STARTED", "USER_OFFLINE", "GAME_OVER"],
        "the result is for bob too"
    );
    table.hush();
    table
}

#[test]
fn a_lobby_grace_holds_the_seat_until_it_is_over() {
    let mut table = lobby(2, &["ann", "bob"]);
    table.drop_out("bob");
    assert_eq!(table.heard("ann"), [Event::UserOffline { seat: Seat(1), uid: uid("bob") }]);
    assert_eq!(table.wait(999), []);
    assert_eq!(table.join("cid").expect_err("bob's seat").code, ErrorCode::RoomFull);
    table.wait(1);
    let left = Event::UserLeft { seat: Some(Seat(1)), uid: uid("bob"), reason: LeaveReason::Offline };
    assert_eq!(table.heard("ann"), [left]);
}

#[test]
fn whoever_comes_back_within_the_lobby_grace_has_the_seat() {
    let mut table = lobby(2, &["ann", "bob"]);
    table.drop_out("bob");
    table.now_ms += 999;
    table.come_back("bob").expect("the seat is held");
    assert_eq!(table.ids("ann"), ["USER_OFFLINE", "USER_ONLINE"]);
    assert_eq!(table.wait(10_000), []);
}

#[test]
fn a_host_within_the_lobby_grace_is_still_the_host() {
    let mut table = lobby(2, &["ann", "bob"]);
    table.drop_out("ann");
    assert_eq!(table.snapshot("bob").host, uid("ann"));
    table.wait(1_000);
    assert_eq!(table.snapshot("bob").host, uid("bob"));
}

#[test]
fn the_first_who_is_here_again_takes_over_from_an_absent_host() {
    let mut table = lobby(3, &["ann", "bob"]);
    table.drop_out("ann");
    table.drop_out("bob");
    table.come_back("bob").expect("the seat is held");
    assert_eq!(table.snapshot("bob").host, uid("bob"));
    table.drop_out("bob");
    table.join("cid").expect("a free seat");
    assert_eq!(table.snapshot("cid").host, uid("cid"));
}

#[test]
fn absent_users_leave_before_a_match_starts() {
    let mut table = lobby(3, &["ann", "bob"]);
    table.drop_out("bob");
    table.hush();
    table.ask("ann", Command::Start).expect("nobody who is here is unready");
    assert_eq!(table.ids("ann"), ["USER_LEFT", "GAME_STARTED"]);
    assert_eq!(table.members(), ["ann"]);
}

#[test]
fn absent_users_do_not_count_as_players_of_the_match_to_come() {
    let mut table = Table::with("tictactoe", 2, "{}", LOBBY).seated(&["ann", "bob"]);
    table.ask("bob", Command::Ready { ready: true }).expect("ready");
    table.drop_out("bob");
    assert_eq!(table.refusal("ann", Command::Start), ErrorCode::NotEnoughPlayers);
    table.come_back("bob").expect("the seat is held");
    table.ask("ann", Command::Start).expect("bob is ready still");
}

#[test]
fn a_host_who_was_dropped_after_asking_for_the_start_plays() {
    let mut table = lobby(2, &["ann", "bob"]);
    table.ask("bob", Command::Ready { ready: true }).expect("ready");
    table.drop_out("ann");
    table.ask("ann", Command::Start).expect("asked before the connection was lost");
    assert_eq!(table.members(), ["ann", "bob"]);
    assert_eq!(table.wait(10_000), [], "the seat is now held as seats of a match are");
}

#[test]
fn a_game_that_starts_by_itself_waits_for_the_absent() {
    let mut table = Table::with("relay", 2, r#"{"autoStart":true}"#, LOBBY).seated(&["ann"]);
    table.drop_out("ann");
    table.join("bob").expect("the last seat");
    assert_eq!(table.phase(), Phase::Waiting);
    let Ok(OkBody::Room(room)) = table.come_back("ann") else { panic!("the seat is held") };
    assert_eq!(room.phase, Phase::InGame);
}

#[test]
fn without_a_seat_grace_a_seat_is_held_as_long_as_the_match_goes_on() {
    let mut table = Table::of("relay", &["ann", "bob"]).playing();
    table.drop_out("bob");
    assert_eq!(table.wait(86_400_000), []);
    table.come_back("bob").expect("a day later");
}

#[test]
fn past_the_seat_grace_an_absent_player_is_out_of_the_match() {
    let mut table = Table::with("tictactoe", 2, "{}", SEAT).seated(&["ann", "bob"]).playing();
    table.drop_out("bob");
    assert_eq!(table.wait(999), []);
    table.wait(1);
    let heard = table.heard("ann");
    let out = Event::UserLeft { seat: Some(Seat(1)), uid: uid("bob"), reason: LeaveReason::Offline };
    assert_eq!(heard[1], out);
    assert_eq!(heard.last().map(Event::id), Some("GAME_OVER"), "the game is told");
    assert_eq!(table.members(), ["ann"]);
}

#[test]
fn a_result_waits_for_who_missed_it_and_then_the_seat_is_given_up() {
    let mut table = tictactoe_over_without_bob();
    assert_eq!(table.wait(LIMITS.result_grace_ms - 1), []);
    table.wait(1);
    let left = Event::UserLeft { seat: Some(Seat(1)), uid: uid("bob"), reason: LeaveReason::Offline };
    assert_eq!(table.heard("ann"), [left]);
}

#[test]
fn whoever_missed_the_end_comes_back_to_the_result() {
    let mut table = tictactoe_over_without_bob();
    table.now_ms += LIMITS.result_grace_ms - 1;
    let Ok(OkBody::Room(room)) = table.come_back("bob") else { panic!("the seat is held") };
    let won = r#"{"result":"WIN","winner":0}"#.to_owned();
    assert_eq!((room.phase, room.last_outcome), (Phase::Waiting, Some(GameValue::trusted(won))));
    assert_eq!(table.wait(LIMITS.result_grace_ms), [], "and stays");
}

#[test]
fn a_host_who_is_absent_at_the_end_is_host_no_more() {
    let mut table = Table::of("tictactoe", &["ann", "bob"]).playing();
    table.drop_out("ann");
    table.wait(30_000);
    assert_eq!(table.ids("bob"), ["USER_OFFLINE", "GAME_OVER", "HOST_CHANGED"]);
    table.drop_out("bob");
    table.wait(LIMITS.result_grace_ms);
    assert!(table.closed);
}

#[test]
fn a_match_that_everybody_has_left_alone_is_abandoned_and_its_result_waits() {
    let mut table = Table::of("relay", &["ann", "bob"]).playing();
    table.drop_out("ann");
    table.wait(1_000);
    table.drop_out("bob");
    assert_eq!(table.wait(LIMITS.abandon_ms - 1), []);
    table.wait(1);
    let outcome = GameValue::trusted(r#"{"result":"ABANDONED"}"#.to_owned());
    assert_eq!(table.heard("bob").last(), Some(&Event::GameOver { outcome }));
    assert_eq!(table.wait(LIMITS.result_grace_ms - 1), []);
    table.wait(1);
    assert!(table.closed);
}

#[test]
fn one_player_back_in_time_keeps_the_match() {
    let mut table = Table::of("relay", &["ann", "bob"]).playing();
    table.drop_out("ann");
    table.drop_out("bob");
    table.now_ms += LIMITS.abandon_ms - 1;
    table.come_back("ann").expect("in time");
    assert_eq!(table.wait(LIMITS.abandon_ms * 2), []);
    assert_eq!(table.phase(), Phase::InGame);
}

#[test]
fn a_player_back_when_the_match_is_abandoned_is_too_late_for_it() {
    let mut table = Table::of("relay", &["ann"]).playing();
    table.drop_out("ann");
    table.now_ms += LIMITS.abandon_ms;
    let Ok(OkBody::Room(room)) = table.come_back("ann") else { panic!("the result waits") };
    assert_eq!(room.phase, Phase::Waiting);
    assert_eq!(table.ids("ann"), ["USER_OFFLINE", "GAME_OVER", "USER_ONLINE"]);
}

#[test]
fn the_last_one_here_flees_and_those_away_are_watched_for() {
    let mut table = Table::of("relay", &["ann", "bob"]).playing();
    table.drop_out("bob");
    table.ask("ann", Command::Leave).expect("ann flees");
    assert_eq!(table.room.next_deadline(), Some(table.now_ms + LIMITS.abandon_ms));
}

#[test]
fn a_flight_while_everybody_is_away_gains_the_match_no_time() {
    let mut table = Table::of("relay", &["ann", "bob"]).playing();
    table.drop_out("ann");
    table.drop_out("bob");
    let abandoned_at = table.room.next_deadline();
    table.wait(1_000);
    table.ask("bob", Command::Leave).expect("asked before the connection was lost");
    assert_eq!(table.room.next_deadline(), abandoned_at);
}

#[test]
fn a_match_that_begins_with_nobody_here_is_abandoned_in_time() {
    let mut table = lobby(2, &["ann"]);
    table.drop_out("ann");
    table.ask("ann", Command::Start).expect("asked before the connection was lost");
    assert_eq!(table.room.next_deadline(), Some(table.now_ms + LIMITS.abandon_ms));
}

#[test]
fn with_graces_of_nothing_all_happens_in_the_same_instant() {
    let none = RoomLimits { abandon_ms: 0, result_grace_ms: 0, ..LIMITS };
    let mut table = Table::with("relay", 2, "{}", none).seated(&["ann", "bob"]).playing();
    table.drop_out("ann");
    let effects = table.drop_out("bob");
    assert_eq!(effects.last(), Some(&Effect::Closed));
    assert_eq!(
        table.ids("bob"),
        ["USER_OFFLINE", "USER_OFFLINE", "GAME_OVER", "USER_LEFT", "HOST_CHANGED", "USER_LEFT"]
    );
}
