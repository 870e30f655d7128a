//! Handles that are out of date are refreshed; what does not fit what is held is a line in the log, never a guess.

use lunatic::Mailbox;
use umbra::process::messages::{FromRoom, RoomManagerMessage, RoomMessage, UserManagerMessage, UserMessage};
use umbra_machine::room::{Command, OpId};
use umbra_machine::session::{Ask, SocketKey};
use umbra_otp::{ProcessId, Wire};
use umbra_protocol::{ClientMessage, EncodedEvent, Event, GameValue, OkBody, RoomId};

use crate::lone_room::{LoneRoom, uid};
use crate::lone_user::{LoneUser, room_id};
use crate::player::Player;
use crate::server::{self, room_manager, settings, user_manager};
use crate::stage::{Report, Stage};
use crate::table::action;

#[lunatic::test]
fn a_room_refuses_a_second_living_process_of_a_member_with_a_line_in_the_log(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let lone = LoneRoom::new(&mut stage);
    let before = stage.see_room(lone.room);
    let other = stage.puppet();
    lone.command("ann", other, 9, Command::Leave);
    stage.expect_line(&["ERROR", "room REALRM", "ann"]);
    lone.room.send(RoomMessage::Offline { uid: uid("ann"), user: other });
    stage.expect_line(&["ERROR", "room REALRM", "ann"]);
    assert_eq!(stage.see_room(lone.room), before);
    // The one that is held is still listened to.
    lone.command("ann", lone.ann, 2, Command::Ready { ready: true });
    assert_eq!(lone.reply(&mut stage, lone.ann, 2), Ok(OkBody::Empty));
}

#[lunatic::test]
fn a_room_answers_a_stranger_and_lets_nothing_happen(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let lone = LoneRoom::new(&mut stage);
    let before = stage.see_room(lone.room);
    let stranger = stage.puppet();
    let action = Command::Action { action: GameValue::trusted("1".into()) };
    for command in [Command::Leave, Command::Start, Command::Dissolve, action] {
        lone.command("eve", stranger, 5, command);
        assert!(lone.reply(&mut stage, stranger, 5).is_err());
    }
    lone.room.send(RoomMessage::Offline { uid: uid("eve"), user: stranger });
    assert_eq!(stage.see_room(lone.room), before);
}

#[lunatic::test]
fn a_user_whose_room_has_another_process_now_goes_on_with_that(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let mut lone = LoneUser::in_room(&mut stage);
    let asked = lone.player.say(action("1"));
    let (first, command) = lone.room_is_asked(&mut stage, lone.room);
    lone.room.kill();
    let (op, ask) = lone.rooms_are_asked(&mut stage);
    assert_eq!(ask, Ask::Find { room_id: room_id() });
    let other = stage.puppet();
    lone.found(op, Ok(other));
    // The same question, which the former process may not have handled, with the same number.
    assert_eq!(lone.room_is_asked(&mut stage, other), (first, command));
    lone.room_says(FromRoom::Reply(first, Ok(OkBody::Empty)));
    assert_eq!(lone.player.reply(&mut stage, asked), (vec![], Ok(OkBody::Empty)));
    let seen = stage.see_user(lone.player.user);
    assert_eq!(seen.place.map(|place| place.room), Some(ProcessId::of(&other)));
    assert_eq!(seen.monitors, 2, "its socket and the new process");
}

#[lunatic::test]
fn a_user_ignores_a_room_that_it_is_not_in_with_a_line_in_the_log(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let mut lone = LoneUser::in_room(&mut stage);
    let event = EncodedEvent::new(&Event::HostChanged { uid: uid("eve") });
    let said = vec![FromRoom::Event(event)];
    let room_id = RoomId("OTHERR".into()).packed().expect("a room's id");
    lone.player.user.send(UserMessage::Room { room_id, n: 1, said });
    stage.expect_line(&["WARN", "user ann", "HOST_CHANGED", "OTHERR"]);
    lone.room_says(FromRoom::Reply(OpId(77), Ok(OkBody::Empty)));
    stage.expect_line(&["WARN", "user ann", "never asked"]);
    assert_eq!(lone.player.news(&mut stage), []);
}

#[lunatic::test]
fn a_user_ignores_what_a_connection_that_is_not_its_own_says(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let mut ann = Player::guest(&mut stage, "Ann");
    let before = stage.see_user(ann.user);
    let mut former = Player::behind(stage.puppet(), ann.user);
    former.say(ClientMessage::RoomList { game: None });
    let key = SocketKey(ProcessId::of(&former.socket).0);
    ann.user.send(UserMessage::Socket(umbra::process::messages::FromSocket::Drained { socket: key, batches: 1 }));
    assert_eq!(ann.news(&mut stage), []);
    assert_eq!(stage.see_user(ann.user), before);
}

#[lunatic::test]
fn the_room_manager_ignores_news_of_a_room_from_another_process(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let mut ann = Player::guest(&mut stage, "Ann");
    let room_id = ann.create(&mut stage, "relay", None).room_id;
    let list = |stage: &mut Stage, ann: &mut Player| ann.ask(stage, ClientMessage::RoomList { game: None }).1;
    let before = (stage.see_rooms(), list(&mut stage, &mut ann));
    let stranger = ProcessId::of(&ann.user);
    for room_id in [room_id, RoomId("NOROOM".into())] {
        room_manager().send(RoomManagerMessage::Changed { room_id: room_id.clone(), room: stranger, summary: None });
        stage.expect_line(&["WARN", "room manager", &room_id.0]);
        room_manager().send(RoomManagerMessage::Ended { room_id: room_id.clone(), room: stranger });
        stage.expect_line(&["WARN", "room manager", &room_id.0]);
    }
    assert_eq!((stage.see_rooms(), list(&mut stage, &mut ann)), before);
}

#[lunatic::test]
fn the_user_manager_lets_nobody_end_in_the_name_of_another(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let ann = Player::guest(&mut stage, "Ann");
    let before = stage.see_users();
    let stranger = stage.puppet::<UserMessage>();
    for uid in [ann.uid(), uid("nobody")] {
        user_manager().send(UserManagerMessage::Ending { uid: uid.clone(), user: stranger });
        stage.expect_line(&["WARN", "asked to end", &uid.0]);
    }
    assert_eq!(stage.see_users(), before);
}
