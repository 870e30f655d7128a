//! What each process holds, and that it is had by message only.

use lunatic::Mailbox;
use umbra::process::inspect::{Inspection, SocketUser};
use umbra::process::messages::Place;
use umbra_otp::{ProcessId, Wire};
use umbra_protocol::{ClientMessage, Phase, Uid};

use crate::client::Client;
use crate::player::Player;
use crate::server::{self, settings};
use crate::stage::{Report, Stage};

#[lunatic::test]
fn a_socket_holds_who_its_user_is_and_which_room_that_is_in(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let (mut client, socket) = Client::connect(&mut stage, &settings());
    let held = |stage: &mut Stage| match stage.see_socket(socket) {
        Inspection::Socket { user, place, .. } => (user, place),
        other => panic!("expected a socket, got {other:?}"),
    };
    assert_eq!(held(&mut stage), (None, None));
    client.hello("Ann");
    let (users, _) = stage.see_users();
    let [(uid, user)] = users.as_slice() else { panic!("expected one user, got {users:?}") };
    let user_name = umbra_protocol::UserName::parse("Ann").expect("a name");
    let ann = Some(SocketUser { uid: uid.clone(), user_name, user: *user });
    assert_eq!(held(&mut stage), (ann.clone(), None));

    client.say(r#"{"id":"ROOM_CREATE","ref":1,"body":{"game":"relay"}}"#);
    client.next_that_begins(r#"{"id":"OK","ref":1"#);
    let (rooms, _) = stage.see_rooms();
    let [(room_id, room)] = rooms.as_slice() else { panic!("expected one room, got {rooms:?}") };
    let place = Some(Place { room_id: room_id.clone(), room: *room });
    assert_eq!(held(&mut stage), (ann.clone(), place));

    client.say(r#"{"id":"ROOM_LEAVE","ref":2}"#);
    client.next_that_begins(r#"{"id":"OK","ref":2"#);
    assert_eq!(held(&mut stage), (ann, None));
}

#[lunatic::test]
fn a_user_holds_its_own_data_and_where_it_is(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let mut ann = Player::guest(&mut stage, "Ann");
    let seen = stage.see_user(ann.user);
    assert_eq!((seen.uid, seen.sockets, seen.place), (ann.uid(), vec![ann.key()], None));
    let room_id = ann.create(&mut stage, "relay", None).room_id;
    let seen = stage.see_user(ann.user);
    let (rooms, _) = stage.see_rooms();
    assert_eq!(seen.place, Some(Place { room_id, room: rooms[0].1 }));
    assert_eq!(seen.place, ann.place, "the socket was told the same");
}

#[lunatic::test]
fn a_room_holds_its_members_with_their_processes_and_its_seats_by_position(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let [mut ann, mut bob, mut eve, mut dan] = ["Ann", "Bob", "Eve", "Dan"].map(|name| Player::guest(&mut stage, name));
    let room_id = ann.create(&mut stage, "relay", Some(4)).room_id;
    bob.join(&mut stage, room_id.clone());
    eve.join(&mut stage, room_id.clone());
    bob.does(&mut stage, ClientMessage::RoomLeave);
    dan.watch(&mut stage, room_id.clone());
    let member = |player: &Player| (player.uid(), ProcessId::of(&player.user));
    let room = stage.see_room(ann.room());
    assert_eq!(room.phase, Phase::Waiting);
    assert_eq!(room.seats, [Some(ann.uid()), None, Some(eve.uid()), None]);
    assert_eq!(room.members, [member(&ann), member(&eve), member(&dan)]);
    bob.join(&mut stage, room_id);
    let room = stage.see_room(ann.room());
    assert_eq!(room.seats, [Some(ann.uid()), Some(bob.uid()), Some(eve.uid()), None], "the lowest free seat");
}

#[lunatic::test]
fn the_managers_hold_every_user_and_every_room_with_its_process(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let mut players: Vec<_> = (0..5).map(|n| Player::guest(&mut stage, &format!("P{n}"))).collect();
    let mut users: Vec<(Uid, ProcessId)> =
        players.iter().map(|player| (player.uid(), ProcessId::of(&player.user))).collect();
    users.sort();
    assert_eq!(stage.see_users().0, users);
    for player in &mut players {
        player.create(&mut stage, "relay", None);
    }
    let mut rooms: Vec<_> = players.iter().map(|player| (player.room_id(), ProcessId::of(&player.room()))).collect();
    rooms.sort();
    assert_eq!(stage.see_rooms().0, rooms);
}
