//! Deaths that nobody asked for: a room's and a user's. Who dies, dies alone; the survivors are told and go on.

use lunatic::Mailbox;
use umbra_machine::session::Ask;
use umbra_machine::settings::Settings;
use umbra_otp::{ProcessId, Wire};
use umbra_protocol::{
    ClientMessage, DissolveReason, ErrorCode, Event, LeaveReason, Phase, Seat, ServerFrame, WireError,
};

use crate::lone_user::{LoneUser, room_id};
use crate::player::{Player, ids};
use crate::server::{self, settings};
use crate::stage::{Report, Stage};
use crate::table::{action, in_game};

#[lunatic::test]
fn a_room_that_dies_comes_back_and_its_members_notice_nothing(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let [mut ann, mut bob] = in_game(&mut stage, "tictactoe", ["Ann", "Bob"]);
    let before = stage.see_room(ann.room());
    let dead = ann.room();
    dead.kill();
    let room = stage.until("it is back", |stage| {
        stage.see_rooms().0.first().map(|(_, room)| *room).filter(|room| *room != ProcessId::of(&dead))
    });
    assert_eq!(ids(&ann.does(&mut stage, action(r#"{"type":"PLACE","cell":4}"#))), ["GAME_EVENT", "TURN_STARTED"]);
    assert_eq!(ids(&bob.does(&mut stage, action(r#"{"type":"PLACE","cell":0}"#)))[..2], ["GAME_EVENT", "TURN_STARTED"]);
    assert_eq!(ProcessId::of(&ann.room()), room, "the socket knows where its user is");
    assert_eq!(stage.see_room(ann.room()), before, "who sits where, who is told, and who is watched");
    stage.expect_line(&["ERROR", ann.room_id().0.as_str(), "failed"]);
}

#[lunatic::test]
fn what_is_asked_of_a_room_that_dies_in_that_moment_happens_once(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, Settings { restarts_max: 1_000, ..settings() });
    let [mut ann, mut bob] = in_game(&mut stage, "relay", ["Ann", "Bob"]);
    for n in 1..=50 {
        let room = stage.see_rooms().0[0].1;
        let asked = ann.say(action("7"));
        room.kill();
        let (events, outcome) = ann.reply(&mut stage, asked);
        assert_eq!((events.len(), outcome.is_ok()), (1, true), "at action {n}");
        let Event::GameEvent { event } = bob.told(&mut stage) else { panic!("expected what Ann sent") };
        assert!(event.as_str().contains(&format!(r#""n":{n},"#)), "{event:?} at action {n}");
    }
    assert_eq!(bob.news(&mut stage), []);
}

#[lunatic::test]
fn a_room_that_dies_too_often_ends_alone_and_its_members_are_told(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, Settings { restarts_max: 0, ..settings() });
    let mut here = in_game(&mut stage, "relay", ["Ann", "Bob"]);
    let mut eve = Player::guest(&mut stage, "Eve");
    eve.create(&mut stage, "relay", None);
    eve.news(&mut stage);
    let dead = here[0].room_id();

    here[0].room().kill();
    for player in &mut here {
        assert_eq!(player.told(&mut stage), Event::RoomDissolved { reason: DissolveReason::Failed });
        assert_eq!(player.news(&mut stage), []);
        assert_eq!(player.place, None);
    }
    stage.expect_line(&["ERROR", dead.0.as_str(), "too often"]);
    assert_eq!(eve.news(&mut stage), []);
    assert_eq!(stage.see_rooms().0, [(eve.room_id(), ProcessId::of(&eve.room()))]);
    // The same users go on to another room.
    let other = here[0].create(&mut stage, "relay", None).room_id;
    here[1].join(&mut stage, other);
}

#[lunatic::test]
fn what_a_room_was_asked_before_it_died_fails_as_internal(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let mut lone = LoneUser::in_room(&mut stage);
    let asked = lone.player.say(action("1"));
    lone.room_is_asked(&mut stage, lone.room);
    lone.room.kill();
    let (op, ask) = lone.rooms_are_asked(&mut stage);
    assert_eq!(ask, Ask::Find { room_id: room_id() });
    assert_eq!(lone.player.news(&mut stage), [], "until it is known that the room is no more, nothing is said");
    lone.found(op, Err(WireError::new(ErrorCode::RoomNotFound, "there is no such room")));
    let (events, outcome) = lone.player.reply(&mut stage, asked);
    assert_eq!(events, [Event::RoomDissolved { reason: DissolveReason::Failed }]);
    assert_eq!(outcome.map_err(|error| error.code), Err(ErrorCode::Internal));
    assert_eq!(stage.see_user(lone.player.user).place, None);
}

#[lunatic::test]
fn a_user_whose_process_dies_in_game_comes_back_into_its_session_and_its_room(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let [mut ann, mut bob] = in_game(&mut stage, "tictactoe", ["Ann", "Bob"]);
    ann.does(&mut stage, action(r#"{"type":"PLACE","cell":4}"#));
    bob.news(&mut stage);
    let (dead, epoch, room) = (bob.user, bob.hello.epoch, bob.place.clone());
    dead.kill();
    bob.finds_its_user(&mut stage);
    assert_ne!(bob.user, dead);
    let Event::Resync { epoch: next, room: Some(seen) } = bob.told(&mut stage) else { panic!("expected a RESYNC") };
    assert!(next > epoch, "{next} after {epoch}");
    assert_eq!((seen.my_seat, seen.phase), (Some(Seat(1)), Phase::InGame));
    assert!(seen.view.expect("a view").as_str().contains('X'), "the mark that is on the board");
    bob.news(&mut stage);
    assert_eq!(bob.place, room);
    bob.does(&mut stage, action(r#"{"type":"PLACE","cell":0}"#));
    assert_eq!(ids(&ann.news(&mut stage)), ["GAME_EVENT", "TURN_STARTED"], "nobody else has noticed anything");
    // The session is the same: its connection is lost, and it is resumed.
    bob.hello.epoch = next;
    bob.drop_out();
    bob.come_back(&mut stage);
    assert!(bob.hello.resumed);
}

#[lunatic::test]
fn what_a_user_was_asked_when_it_died_happens_once_and_is_answered_once(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, Settings { restarts_max: 1_000, ..settings() });
    let [mut ann, mut bob] = in_game(&mut stage, "relay", ["Ann", "Bob"]);
    for n in 1..=30 {
        let asked = ann.say(action("7"));
        ann.user.kill();
        ann.finds_its_user(&mut stage);
        ann.says_again(asked, action("7"));
        let mut outcome = None;
        while outcome.is_none() {
            outcome = match ann.frame(&mut stage) {
                ServerFrame::Event { .. } => None,
                ServerFrame::Ok { reference: Some(reference), .. } if reference == asked => Some(()),
                other => panic!("expected the reply to {asked}, got {other:?} at action {n}"),
            };
        }
        let Event::GameEvent { event } = bob.told(&mut stage) else { panic!("expected what Ann sent") };
        assert!(event.as_str().contains(&format!(r#""n":{n},"#)), "{event:?} at action {n}");
    }
    assert_eq!(bob.news(&mut stage), []);
}

#[lunatic::test]
fn a_user_whose_process_dies_while_waiting_leaves_as_crashed(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let mut ann = Player::guest(&mut stage, "Ann");
    let room_id = ann.create(&mut stage, "relay", None).room_id;
    let mut bob = Player::guest(&mut stage, "Bob");
    bob.join(&mut stage, room_id);
    ann.news(&mut stage);
    bob.user.kill();
    let left = Event::UserLeft { seat: Some(Seat(1)), uid: bob.uid(), reason: LeaveReason::Crashed };
    assert_eq!(ann.told(&mut stage), left);
    bob.finds_its_user(&mut stage);
    let Event::Resync { room: None, .. } = bob.told(&mut stage) else { panic!("expected a RESYNC without a room") };
}

#[lunatic::test]
fn a_user_manager_that_dies_leaves_its_users_to_the_next_one(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let [mut ann, mut bob] = in_game(&mut stage, "tictactoe", ["Ann", "Bob"]);
    let before = stage.see_users().0;
    let dead = server::user_manager();
    dead.kill();
    stage.until("there is another", |_| umbra::process::user_manager().filter(|manager| *manager != dead).map(|_| ()));
    ann.does(&mut stage, action(r#"{"type":"PLACE","cell":4}"#));
    assert_eq!(ids(&bob.news(&mut stage)), ["GAME_EVENT", "TURN_STARTED"]);
    assert_eq!(stage.see_users().0, before, "the same processes");
    // It brings them back when they die, and lets them end.
    bob.user.kill();
    bob.finds_its_user(&mut stage);
    assert_eq!(bob.told(&mut stage).id(), "RESYNC");
    bob.does(&mut stage, ClientMessage::RoomLeave);
    bob.drop_out();
    stage.expect_end(ProcessId::of(&bob.user));
    stage.until("it is forgotten", |stage| (stage.see_users().0.len() == 1).then_some(()));
}

#[lunatic::test]
fn a_user_whose_process_dies_too_often_is_forced_out(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, Settings { restarts_max: 0, ..settings() });
    let [mut ann, mut bob] = in_game(&mut stage, "tictactoe", ["Ann", "Bob"]);
    bob.user.kill();
    assert_eq!(
        ann.told(&mut stage),
        Event::UserLeft { seat: Some(Seat(1)), uid: bob.uid(), reason: LeaveReason::Crashed }
    );
    assert_eq!(ann.told(&mut stage).id(), "GAME_OVER");
    stage.expect_line(&["WARN", bob.uid().0.as_str(), "forced exit"]);
    let room = stage.see_room(ann.room());
    assert_eq!((room.phase, room.seats), (Phase::Waiting, vec![Some(ann.uid()), None]));
    // Signed in anew under the same uid: in no room.
    let uid = bob.uid();
    bob.come_back(&mut stage);
    assert_eq!((bob.uid(), bob.hello.resumed, bob.hello.room.clone()), (uid, false, None));
}

#[lunatic::test]
fn a_user_that_has_left_its_room_and_then_ends_is_no_crash(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let [mut ann, mut bob, mut eve] = in_game(&mut stage, "relay", ["Ann", "Bob", "Eve"]);
    for (leaver, kill) in [(&mut bob, false), (&mut eve, true)] {
        leaver.does(&mut stage, ClientMessage::RoomLeave);
        if kill {
            leaver.user.kill();
        } else {
            leaver.drop_out();
        }
        stage.expect_end(ProcessId::of(&leaver.user));
    }
    let room = stage.see_room(ann.room());
    assert_eq!((room.phase, room.members.len()), (Phase::InGame, 1));
    assert_eq!(ids(&ann.news(&mut stage)), ["USER_LEFT", "USER_LEFT"], "both have fled, once");
}
