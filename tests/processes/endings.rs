//! Ends and restarts: of a user that nobody could come back to, of each child of the root, and of the whole server.

use lunatic::Mailbox;
use umbra::process;
use umbra::process::messages::{SignInAnswer, SocketMessage, UserManagerMessage};
use umbra_machine::settings::Settings;
use umbra_otp::{Incoming, ProcessId, SupervisorMessage, Wire};
use umbra_protocol::{ClientMessage, CloseCode, Control, ErrorCode, Hello, ServerFrame};

use crate::client::Client;
use crate::player::{Player, say_hello};
use crate::server::{self, room_manager, settings, settings_with_port, user_manager};
use crate::stage::{Report, Stage};
use crate::table::{action, in_game};

#[lunatic::test]
fn who_signs_in_in_the_moment_in_which_the_user_ends_gets_a_user(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let mut ann = Player::guest(&mut stage, "Ann");
    let uid = ann.uid();
    for _ in 0..100 {
        // The user is about to end, has asked for leave, has it, or has gone: whichever it is just now.
        ann.drop_out();
        ann.come_back(&mut stage);
        assert_eq!(ann.uid(), uid);
        assert_eq!(ann.news(&mut stage), []);
    }
    stage.until("one user is left", |stage| {
        (stage.see_users().0 == [(uid.clone(), ProcessId::of(&ann.user))]).then_some(())
    });
}

#[lunatic::test]
fn who_is_held_back_while_a_user_may_end_is_brought_to_it_when_it_stays(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let mut ann = Player::guest(&mut stage, "Ann");
    let user = ann.user;
    for _ in 0..20 {
        // In the name of the user, which has a connection and so will not take the leave it gets.
        user_manager().send(UserManagerMessage::Ending { uid: ann.uid(), user });
        let socket = stage.puppet();
        say_hello(socket, ann.resume());
        let newer = Player::behind_hello(&mut stage, socket);
        assert_eq!((newer.user, newer.hello.resumed), (user, true));
        assert_eq!(ann.expect_close(&mut stage), CloseCode::Replaced);
        ann = newer;
    }
    assert_eq!(stage.see_users().0, [(ann.uid(), ProcessId::of(&user))]);
}

#[lunatic::test]
fn a_room_manager_that_dies_brings_its_rooms_back(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, Settings { request_timeout_ms: 1_000, ..settings() });
    let [mut ann, mut bob] = in_game(&mut stage, "relay", ["Ann", "Bob"]);
    let (former, room) = (room_manager(), ProcessId::of(&ann.room()));
    former.kill();
    stage.until("it is back", |_| process::room_manager().filter(|manager| *manager != former));
    stage.expect_end(room);
    stage.until("so is the room", |stage| stage.see_rooms().0.first().filter(|(_, now)| *now != room).map(|_| ()));
    ann.does(&mut stage, ClientMessage::ChatSend { text: "still here".into() });
    assert_eq!(bob.told(&mut stage).id(), "CHAT");
    assert_eq!(bob.news(&mut stage), []);
}

#[lunatic::test]
fn a_journal_that_dies_is_told_everything_again(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let [mut ann, mut bob] = in_game(&mut stage, "relay", ["Ann", "Bob"]);
    let former = process::journal().expect("the journal is there");
    former.kill();
    stage.until("it is back", |_| process::journal().filter(|journal| *journal != former));
    ann.does(&mut stage, ClientMessage::ChatSend { text: "one".into() });
    let room = ann.room();
    room.kill();
    ann.does(&mut stage, ClientMessage::ChatSend { text: "two".into() });
    assert_eq!([bob.told(&mut stage).id(), bob.told(&mut stage).id()], ["CHAT", "CHAT"]);
    assert_eq!(bob.news(&mut stage), []);
}

#[lunatic::test]
fn open_connections_do_not_notice_the_death_of_the_listener(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let settings = settings_with_port();
    server::start(&mut stage, settings.clone());
    let mut before = Client::through_the_listener(&settings).expect("the server listens");
    before.hello("Ann");
    // Started by the root straight after the user manager.
    let listener = ProcessId(ProcessId::of(&user_manager()).0 + 1);
    listener.kill();
    stage.expect_line(&["ERROR", "child listener failed"]);
    let mut after = stage.until("it listens again", |_| Client::through_the_listener(&settings));
    after.hello("Bob");
    for client in [&mut before, &mut after] {
        client.say(r#"{"id":"PING","body":{"clientTimeMs":5}}"#);
        client.next_that_begins(r#"{"id":"PONG","body":{"clientTimeMs":5"#);
    }
}

#[lunatic::test]
fn a_server_that_stops_says_goodbye_to_everybody_and_leaves_no_process(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let root = server::start(&mut stage, settings());
    let mut players = in_game(&mut stage, "relay", ["Ann", "Bob"]);
    players[0].does(&mut stage, action("1"));
    let managers = [ProcessId::of(&user_manager()), ProcessId::of(&room_manager())];
    let room = ProcessId::of(&players[0].room());
    root.handle.send(SupervisorMessage::Stop);
    stage.expect("the normal end of the root", |incoming| match incoming {
        Incoming::Down(id) if id == ProcessId::of(&root.handle) => Ok(()),
        other => Err(other),
    });
    for player in &mut players {
        assert_eq!(player.expect_close(&mut stage), CloseCode::GoingAway);
        assert!(!ProcessId::of(&player.user).is_alive());
    }
    assert!(!room.is_alive() && managers.iter().all(|manager| !manager.is_alive()));
}

#[lunatic::test]
fn a_server_that_drains_tells_everybody_lets_nobody_in_and_stops(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let root = server::start(&mut stage, Settings { drain_ms: 300, ..settings() });
    let mut ann = Player::guest(&mut stage, "Ann");
    user_manager().send(UserManagerMessage::Drain);
    assert_eq!(ann.frame(&mut stage), ServerFrame::Control(Control::ServerDraining { reconnect_after_ms: 300 }));
    let socket = stage.puppet();
    say_hello(socket, Hello::Guest { user_name: "Eve".into() });
    match stage.socket_hears(socket) {
        SocketMessage::SignIn(SignInAnswer::Refused { error, close, .. }) => {
            assert_eq!((error.code, close), (ErrorCode::ServerDraining, Some(CloseCode::GoingAway)));
        }
        other => panic!("expected a refusal, got {other:?}"),
    }
    assert_eq!(ann.expect_close(&mut stage), CloseCode::GoingAway);
    stage.expect_end(ProcessId::of(&root.handle));
}
