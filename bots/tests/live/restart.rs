//! A bot whose process is killed is started again and takes up its session.

use umbra_bots::bot::{self, BotMessage};
use umbra_bots::settings::Settings;
use umbra_bots::supervisor::supervisor;
use umbra_client_core::Payload;
use umbra_client_scenarios::{Server, words};
use umbra_otp::{Handle, Inbox, ProcessLimits, SupervisorMessage, names, spawn_link};
use umbra_protocol::{ClientFrame, ClientMessage, Hello, ServerFrame, Subprotocol};

use crate::port::{Port, SOON, watch_over_this_test};

fn supervise(settings: Settings, inbox: Inbox<SupervisorMessage>) {
    supervisor(&settings).run(inbox, || {});
}

fn say(server: &mut Server<Port>, frame: &ServerFrame) {
    let newest = server.accepted() - 1;
    let payload: Payload<'_> = words::payload(Subprotocol::Bincode, frame);
    server.say(newest, &payload);
}

/// Accepts a connection; how it signs in.
fn sign_in(server: &mut Server<Port>, answer: &ServerFrame) -> Hello {
    server.accept();
    let ClientMessage::Hello(hello) = server.receive().message else { panic!("the first message is HELLO") };
    say(server, answer);
    hello
}

fn bot_process() -> Handle<BotMessage> {
    names::whereis(&bot::name(1)).expect("the bot lives")
}

fn wish(frame: &ClientFrame) -> &'static str {
    frame.message.id()
}

#[lunatic::test]
fn a_bot_that_is_killed_is_started_again_and_takes_up_its_session() {
    watch_over_this_test(SOON * 2);
    let mut server = Server::new(Port::any(), Subprotocol::Bincode);
    let settings = Settings { count: 1, url: server.url(), room: None, game: "tictactoe".into() };
    let limits = ProcessLimits { memory_bytes: None, may_spawn: true };
    spawn_link(settings, supervise, &limits).expect("a process");

    let first = sign_in(&mut server, &words::welcome(1, false, 0));
    assert_eq!(first, Hello::Guest { user_name: "Bot 1".into() });
    assert_eq!(wish(&server.receive()), "ROOM_QUICK_JOIN");

    let killed = bot_process();
    killed.kill();
    let second = sign_in(&mut server, &words::welcome(2, false, 1));
    assert_eq!(second, Hello::Resume { session: words::SESSION.into(), epoch: 0, last_seq: 0 });
    assert_ne!(bot_process(), killed);
    let asked = server.receive();
    assert_eq!((wish(&asked), asked.reference), ("ROOM_QUICK_JOIN", Some(2)), "after what the dead one had asked");
}

#[lunatic::test]
fn a_bot_whose_session_the_server_does_not_know_any_more_signs_in_as_somebody_new() {
    watch_over_this_test(SOON * 2);
    let mut server = Server::new(Port::any(), Subprotocol::Bincode);
    let settings = Settings { count: 1, url: server.url(), room: None, game: "tictactoe".into() };
    let limits = ProcessLimits { memory_bytes: None, may_spawn: true };
    spawn_link(settings, supervise, &limits).expect("a process");
    sign_in(&mut server, &words::welcome(1, false, 0));
    assert_eq!(wish(&server.receive()), "ROOM_QUICK_JOIN");
    server.cut();
    let back = sign_in(&mut server, &words::error(1, umbra_protocol::ErrorCode::BadToken));
    assert!(matches!(back, Hello::Resume { .. }), "{back:?}");
    let anew = sign_in(&mut server, &words::welcome(1, false, 0));
    assert_eq!(anew, Hello::Guest { user_name: "Bot 1".into() });
}
