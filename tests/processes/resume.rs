//! Coming back: into a running match, to one that ended meanwhile, and to nothing.

use lunatic::Mailbox;
use umbra_machine::settings::Settings;
use umbra_otp::{ProcessId, Wire};
use umbra_protocol::{ClientMessage, CloseCode, Control, Phase, ServerFrame};

use crate::player::{Player, ids};
use crate::server::{self, settings};
use crate::stage::{Report, Stage};
use crate::table::{action, in_game};

#[lunatic::test]
fn who_comes_back_in_game_is_told_what_was_missed_once_and_in_order(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let [mut ann, mut bob] = in_game(&mut stage, "relay", ["Ann", "Bob"]);
    let user = bob.user;
    for round in 0..5 {
        bob.drop_out();
        assert_eq!(ann.told(&mut stage).id(), "USER_OFFLINE");
        let said: Vec<_> = (0..3).flat_map(|n| ann.does(&mut stage, action(&format!("[{round},{n}]")))).collect();
        bob.come_back(&mut stage);
        assert_eq!((bob.user, bob.hello.resumed), (user, true));
        assert_eq!(bob.hello.room.as_ref().map(|room| room.phase), Some(Phase::InGame));
        let missed = bob.news(&mut stage);
        assert_eq!(missed[1..4], said);
        assert_eq!(ids(&missed), ["USER_OFFLINE", "GAME_EVENT", "GAME_EVENT", "GAME_EVENT", "USER_ONLINE"]);
        assert_eq!(ids(&ann.news(&mut stage)), ["USER_ONLINE"]);
    }
}

#[lunatic::test]
fn who_dropped_out_of_a_waiting_room_comes_back_to_nothing(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let mut ann = Player::guest(&mut stage, "Ann");
    ann.create(&mut stage, "relay", None);
    let (uid, user) = (ann.uid(), ann.user);
    ann.drop_out();
    stage.expect_end(ProcessId::of(&user));
    ann.come_back(&mut stage);
    assert_eq!((ann.uid(), ann.hello.resumed, ann.hello.room.clone()), (uid, false, None));
}

#[lunatic::test]
fn the_result_of_a_match_that_ended_meanwhile_waits(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let [mut ann, mut bob] = in_game(&mut stage, "tictactoe", ["Ann", "Bob"]);
    bob.drop_out();
    assert_eq!(ann.told(&mut stage).id(), "USER_OFFLINE");
    ann.does(&mut stage, ClientMessage::RoomLeave);
    bob.come_back(&mut stage);
    assert!(bob.hello.resumed);
    let room = bob.hello.room.clone().expect("the seat was kept");
    assert_eq!(room.phase, Phase::Waiting);
    assert_eq!(room.last_outcome.expect("a match was played").as_str(), r#"{"result":"WIN","winner":1}"#);
    let missed = bob.news(&mut stage);
    assert_eq!(ids(&missed), ["USER_OFFLINE", "USER_LEFT", "HOST_CHANGED", "GAME_OVER", "USER_ONLINE"]);
}

#[lunatic::test]
fn a_result_that_nobody_fetches_is_given_up_and_the_user_ends_by_itself(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, Settings { result_grace_ms: 50, ..settings() });
    let [mut ann, mut bob] = in_game(&mut stage, "tictactoe", ["Ann", "Bob"]);
    let room = ProcessId::of(&bob.room());
    bob.drop_out();
    assert_eq!(ann.told(&mut stage).id(), "USER_OFFLINE");
    ann.does(&mut stage, ClientMessage::RoomLeave);
    stage.expect_end(ProcessId::of(&bob.user));
    stage.expect_end(room);
    bob.come_back(&mut stage);
    assert_eq!((bob.hello.resumed, bob.hello.room.clone()), (false, None));
}

#[lunatic::test]
fn a_second_connection_replaces_the_first_and_the_late_end_of_that_changes_nothing(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let [mut ann, mut bob] = in_game(&mut stage, "relay", ["Ann", "Bob"]);
    let mut newer = Player::hello(&mut stage, bob.resume());
    assert_eq!(newer.user, bob.user);
    assert_eq!(bob.frame(&mut stage), ServerFrame::Control(Control::Replaced));
    assert_eq!(bob.expect_close(&mut stage), CloseCode::Replaced);
    let seen = stage.see_user(bob.user);
    assert_eq!(seen.sockets, [newer.key()]);
    bob.drop_out();
    stage.expect_end(ProcessId::of(&bob.socket));
    assert_eq!(stage.see_user(bob.user), seen);
    newer.last_seq = newer.last_seq.max(bob.last_seq);
    assert_eq!(newer.news(&mut stage), []);
    assert_eq!(ann.news(&mut stage), []);
}
