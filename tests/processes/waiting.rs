//! While a room waits: leaving and dropping leave it at once, and a room without people is no process.

use lunatic::Mailbox;
use umbra::process::messages::{RoomManagerMessage, RoomsAnswer, UserMessage};
use umbra_machine::directory::Wish;
use umbra_machine::room::OpId;
use umbra_machine::session::Ask;
use umbra_machine::settings::Settings;
use umbra_otp::{ProcessId, Wire};
use umbra_protocol::{ClientMessage, DissolveReason, Event, LeaveReason, Seat};

use crate::player::Player;
use crate::server::{self, settings};
use crate::stage::{Report, Stage};

/// Ann, the host, and Bob in a waiting room.
fn two_in_a_room(stage: &mut Stage) -> (Player, Player) {
    server::start(stage, settings());
    let mut ann = Player::guest(stage, "Ann");
    let mut bob = Player::guest(stage, "Bob");
    let room_id = ann.create(stage, "relay", Some(3)).room_id;
    bob.join(stage, room_id);
    ann.news(stage);
    (ann, bob)
}

#[lunatic::test]
fn who_leaves_a_waiting_room_is_out_at_once(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let (mut ann, mut bob) = two_in_a_room(&mut stage);
    let room = ann.room();
    bob.does(&mut stage, ClientMessage::RoomLeave);
    let left = Event::UserLeft { seat: Some(Seat(1)), uid: bob.uid(), reason: LeaveReason::Left };
    assert_eq!(ann.news(&mut stage), [left]);
    assert_eq!(bob.place, None);
    assert_eq!(stage.see_user(bob.user).place, None);
    assert_eq!(stage.see_room(room).seats, [Some(ann.uid()), None, None]);
}

#[lunatic::test]
fn who_drops_out_of_a_waiting_room_is_out_at_once_and_the_user_ends(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let (mut ann, bob) = two_in_a_room(&mut stage);
    bob.drop_out();
    let left = Event::UserLeft { seat: Some(Seat(1)), uid: bob.uid(), reason: LeaveReason::Offline };
    assert_eq!(ann.told(&mut stage), left);
    assert_eq!(stage.see_room(ann.room()).seats, [Some(ann.uid()), None, None]);
    stage.expect_end(ProcessId::of(&bob.user));
}

#[lunatic::test]
fn a_room_that_nobody_is_in_ends(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let (mut ann, mut bob) = two_in_a_room(&mut stage);
    let room = ProcessId::of(&ann.room());
    ann.does(&mut stage, ClientMessage::RoomLeave);
    let events = bob.news(&mut stage);
    assert_eq!(events.last(), Some(&Event::HostChanged { uid: bob.uid() }));
    assert!(room.is_alive());
    bob.does(&mut stage, ClientMessage::RoomLeave);
    stage.expect_end(room);
    assert_eq!(stage.see_rooms().0, []);
}

#[lunatic::test]
fn a_room_that_everybody_has_dropped_out_of_ends(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let (ann, bob) = two_in_a_room(&mut stage);
    ann.drop_out();
    bob.drop_out();
    stage.expect_end(ProcessId::of(&ann.room()));
    stage.expect_end(ProcessId::of(&ann.user));
    stage.expect_end(ProcessId::of(&bob.user));
}

#[lunatic::test]
fn a_room_that_its_host_dissolves_lets_everybody_go_and_ends(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let (mut ann, mut bob) = two_in_a_room(&mut stage);
    let room = ProcessId::of(&ann.room());
    let dissolved = Event::RoomDissolved { reason: DissolveReason::Host };
    let told = ann.does(&mut stage, ClientMessage::RoomDissolve);
    assert_eq!(told, std::slice::from_ref(&dissolved));
    assert_eq!(bob.told(&mut stage), dissolved);
    stage.expect_end(room);
    for player in [&mut ann, &mut bob] {
        assert_eq!(player.news(&mut stage), []);
        assert_eq!(player.place, None);
        player.create(&mut stage, "relay", None);
    }
}

#[lunatic::test]
fn a_room_whose_creator_never_comes_ends(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, Settings { request_timeout_ms: 50, ..settings() });
    let ann = Player::guest(&mut stage, "Ann");
    // Asked for in Ann's name, by somebody who does not go there.
    let wish = Wish {
        game: "relay".into(),
        seats: 2,
        any_seats: false,
        options: r#"{"autoStart":false}"#.into(),
        any_options: false,
        seed: None,
    };
    let nobody = stage.puppet();
    server::room_manager().send(RoomManagerMessage::Ask {
        uid: ann.uid(),
        user: nobody,
        op: OpId(1),
        ask: Ask::Create { wish, private: false },
    });
    match stage.user_hears(nobody) {
        UserMessage::Rooms { answer: RoomsAnswer::Found(Ok((_, room))), .. } => stage.expect_end(ProcessId::of(&room)),
        other => panic!("expected a room, got {other:?}"),
    }
    assert_eq!(stage.see_rooms().0, []);
}
