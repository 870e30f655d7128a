//! Handles that are out of date are refreshed; what does not fit what is held is a line in the log, never a guess.

use lunatic::Mailbox;
use umbra::process::messages::{FromRoom, RoomManagerMessage, RoomMessage, UserManagerMessage, UserMessage};
use umbra::process::room::{self, RoomArgs};
use umbra_machine::room::{Command, OpId, RoomLimits, RoomPlan};
use umbra_machine::session::{Ask, SocketKey};
use umbra_machine::settings::LogLevel;
use umbra_otp::{Handle, ProcessId, Wire, spawn};
use umbra_protocol::{ClientMessage, EncodedEvent, Event, GameValue, JoinAs, OkBody, RoomId, Uid, UserName};

use crate::lone_user::{LoneUser, room_id};
use crate::player::Player;
use crate::server::{self, room_manager, settings, user_manager};
use crate::stage::{LIMITS, Report, Stage};
use crate::table::action;

/// A real room, and Ann in it, played by the test.
struct LoneRoom {
    room: Handle<RoomMessage>,
    ann: Handle<UserMessage>,
}

fn uid(name: &str) -> Uid {
    Uid(name.into())
}

fn join(name: &str) -> Command {
    Command::Join { user_name: UserName::parse(name).expect("a name"), join_as: JoinAs::Player }
}

impl LoneRoom {
    fn new(stage: &mut Stage) -> Self {
        let plan = RoomPlan {
            room_id: RoomId("REALRM".into()),
            game: "relay".into(),
            options: r#"{"autoStart":false}"#.into(),
            seats: 8,
            private: true,
            creator: uid("ann"),
            seed: 7,
        };
        let args = RoomArgs { plan, limits: RoomLimits::of(&settings()), log_level: LogLevel::Warn, again: false };
        let room = spawn(args, room::run, &LIMITS).expect("there is room for a process");
        let ann = stage.puppet();
        let lone = Self { room, ann };
        lone.command("ann", ann, 1, join("ann"));
        assert!(lone.reply(stage, ann, 1).is_ok());
        lone
    }

    fn command(&self, who: &str, user: Handle<UserMessage>, op: u64, command: Command) {
        self.room.send(RoomMessage::Command { uid: uid(who), user, op: OpId(op), origin: None, command });
    }

    /// Waits for a reply to this user.
    fn reply(&self, stage: &mut Stage, user: Handle<UserMessage>, op: u64) -> crate::player::Outcome {
        loop {
            if let UserMessage::Room { said, .. } = stage.user_hears(user) {
                for what in said {
                    if let FromRoom::Reply(OpId(to), outcome) = what {
                        assert_eq!(to, op);
                        return outcome;
                    }
                }
            }
        }
    }
}

#[lunatic::test]
fn a_room_takes_a_new_process_of_a_member_whose_old_one_is_dead(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    // The new process must be heard of before the death of the old one is: how it comes about is up to the scheduler, so
    // it is tried until it does. A room that refused such a process would never pass.
    stage.until("a handle is refreshed", |stage| {
        let lone = LoneRoom::new(stage);
        let old = stage.puppet::<UserMessage>();
        let new = stage.puppet::<UserMessage>();
        old.kill();
        while ProcessId::of(&old).is_alive() {}
        for op in 2..100 {
            lone.command("ann", lone.ann, op, Command::Chat { text: "to keep the room busy".into() });
        }
        lone.command("bob", old, 1, join("bob"));
        lone.command("bob", new, 1, Command::Ready { ready: true });
        let outcome = lone.reply(stage, new, 1);
        if outcome.is_err() {
            return None;
        }
        let seen = stage.see_room(lone.room);
        assert_eq!(outcome, Ok(OkBody::Empty));
        assert_eq!(seen.members, [(uid("ann"), ProcessId::of(&lone.ann)), (uid("bob"), ProcessId::of(&new))]);
        assert_eq!(seen.monitors, 2, "the old process is watched no more");
        Some(())
    });
}

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
    lone.player.user.send(UserMessage::Room { room_id: RoomId("OTHERR".into()), n: 1, said });
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
    ann.user.send(UserMessage::Socket(umbra::process::messages::FromSocket::Drained(key)));
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
