//! What members do to a waiting room, and what it refuses.

use umbra_machine::room::{Command, Effect};
use umbra_protocol::{DissolveReason, ErrorCode, Event, LeaveReason, OkBody, Phase, Seat};

use crate::table::{LIMITS, Table, uid, user_name};

#[test]
fn the_creator_sits_in_seat_0_and_is_host() {
    let mut table = Table::new("undercover", 6);
    assert_eq!(table.room.summary(), None, "nobody is shown a room without anybody");
    let Ok(OkBody::Room(room)) = table.join("ann") else { panic!("the creator comes in") };
    assert_eq!((room.my_seat, &room.host, room.phase), (Some(Seat(0)), &uid("ann"), Phase::Waiting));
    let joined = Event::UserJoined { seat: Some(Seat(0)), uid: uid("ann"), user_name: user_name("ann") };
    assert_eq!(table.heard("ann"), [joined], "the actor is told what everybody is told");
    assert_eq!(table.room.summary().expect("a public room").seats_taken, 1);
}

#[test]
fn nobody_comes_before_the_creator() {
    let mut table = Table::new("relay", 4);
    let refusal = table.join("bob").expect_err("bob comes first").code;
    assert_eq!(refusal, ErrorCode::RoomNotFound);
    table.join("ann").expect("the creator comes in");
    table.join("bob").expect("then anybody");
}

#[test]
fn a_room_whose_creator_never_comes_closes_when_the_time_is_up() {
    let mut table = Table::new("relay", 4);
    assert_eq!(table.wait(LIMITS.request_timeout_ms - 1), []);
    assert_eq!(table.wait(1), [Effect::Closed]);
    assert_eq!(table.refusal("ann", Command::Leave), ErrorCode::RoomNotFound);
    assert_eq!(table.join("ann").expect_err("no more room").code, ErrorCode::RoomNotFound);
}

#[test]
fn a_newcomer_takes_the_lowest_free_seat() {
    let mut table = Table::of("relay", &["ann", "bob", "cid"]);
    table.ask("bob", Command::Leave).expect("bob leaves");
    table.join("dan").expect("a free seat");
    assert_eq!(table.seat_of("dan"), Some(Seat(1)));
}

#[test]
fn the_last_seat_can_be_taken_and_one_more_player_is_refused() {
    let mut table = Table::new("relay", 3).seated(&["ann", "bob"]);
    table.join("cid").expect("the last seat");
    assert_eq!(table.join("dan").expect_err("no seat").code, ErrorCode::RoomFull);
    assert_eq!(table.members(), ["ann", "bob", "cid"]);
}

#[test]
fn as_many_spectators_as_may_watch_and_one_more_is_refused() {
    let mut table = Table::of("relay", &["ann"]);
    table.watch("vic").expect("a place");
    table.watch("wim").expect("the last place");
    assert_eq!(table.watch("xan").expect_err("no place").code, ErrorCode::RoomFull);
}

#[test]
fn whoever_is_in_the_room_cannot_join_it_again() {
    let mut table = Table::new("relay", 4).seated(&["ann"]);
    table.watch("vic").expect("a place");
    assert_eq!(table.join("ann").expect_err("twice").code, ErrorCode::AlreadyInRoom);
    assert_eq!(table.watch("ann").expect_err("twice").code, ErrorCode::AlreadyInRoom);
    assert_eq!(table.join("vic").expect_err("twice").code, ErrorCode::AlreadyInRoom);
}

#[test]
fn a_stranger_is_told_not_to_be_in_the_room() {
    let mut table = Table::of("relay", &["ann", "bob"]);
    let text = "hello".to_owned();
    for command in [Command::Leave, Command::Start, Command::Dissolve, Command::Chat { text }] {
        assert_eq!(table.refusal("zoe", command), ErrorCode::NotInRoom);
    }
    assert_eq!(table.come_back("zoe").expect_err("a stranger").code, ErrorCode::NotInRoom);
}

#[test]
fn the_host_leaves_and_the_lowest_seat_takes_over() {
    let mut table = Table::of("relay", &["ann", "bob", "cid"]);
    table.ask("ann", Command::Leave).expect("ann leaves");
    let left = Event::UserLeft { seat: Some(Seat(0)), uid: uid("ann"), reason: LeaveReason::Left };
    assert_eq!(table.heard("bob"), [left.clone(), Event::HostChanged { uid: uid("bob") }]);
    assert_eq!(table.heard("ann"), [left], "who leaves is told so, and nothing after it");
}

#[test]
fn somebody_else_leaves_and_the_host_stays() {
    let mut table = Table::of("relay", &["ann", "bob"]);
    table.ask("bob", Command::Leave).expect("bob leaves");
    assert_eq!(table.ids("ann"), ["USER_LEFT"]);
    assert_eq!(table.snapshot("ann").host, uid("ann"));
}

#[test]
fn the_last_player_leaves_and_the_room_is_no_more_for_its_spectators_too() {
    let mut table = Table::of("relay", &["ann"]);
    table.watch("vic").expect("a place");
    table.hush();
    table.ask("ann", Command::Leave).expect("ann leaves");
    assert!(table.closed);
    let gone = Event::RoomDissolved { reason: DissolveReason::Empty };
    assert_eq!(table.heard("vic").last(), Some(&gone));
    assert_eq!(table.room.next_deadline(), None);
}

#[test]
fn a_lost_connection_leaves_at_once() {
    let mut table = Table::of("relay", &["ann", "bob"]);
    table.drop_out("bob");
    let left = Event::UserLeft { seat: Some(Seat(1)), uid: uid("bob"), reason: LeaveReason::Offline };
    assert_eq!(table.heard("ann"), [left]);
    assert_eq!(table.drop_out("bob"), [], "a second time changes nothing");
}

#[test]
fn everybody_loses_the_connection_and_the_room_is_no_more() {
    let mut table = Table::of("relay", &["ann", "bob"]);
    table.drop_out("ann");
    table.drop_out("bob");
    assert!(table.closed);
}

#[test]
fn a_user_whose_process_died_leaves_as_crashed() {
    let mut table = Table::of("relay", &["ann", "bob"]);
    table.crash("bob");
    let left = Event::UserLeft { seat: Some(Seat(1)), uid: uid("bob"), reason: LeaveReason::Crashed };
    assert_eq!(table.heard("ann"), [left]);
    assert_eq!(table.crash("bob"), [], "a second time changes nothing");
}

#[test]
fn readiness_is_told_when_it_changes() {
    let mut table = Table::of("relay", &["ann", "bob"]);
    for ready in [true, true, false] {
        table.ask("bob", Command::Ready { ready }).expect("ready or not");
    }
    let told = |ready| Event::UserReady { seat: Seat(1), uid: uid("bob"), ready };
    assert_eq!(table.heard("ann"), [told(true), told(false)]);
}

#[test]
fn spectators_chat_and_do_nothing_else() {
    let mut table = Table::of("tictactoe", &["ann", "bob"]);
    table.watch("vic").expect("a place");
    table.hush();
    assert_eq!(table.refusal("vic", Command::Ready { ready: true }), ErrorCode::Spectator);
    assert_eq!(table.refusal("vic", Command::Start), ErrorCode::NotHost);
    table.ask("vic", Command::Chat { text: "good luck".to_owned() }).expect("a word");
    let word = Event::Chat { uid: uid("vic"), user_name: user_name("vic"), text: "good luck".to_owned() };
    assert_eq!(table.heard("ann"), [word]);
}

#[test]
fn who_is_kicked_is_told_so_alone_and_may_come_again() {
    let mut table = Table::of("relay", &["ann", "bob", "cid"]);
    table.ask("ann", Command::Kick { uid: uid("bob") }).expect("bob goes");
    assert_eq!(table.heard("bob"), [Event::Kicked]);
    let left = Event::UserLeft { seat: Some(Seat(1)), uid: uid("bob"), reason: LeaveReason::Kicked };
    assert_eq!(table.heard("cid"), [left]);
    table.join("bob").expect("nobody said for ever");
}

#[test]
fn a_spectator_can_be_kicked() {
    let mut table = Table::of("relay", &["ann"]);
    table.watch("vic").expect("a place");
    table.ask("ann", Command::Kick { uid: uid("vic") }).expect("vic goes");
    assert_eq!(table.members(), ["ann"]);
}

#[test]
fn a_kick_takes_the_host_and_somebody_else_who_is_here() {
    let mut table = Table::of("relay", &["ann", "bob"]);
    assert_eq!(table.refusal("bob", Command::Kick { uid: uid("ann") }), ErrorCode::NotHost);
    assert_eq!(table.refusal("ann", Command::Kick { uid: uid("ann") }), ErrorCode::BadMessage);
    assert_eq!(table.refusal("ann", Command::Kick { uid: uid("zoe") }), ErrorCode::NotInRoom);
    assert_eq!(table.ids("ann"), [""; 0], "a refusal changes nothing");
}

#[test]
fn the_host_dissolves_the_room_and_everybody_is_told_before_the_answer() {
    let mut table = Table::of("relay", &["ann", "bob"]);
    assert_eq!(table.refusal("bob", Command::Dissolve), ErrorCode::NotHost);
    table.ask("ann", Command::Dissolve).expect("the host may");
    assert!(table.closed);
    for name in ["ann", "bob"] {
        assert_eq!(table.heard(name), [Event::RoomDissolved { reason: DissolveReason::Host }]);
    }
}

#[test]
fn a_match_wants_the_host_then_enough_players_then_everybody_ready() {
    let mut table = Table::new("undercover", 6).seated(&["ann", "bob", "cid"]);
    assert_eq!(table.refusal("bob", Command::Start), ErrorCode::NotHost);
    assert_eq!(table.refusal("ann", Command::Start), ErrorCode::NotEnoughPlayers);
    table.join("dan").expect("a seat");
    for name in ["bob", "cid"] {
        table.ask(name, Command::Ready { ready: true }).expect("ready");
    }
    assert_eq!(table.refusal("ann", Command::Start), ErrorCode::NotReady);
    table.ask("dan", Command::Ready { ready: true }).expect("ready");
    table.ask("ann", Command::Start).expect("the host need not be ready");
    assert_eq!(table.phase(), Phase::InGame);
}

#[test]
fn an_action_before_the_match_is_refused() {
    let mut table = Table::of("relay", &["ann"]);
    assert_eq!(table.act("ann", "1").expect_err("no match").code, ErrorCode::GameNotRunning);
}

#[test]
fn a_game_that_starts_by_itself_does_so_with_its_last_seat_ready_or_not() {
    let mut table = Table::with("relay", 2, r#"{"autoStart":true}"#, LIMITS).seated(&["ann"]);
    assert_eq!(table.phase(), Phase::Waiting);
    let Ok(OkBody::Room(room)) = table.join("bob") else { panic!("the last seat") };
    assert_eq!((room.phase, table.ids("ann")), (Phase::InGame, vec!["USER_JOINED", "GAME_STARTED"]));
    table.watch("vic").expect("a place");
}

#[test]
fn a_room_that_is_over_is_not_shown() {
    let mut table = Table::of("relay", &["ann"]);
    assert!(table.room.summary().is_some());
    table.ask("ann", Command::Leave).expect("ann leaves");
    assert_eq!(table.room.summary(), None);
}

#[test]
fn a_room_whose_rules_failed_tells_everybody_and_ends() {
    let mut table = Table::of("relay", &["ann", "bob"]).playing();
    let effects = table.room.fail();
    table.perform(&effects);
    assert!(table.closed);
    assert_eq!(table.heard("bob"), [Event::RoomDissolved { reason: DissolveReason::Failed }]);
    assert_eq!(table.room.fail(), [], "and fails once");
}
