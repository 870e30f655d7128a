//! Monitors: who watches whom, and that every monitor is taken down again.

use lunatic::Mailbox;
use umbra::process::inspect::Inspection;
use umbra_otp::{ProcessId, Wire};
use umbra_protocol::ClientMessage;

use crate::client::{Client, reader_of};
use crate::lone_user::{LoneUser, room_id};
use crate::player::Player;
use crate::server::{self, settings};
use crate::stage::{Report, Stage};
use crate::table::action;

#[lunatic::test]
fn a_user_watches_its_socket_and_its_room_and_nothing_else(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    // The room outlives Ann's visits: an end of it would take the monitor away by itself.
    let [mut ann, mut bob, mut eve] = ["Ann", "Bob", "Eve"].map(|name| Player::guest(&mut stage, name));
    let room_id = bob.create(&mut stage, "relay", Some(2)).room_id;
    let watches = |stage: &mut Stage, ann: &Player| stage.see_user(ann.user).monitors;
    assert_eq!(watches(&mut stage, &ann), 1, "its socket");
    for _ in 0..3 {
        ann.join(&mut stage, room_id.clone());
        assert_eq!(watches(&mut stage, &ann), 2, "its socket and its room");
        ann.does(&mut stage, ClientMessage::RoomLeave);
        assert_eq!(watches(&mut stage, &ann), 1, "its socket");
        // A room that did not let it in is not watched either.
        eve.join(&mut stage, room_id.clone());
        let join = ClientMessage::RoomJoin { room_id: room_id.clone(), join_as: Default::default() };
        assert!(ann.ask(&mut stage, join).1.is_err(), "both seats are taken");
        assert_eq!(watches(&mut stage, &ann), 1);
        eve.does(&mut stage, ClientMessage::RoomLeave);
        // Another connection takes over: the former one, which still lives, is watched no more.
        let former = ann.socket;
        ann.come_back(&mut stage);
        assert!(ProcessId::of(&former).is_alive());
        assert_eq!(watches(&mut stage, &ann), 1);
    }
}

#[lunatic::test]
fn a_room_watches_exactly_its_members_however_they_come_and_go(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let mut ann = Player::guest(&mut stage, "Ann");
    let room_id = ann.create(&mut stage, "relay", Some(2)).room_id;
    let watches = |stage: &mut Stage, ann: &Player| {
        let room = stage.see_room(ann.room());
        assert_eq!(room.monitors, room.members.len());
        room.monitors
    };
    assert_eq!(watches(&mut stage, &ann), 1);
    for way in ["leaves", "drops", "is kicked", "crashes", "is refused"] {
        let mut bob = Player::guest(&mut stage, "Bob");
        bob.join(&mut stage, room_id.clone());
        let mut eve = Player::guest(&mut stage, "Eve");
        eve.watch(&mut stage, room_id.clone());
        assert_eq!(watches(&mut stage, &ann), 3);
        match way {
            "leaves" => drop(bob.does(&mut stage, ClientMessage::RoomLeave)),
            "drops" => bob.drop_out(),
            "is kicked" => drop(ann.does(&mut stage, ClientMessage::RoomKick { uid: bob.uid() })),
            "crashes" => bob.user.kill(),
            _ => {
                let mut dan = Player::guest(&mut stage, "Dan");
                let join = ClientMessage::RoomJoin { room_id: room_id.clone(), join_as: Default::default() };
                assert!(dan.ask(&mut stage, join).1.is_err(), "both seats are taken");
                assert_eq!(watches(&mut stage, &ann), 3);
                bob.does(&mut stage, ClientMessage::RoomLeave);
            }
        }
        eve.does(&mut stage, ClientMessage::RoomLeave);
        stage.until(&format!("nobody else is watched after Bob {way}"), |stage| {
            (watches(stage, &ann) == 1).then_some(())
        });
    }
}

#[lunatic::test]
fn the_managers_watch_their_children_and_forget_those_that_end(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    for round in 0..3 {
        let mut players: Vec<_> = (0..4).map(|n| Player::guest(&mut stage, &format!("P{n}"))).collect();
        for player in &mut players {
            player.create(&mut stage, "relay", None);
        }
        assert_eq!(stage.see_users().1, 4);
        assert_eq!(stage.see_rooms().1, 4);
        // Two drop out, one crashes, one room dies first.
        players[0].room().kill();
        players[1].user.kill();
        players[0].drop_out();
        players[2].drop_out();
        players[3].drop_out();
        stage.until("all have ended", |stage| {
            let (users, rooms) = (stage.see_users(), stage.see_rooms());
            (users == (vec![], 0) && rooms == (vec![], 0)).then_some(round)
        });
    }
}

#[lunatic::test]
fn a_socket_watches_its_reader_and_its_user(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let (mut client, socket) = Client::connect(&mut stage, &settings());
    let watches = |stage: &mut Stage| match stage.see_socket(socket) {
        Inspection::Socket { monitors, .. } => monitors,
        other => panic!("expected a socket, got {other:?}"),
    };
    // A native connection has no reader.
    let reader = reader_of(&mut stage, socket).into_iter().count();
    assert_eq!(watches(&mut stage), reader, "its reader");
    client.hello("Ann");
    assert_eq!(watches(&mut stage), reader + 1, "its reader and its user");
}

#[lunatic::test]
fn after_a_match_with_drops_and_returns_nobody_watches_more_than_before(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let mut players = crate::table::in_game(&mut stage, "relay", ["Ann", "Bob", "Eve"]);
    let count = |stage: &mut Stage, players: &[Player; 3]| {
        let users: Vec<_> = players.iter().map(|player| stage.see_user(player.user).monitors).collect();
        (users, stage.see_room(players[0].room()).monitors, stage.see_users().1, stage.see_rooms().1)
    };
    let before = count(&mut stage, &players);
    assert_eq!(before, (vec![2, 2, 2], 3, 3, 1));
    for round in 0..5 {
        for at in 0..3 {
            players[at].drop_out();
            let other = &mut players[(at + 1) % 3];
            while other.told(&mut stage).id() != "USER_OFFLINE" {}
            other.does(&mut stage, action(&round.to_string()));
            players[at].come_back(&mut stage);
            players[at].news(&mut stage);
        }
        assert_eq!(count(&mut stage, &players), before);
    }
}

#[lunatic::test]
fn a_room_that_is_found_for_somebody_who_has_gone_is_neither_entered_nor_watched(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let mut lone = LoneUser::new(&mut stage);
    lone.player.say(ClientMessage::RoomJoin { room_id: room_id(), join_as: Default::default() });
    let (op, _) = lone.rooms_are_asked(&mut stage);
    lone.player.drop_out();
    stage.until("the user is offline", |stage| stage.see_user(lone.player.user).sockets.is_empty().then_some(()));
    lone.found(op, Ok(lone.room));
    let seen = stage.see_user(lone.player.user);
    assert_eq!((seen.place, seen.monitors), (None, 0));
}
