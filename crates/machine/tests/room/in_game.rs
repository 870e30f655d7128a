//! What the room does while a match is running: the right-hand column of the table in the protocol.

use umbra_machine::room::Command;
use umbra_protocol::{ErrorCode, Event, GameValue, LeaveReason, OkBody, Phase, Seat};

use crate::table::{Table, uid};

#[test]
fn the_start_tells_everybody_with_the_first_turn() {
    let mut table = Table::of("tictactoe", &["ann", "bob"]);
    table.watch("vic").expect("a place");
    table.ask("bob", Command::Ready { ready: true }).expect("ready");
    table.hush();
    table.ask("ann", Command::Start).expect("a match");
    for name in ["ann", "bob", "vic"] {
        let heard = table.heard(name);
        let [Event::GameStarted { turn: Some(turn), .. }] = heard.as_slice() else { panic!("{heard:?}") };
        assert_eq!((turn.seats.as_slice(), turn.deadline_ms), ([Seat(0)].as_slice(), Some(table.now_ms + 30_000)));
    }
}

#[test]
fn nobody_takes_a_seat_and_whoever_likes_watches() {
    let mut table = Table::new("relay", 3).seated(&["ann", "bob"]).playing();
    assert_eq!(table.join("cid").expect_err("in game").code, ErrorCode::RoomInGame);
    table.watch("cid").expect("spectators come at any time");
    table.ask("cid", Command::Leave).expect("and go");
    let left = Event::UserLeft { seat: None, uid: uid("cid"), reason: LeaveReason::Left };
    assert_eq!(table.heard("ann").last(), Some(&left));
}

#[test]
fn a_spectator_without_a_connection_is_no_spectator() {
    let mut table = Table::of("relay", &["ann"]).playing();
    table.watch("vic").expect("a place");
    table.drop_out("vic");
    let left = Event::UserLeft { seat: None, uid: uid("vic"), reason: LeaveReason::Offline };
    assert_eq!(table.heard("ann").last(), Some(&left));
    assert_eq!(table.come_back("vic").expect_err("gone").code, ErrorCode::NotInRoom);
}

#[test]
fn leaving_is_a_forced_exit_and_the_game_is_told() {
    let mut table = Table::of("tictactoe", &["ann", "bob"]).playing();
    table.ask("ann", Command::Leave).expect("ann flees");
    let heard = table.heard("bob");
    let fled = Event::UserLeft { seat: Some(Seat(0)), uid: uid("ann"), reason: LeaveReason::Fled };
    let won = GameValue::trusted(r#"{"result":"WIN","winner":1}"#.to_owned());
    let over = Event::GameOver { outcome: won.clone() };
    assert_eq!(heard, [fled, Event::HostChanged { uid: uid("bob") }, over]);
    let room = table.snapshot("bob");
    assert_eq!((room.phase, room.last_outcome), (Phase::Waiting, Some(won)));
}

#[test]
fn what_belongs_to_waiting_is_refused() {
    let mut table = Table::of("relay", &["ann", "bob"]).playing();
    let kick = Command::Kick { uid: uid("bob") };
    for command in [kick.clone(), Command::Dissolve, Command::Start, Command::Ready { ready: false }] {
        assert_eq!(table.refusal("ann", command), ErrorCode::RoomInGame);
    }
    for command in [kick, Command::Dissolve, Command::Start] {
        assert_eq!(table.refusal("bob", command), ErrorCode::NotHost);
    }
    assert_eq!(table.ids("bob"), [""; 0]);
}

#[test]
fn a_lost_connection_keeps_the_seat_and_coming_back_finds_it() {
    let mut table = Table::of("relay", &["ann", "bob"]).playing();
    table.drop_out("bob");
    assert_eq!(table.heard("ann"), [Event::UserOffline { seat: Seat(1), uid: uid("bob") }]);
    assert_eq!(table.drop_out("bob"), [], "lost once");
    table.act("ann", "1").expect("the match goes on");
    assert_eq!(table.ids("bob"), ["USER_OFFLINE", "GAME_EVENT"], "what happens is for the absent too");
    let Ok(OkBody::Room(room)) = table.come_back("bob") else { panic!("bob is back") };
    assert_eq!(room.my_seat, Some(Seat(1)));
    assert_eq!(table.heard("bob"), [Event::UserOnline { seat: Seat(1), uid: uid("bob") }]);
}

#[test]
fn a_second_connection_of_somebody_who_is_here_is_no_event() {
    let mut table = Table::of("relay", &["ann", "bob"]).playing();
    table.come_back("bob").expect("the snapshot");
    assert_eq!(table.ids("ann"), [""; 0]);
}

#[test]
fn a_user_whose_process_died_is_a_forced_exit() {
    let mut table = Table::of("tictactoe", &["ann", "bob"]).playing();
    table.crash("bob");
    let out = Event::UserLeft { seat: Some(Seat(1)), uid: uid("bob"), reason: LeaveReason::Crashed };
    let heard = table.heard("ann");
    assert_eq!(heard.first(), Some(&out));
    assert_eq!(heard.last().map(Event::id), Some("GAME_OVER"));
}

#[test]
fn the_host_flees_and_an_online_player_takes_over() {
    let mut table = Table::of("relay", &["ann", "bob", "cid"]).playing();
    table.drop_out("bob");
    table.ask("ann", Command::Leave).expect("ann flees");
    assert_eq!(table.snapshot("cid").host, uid("cid"));
}

#[test]
fn everybody_flees_and_the_game_is_over_once_before_the_room_is() {
    let mut table = Table::of("relay", &["ann", "bob"]).playing();
    table.watch("vic").expect("a place");
    table.hush();
    table.ask("ann", Command::Leave).expect("ann flees");
    table.ask("bob", Command::Leave).expect("bob flees");
    let ids = table.ids("vic");
    assert_eq!(ids, ["USER_LEFT", "HOST_CHANGED", "USER_LEFT", "GAME_OVER", "ROOM_DISSOLVED"]);
    assert!(table.closed);
}

#[test]
fn refusals_of_the_game_reach_the_actor_and_change_nothing() {
    let mut table = Table::of("tictactoe", &["ann", "bob"]).playing();
    table.watch("vic").expect("a place");
    table.hush();
    let place = r#"{"type":"PLACE","cell":4}"#;
    assert_eq!(table.act("bob", place).expect_err("ann's turn").code, ErrorCode::NotYourTurn);
    assert_eq!(table.act("vic", place).expect_err("watches").code, ErrorCode::Spectator);
    assert_eq!(table.act("ann", r#"{"type":"PLACE","cell":9}"#).expect_err("no cell").code, ErrorCode::IllegalAction);
    assert_eq!(table.act("ann", "17").expect_err("no action").code, ErrorCode::IllegalAction);
    assert_eq!(table.ids("bob"), [""; 0]);
}

#[test]
fn a_match_played_to_its_end_leaves_the_room_waiting_with_nobody_ready() {
    let mut table = Table::of("tictactoe", &["ann", "bob"]).playing();
    for (name, cell) in [("ann", 0), ("bob", 3), ("ann", 1), ("bob", 4), ("ann", 2)] {
        table.act(name, &format!(r#"{{"type":"PLACE","cell":{cell}}}"#)).expect("a good move");
    }
    let heard = table.heard("bob");
    assert_eq!(heard.iter().filter(|event| event.id() == "GAME_OVER").count(), 1);
    let room = table.snapshot("bob");
    assert_eq!((room.phase, room.turn, room.view), (Phase::Waiting, None, None));
    assert!(room.players.iter().all(|player| !player.ready));
    assert_eq!(table.refusal("ann", Command::Start), ErrorCode::NotReady);
    table.ask("bob", Command::Ready { ready: true }).expect("ready");
    table.ask("ann", Command::Start).expect("again");
    assert_eq!(table.snapshot("ann").last_outcome, None, "a new match has no outcome");
}
