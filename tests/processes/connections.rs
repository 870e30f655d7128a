//! A connection: it forwards what passes and decides nothing, and its processes (two in the guest, one at a native edge) end
//! together.

use lunatic::Mailbox;
use umbra::process::messages::{FromSocket, SignInAnswer, SocketMessage, ToSocket, UserManagerMessage, UserMessage};
use umbra::process::{USER_MANAGER, edge};
use umbra_machine::receipts::ONE_AT_A_TIME;
use umbra_machine::session::{AttachKind, Inbound, OutFrame, SocketKey};
use umbra_machine::settings::Settings;
use umbra_otp::{Handle, ProcessId, Wire, names};
use umbra_protocol::{
    ClientFrame, ClientMessage, CloseCode, ErrorCode, Event, GameValue, Hello, LeaveReason, Subprotocol, Uid, UserName,
};

use crate::client::{Client, reader_of};
use crate::player::Player;
use crate::server::{self, settings};
use crate::stage::{Report, Stage};

/// A real connection that has said `HELLO` and waits for the user manager, which the test plays.
fn signing_in(stage: &mut Stage, settings: &Settings) -> (Client, Handle<SocketMessage>) {
    let manager = stage.puppet();
    names::register(USER_MANAGER, manager);
    let (mut client, socket) = Client::connect(stage, settings);
    client.say(r#"{"id":"HELLO","ref":1,"body":{"userName":"Ann"}}"#);
    match stage.user_manager_hears(manager) {
        UserManagerMessage::SignIn { socket: asking, subprotocol, window, reference, hello, .. } => {
            assert_eq!((asking, subprotocol, window, reference), (socket, Subprotocol::Json, this_window(), Some(1)));
            assert_eq!(hello, Hello::Guest { user_name: "Ann".into() });
        }
        other => panic!("expected a HELLO, got {other:?}"),
    }
    (client, socket)
}

/// How many batches a connection takes at a time.
fn this_window() -> u16 {
    const NATIVE: u16 = 32;
    if edge().is_some() { NATIVE } else { ONE_AT_A_TIME }
}

fn admitted(user: Handle<UserMessage>) -> SocketMessage {
    let user_name = UserName::parse("Ann").expect("a name");
    let (uid, sid) = (Uid("ann".into()), "sign-in".to_owned());
    SocketMessage::SignIn(SignInAnswer::Admitted { uid, user_name, sid, user })
}

fn text(content: &str) -> OutFrame<'_> {
    OutFrame { subprotocol: Subprotocol::Json, content: content.as_bytes() }
}

fn deliver(frames: &[OutFrame<'_>], answers: &[u64]) -> ToSocket {
    ToSocket::Deliver { frames: frames.iter().copied().collect(), answers: answers.to_vec() }
}

/// A real connection whose user the test plays.
fn signed_in(stage: &mut Stage) -> (Client, Handle<SocketMessage>, Handle<UserMessage>) {
    let (client, socket) = signing_in(stage, &settings());
    let user = stage.puppet();
    socket.send(admitted(user));
    (client, socket, user)
}

#[lunatic::test]
fn a_socket_forwards_exactly_what_the_client_says_in_order(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let (mut client, socket, user) = signed_in(&mut stage);
    let key = SocketKey(ProcessId::of(&socket).0);
    client.say(r#"{"id":"GAME_ACTION","ref":1,"ack":41,"body":{"action":{"any":[1,"é"]}}}"#);
    client.say(r#"{"id":"ROOM_LEAVE","ref":2}"#);
    client.say(r#"{"id":"NO_SUCH_THING","ref":3}"#);
    let action = GameValue::trusted(r#"{"any":[1,"é"]}"#.into());
    let expected = [
        ClientFrame { reference: Some(1), ack: Some(41), message: ClientMessage::GameAction { action } },
        ClientFrame { reference: Some(2), ack: None, message: ClientMessage::RoomLeave },
    ];
    for frame in expected {
        let expected = FromSocket::Inbound { socket: key, inbound: Box::new(Inbound::Frame(frame)), drained: 0 };
        match stage.user_hears(user) {
            UserMessage::Socket(said) => assert_eq!(said, expected),
            other => panic!("expected what the client said, got {other:?}"),
        }
    }
    // What has a `ref` and cannot be carried out goes to the user as well, which answers it in its turn.
    match stage.user_hears(user) {
        UserMessage::Socket(FromSocket::Inbound { socket, inbound, drained: 0 }) => match *inbound {
            Inbound::Refused { reference: 3, ack: None, error } => {
                assert_eq!((socket, error.code), (key, ErrorCode::UnknownId));
            }
            other => panic!("expected a refusal, got {other:?}"),
        },
        other => panic!("expected a refusal, got {other:?}"),
    }
}

#[lunatic::test]
fn a_socket_writes_exactly_what_its_user_delivers_and_then_says_that_it_can_take_more(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let (mut client, socket, user) = signed_in(&mut stage);
    let drained = FromSocket::Drained { socket: SocketKey(ProcessId::of(&socket).0), batches: 1 };
    let frames = ["one", "two", "three"].map(text);
    for batch in [&frames[..2], &frames[2..]] {
        socket.send(SocketMessage::User(deliver(batch, &[])));
        match stage.user_hears(user) {
            UserMessage::Socket(said) => assert_eq!(said, drained),
            other => panic!("expected to hear that it is written, got {other:?}"),
        }
    }
    assert_eq!([client.next(), client.next(), client.next()], ["one", "two", "three"]);
}

#[lunatic::test]
fn a_socket_whose_user_dies_asks_for_its_next_process_and_hands_it_what_has_no_answer(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let manager = stage.puppet();
    let (mut client, socket, user) = signed_in(&mut stage);
    names::register(USER_MANAGER, manager);
    let answered = [text("answered")];
    for reference in [1, 2] {
        client.say(&format!(r#"{{"id":"ROOM_LEAVE","ref":{reference}}}"#));
        stage.user_hears(user);
    }
    socket.send(SocketMessage::User(deliver(&answered, &[1])));
    assert_eq!(client.next(), "answered");
    stage.user_hears(user);
    user.kill();
    match stage.user_manager_hears(manager) {
        UserManagerMessage::Return { uid, socket: asking, attach } => {
            assert_eq!((uid.0.as_str(), asking, attach.kind), ("ann", socket, AttachKind::Live));
            assert_eq!((attach.sid.as_str(), attach.socket.0), ("sign-in", ProcessId::of(&socket).0));
        }
        other => panic!("expected to be asked for the user, got {other:?}"),
    }
    // Meanwhile nothing is lost, and nothing handed in.
    client.say(r#"{"id":"ROOM_LEAVE","ref":3}"#);
    let next = stage.puppet();
    socket.send(admitted(next));
    for expected in [2, 3] {
        match stage.user_hears(next) {
            UserMessage::Socket(FromSocket::Inbound { inbound, .. }) => assert_eq!(inbound.reference(), Some(expected)),
            other => panic!("expected action {expected}, got {other:?}"),
        }
    }
}

#[lunatic::test]
fn a_hello_that_nobody_answers_in_time_ends_the_connection_even_if_an_answer_comes_late(
    mailbox: Mailbox<Report, Wire>,
) {
    let mut stage = Stage::new(mailbox);
    let impatient = Settings { request_timeout_ms: 50, close_timeout_ms: 50, heartbeat_ms: 600_000, ..settings() };
    let (mut client, socket) = signing_in(&mut stage, &impatient);
    let error = client.next();
    assert!(error.starts_with(r#"{"id":"ERROR","ref":null,"body":{"code":"INTERNAL""#), "{error}");
    // The client does not answer the goodbye.
    assert_eq!(client.goodbye(), 1011);
    socket.send(admitted(stage.puppet()));
    stage.expect_end(ProcessId::of(&socket));
}

#[lunatic::test]
fn a_connection_that_its_user_closes_says_goodbye_and_ends(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let (mut client, socket, _user) = signed_in(&mut stage);
    let reader = reader_of(&mut stage, socket);
    socket.send(SocketMessage::User(ToSocket::Close(CloseCode::TooSlow)));
    assert_eq!(client.end(), Some(4004));
    stage.expect_end(ProcessId::of(&socket));
    reader.into_iter().for_each(|reader| stage.expect_end(reader));
}

#[lunatic::test]
fn a_connection_whose_user_dies_and_does_not_come_back_is_closed_as_a_fault_of_the_server(
    mailbox: Mailbox<Report, Wire>,
) {
    let mut stage = Stage::new(mailbox);
    let impatient = Settings { request_timeout_ms: 300, ..settings() };
    let (mut client, socket) = signing_in(&mut stage, &impatient);
    let user = stage.puppet();
    socket.send(admitted(user));
    socket.send(SocketMessage::User(deliver(&[text("hello")], &[])));
    assert_eq!(client.next(), "hello");
    stage.user_hears(user);
    let reader = reader_of(&mut stage, socket);
    user.kill();
    assert_eq!(client.end(), Some(1011));
    stage.expect_end(ProcessId::of(&socket));
    reader.into_iter().for_each(|reader| stage.expect_end(reader));
}

/// Ann waits in a room; Bob comes in over a real connection, which then ends in some way.
fn bobs_connection_ends(mailbox: Mailbox<Report, Wire>, way: impl FnOnce(Client, ProcessId, Option<ProcessId>)) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let mut ann = Player::guest(&mut stage, "Ann");
    let room_id = ann.create(&mut stage, "relay", Some(2)).room_id;
    let (mut client, socket) = Client::guest(&mut stage, &settings(), "Bob");
    client.say(&format!(r#"{{"id":"ROOM_JOIN","ref":1,"body":{{"roomId":"{room_id}"}}}}"#));
    client.next_that_begins(r#"{"id":"OK","ref":1"#);
    assert_eq!(ann.news(&mut stage).last().map(Event::id), Some("USER_JOINED"));

    let reader = reader_of(&mut stage, socket);
    way(client, ProcessId::of(&socket), reader);
    stage.expect_end(ProcessId::of(&socket));
    reader.into_iter().for_each(|reader| stage.expect_end(reader));
    match ann.told(&mut stage) {
        Event::UserLeft { reason, .. } => assert_eq!(reason, LeaveReason::Offline),
        other => panic!("expected Bob to be offline, got {other:?}"),
    }
}

#[lunatic::test]
fn when_the_client_closes_both_processes_end_and_the_user_is_offline(mailbox: Mailbox<Report, Wire>) {
    bobs_connection_ends(mailbox, |mut client, _, _| client.close());
}

#[lunatic::test]
fn when_the_client_vanishes_both_processes_end_and_the_user_is_offline(mailbox: Mailbox<Report, Wire>) {
    bobs_connection_ends(mailbox, |client, _, _| drop(client));
}

#[lunatic::test]
fn when_the_reader_dies_the_socket_ends_and_the_user_is_offline(mailbox: Mailbox<Report, Wire>) {
    // A native connection has no reader: there it is the socket that dies.
    bobs_connection_ends(mailbox, |mut client, socket, reader| {
        reader.unwrap_or(socket).kill();
        client.end();
    });
}

#[lunatic::test]
fn when_the_socket_dies_the_reader_ends_and_the_user_is_offline(mailbox: Mailbox<Report, Wire>) {
    bobs_connection_ends(mailbox, |mut client, socket, _| {
        socket.kill();
        client.end();
    });
}
