//! The chain: `socket → user → room → user → socket`.

use lunatic::Mailbox;
use umbra::process::messages::FromRoom;
use umbra_machine::room::Command;
use umbra_otp::Wire;
use umbra_protocol::{ClientMessage, Event, GameValue, OkBody, Seat, Uid};

use crate::lone_user::LoneUser;
use crate::player::Player;
use crate::server::{self, settings};
use crate::stage::{Report, Stage};
use crate::table::{action, in_game};

#[lunatic::test]
fn what_a_socket_hands_in_goes_to_the_room_and_comes_back_as_events_before_the_ok(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let [mut ann, mut bob] = in_game(&mut stage, "relay", ["Ann", "Bob"]);
    let (events, outcome) = ann.ask(&mut stage, action(r#"{"hi":1}"#));
    assert_eq!(outcome, Ok(OkBody::Empty));
    let relayed =
        Event::GameEvent { event: GameValue::trusted(r#"{"type":"RELAYED","seat":0,"n":1,"value":{"hi":1}}"#.into()) };
    assert_eq!(events, std::slice::from_ref(&relayed));
    assert_eq!(bob.news(&mut stage), [relayed]);
}

#[lunatic::test]
fn what_happens_in_a_room_is_told_to_its_members_once_and_to_nobody_else(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let mut here = ["Ann", "Bob"].map(|name| Player::guest(&mut stage, name));
    let mut elsewhere = Player::guest(&mut stage, "Eve");
    let mut nowhere = Player::guest(&mut stage, "Dan");
    let room_id = here[0].create(&mut stage, "relay", Some(4)).room_id;
    here[1].join(&mut stage, room_id);
    elsewhere.create(&mut stage, "relay", Some(4));
    for player in here.iter_mut().chain([&mut elsewhere, &mut nowhere]) {
        player.news(&mut stage);
    }
    let said = here[0].does(&mut stage, ClientMessage::ChatSend { text: "hello".into() });
    assert!(matches!(said.as_slice(), [Event::Chat { text, .. }] if text == "hello"), "{said:?}");
    assert_eq!(here[1].news(&mut stage), said);
    assert_eq!(elsewhere.news(&mut stage), []);
    assert_eq!(nowhere.news(&mut stage), []);
}

#[lunatic::test]
fn nothing_changes_until_the_room_has_handled_the_message(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let mut lone = LoneUser::in_room(&mut stage);
    let before = stage.see_user(lone.player.user);
    let asked = lone.player.say(ClientMessage::RoomReady { ready: true });
    let (op, command) = lone.room_is_asked(&mut stage, lone.room);
    assert_eq!(command, Command::Ready { ready: true });

    // The room has the message and does not answer: no event, no OK, and all is as it was.
    assert_eq!(lone.player.news(&mut stage), []);
    assert_eq!(stage.see_user(lone.player.user), before);

    let ready = Event::UserReady { seat: Seat(0), uid: Uid("ann".into()), ready: true };
    lone.room_tells(&ready);
    lone.room_says(FromRoom::Reply(op, Ok(OkBody::Empty)));
    assert_eq!(lone.player.reply(&mut stage, asked), (vec![ready], Ok(OkBody::Empty)));
}
