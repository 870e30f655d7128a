//! The user manager starts every user, the room manager every room; one uid is one process.

use std::collections::BTreeSet;

use lunatic::Mailbox;
use umbra::process::listener::choose_port;
use umbra::process::messages::{SignInAnswer, SocketMessage};
use umbra_machine::settings::Settings;
use umbra_otp::{Handle, ProcessId, Wire};
use umbra_protocol::{ClientMessage, CloseCode, ErrorCode, Hello, OkBody, RoomSpec, WireError};

use crate::player::{Player, say_hello};
use crate::server::{self, settings};
use crate::stage::{Report, Stage};

#[lunatic::test]
fn many_sign_ins_of_one_user_at_once_come_to_one_process(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let before = Player::guest(&mut stage, "Ann");
    let hello = before.resume();
    before.drop_out();
    stage.expect_end(ProcessId::of(&before.user));

    let sockets: Vec<Handle<SocketMessage>> = (0..50).map(|_| stage.puppet()).collect();
    for socket in &sockets {
        say_hello(*socket, hello.clone());
    }
    let users: BTreeSet<_> = sockets.iter().map(|socket| admitted(&mut stage, *socket)).collect();
    assert_eq!(users.len(), 1, "{users:?}");
    let (known, _) = stage.see_users();
    assert_eq!(known, [(before.uid(), *users.first().expect("there is one"))]);
    // The last to come is the one that is served; all others were told that they are replaced.
    let last = sockets.last().expect("there are fifty");
    let served = stage.see_user(server::handle_of(known[0].1)).sockets;
    assert_eq!(served.iter().map(|key| key.0).collect::<Vec<_>>(), [ProcessId::of(last).0]);
}

fn admitted(stage: &mut Stage, socket: Handle<SocketMessage>) -> ProcessId {
    loop {
        match stage.socket_hears(socket) {
            SocketMessage::SignIn(SignInAnswer::Admitted { user, .. }) => return ProcessId::of(&user),
            SocketMessage::User(_) => {}
            other => panic!("expected to be admitted, got {other:?}"),
        }
    }
}

#[lunatic::test]
fn every_user_and_every_room_is_a_process_of_its_own(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let mut players: Vec<_> = (0..10).map(|n| Player::guest(&mut stage, &format!("P{n}"))).collect();
    for player in &mut players {
        player.create(&mut stage, "relay", None);
    }
    let users = players.iter().map(|player| ProcessId::of(&player.user));
    let rooms = players.iter().map(|player| ProcessId::of(&player.room()));
    let all: BTreeSet<_> = users.chain(rooms).collect();
    assert_eq!(all.len(), 20);
    assert!(all.iter().all(|id| id.is_alive()));
}

#[lunatic::test]
fn one_user_more_than_there_may_be_is_refused_and_starts_no_process(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, Settings { users_max: 2, ..settings() });
    let players = ["Ann", "Bob"].map(|name| Player::guest(&mut stage, name));
    let socket = stage.puppet();
    say_hello(socket, Hello::Guest { user_name: "Eve".into() });
    match stage.socket_hears(socket) {
        SocketMessage::SignIn(SignInAnswer::Refused { reference: Some(1), error, close }) => {
            assert_eq!((error.code, close), (ErrorCode::ServerFull, Some(CloseCode::ServerFull)));
        }
        other => panic!("expected a refusal, got {other:?}"),
    }
    assert_eq!(stage.see_users().0.len(), 2);
    // Once somebody has gone there is space again.
    players[0].drop_out();
    stage.expect_end(ProcessId::of(&players[0].user));
    stage.until("it is forgotten", |stage| (stage.see_users().0.len() == 1).then_some(()));
    Player::guest(&mut stage, "Eve");
}

#[lunatic::test]
fn one_room_more_than_there_may_be_is_refused_and_starts_no_process(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, Settings { rooms_max: 1, ..settings() });
    let mut ann = Player::guest(&mut stage, "Ann");
    let mut bob = Player::guest(&mut stage, "Bob");
    ann.create(&mut stage, "relay", None);
    let spec = RoomSpec { game: "relay".into(), seats: None, options: None };
    let create = ClientMessage::RoomCreate { spec, private: false };
    let (_, outcome) = bob.ask(&mut stage, create.clone());
    assert!(matches!(outcome, Err(WireError { code: ErrorCode::ServerFull, .. })), "{outcome:?}");
    assert_eq!(stage.see_rooms().0.len(), 1);
    ann.does(&mut stage, ClientMessage::RoomLeave);
    stage.until("it is forgotten", |stage| stage.see_rooms().0.is_empty().then_some(()));
    assert!(matches!(bob.ask(&mut stage, create).1, Ok(OkBody::Room(_))));
}

#[lunatic::test]
fn port_0_means_a_port_that_the_system_lends_to_nobody_and_any_other_port_itself() {
    let asked = "127.0.0.1:0".parse().expect("an address");
    for _ in 0..20 {
        let chosen = choose_port(asked);
        assert_eq!(chosen.ip(), asked.ip());
        assert!((10_000..=32_000).contains(&chosen.port()), "{chosen}");
    }
    let fixed = "127.0.0.1:43210".parse().expect("an address");
    assert_eq!(choose_port(fixed), fixed);
}
