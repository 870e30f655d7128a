//! The bytes of the protocols between socket and user, and between listener and edge (docs/socket-protocol.md), kept in git:
//! whoever else is to own connections one day has to speak exactly this.
//!
//! They are taken from the mailbox as the runtime carried them. `UPDATE_GOLDEN=1` writes the file anew.

use std::fmt::Write;

use lunatic::Mailbox;
use lunatic::host::api::message;
use serde::Serialize;
use serde::de::DeserializeOwned;
use umbra::process::messages::{
    EDGE_PROTOCOL, EdgeMessage, FromSocket, ListenerMessage, Place, SocketMessage, ToSocket, UserMessage,
};
use umbra::process::operator::Task;
use umbra_http::{Asset, Target};
use umbra_machine::session::{Inbound, OutFrame, OutFrames, SocketKey};
use umbra_otp::{ProcessId, Wire};
use umbra_protocol::{
    ClientFrame, ClientMessage, CloseCode, ErrorCode, GameValue, JoinAs, RoomId, RoomSpec, Subprotocol, Uid, WireError,
};

#[lunatic::test]
fn what_a_socket_tells_its_user_has_the_bytes_that_are_kept_in_git(mailbox: Mailbox<UserMessage, Wire>) {
    let golden = Golden::of("to_user", from_socket(), |said| carried(&mailbox, UserMessage::Socket(said)));
    for (name, said) in from_socket() {
        post(&golden.bytes(&name));
        match mailbox.receive() {
            UserMessage::Socket(read) => assert_eq!(read, said, "{name}"),
            other => panic!("{name} reads back as {other:?}"),
        }
    }
}

#[lunatic::test]
fn what_a_user_tells_its_socket_has_the_bytes_that_are_kept_in_git(mailbox: Mailbox<SocketMessage, Wire>) {
    let golden = Golden::of("to_socket", to_socket(), |said| carried(&mailbox, SocketMessage::User(said)));
    for (name, said) in to_socket() {
        post(&golden.bytes(&name));
        match mailbox.receive() {
            SocketMessage::User(read) => assert_eq!(read, said, "{name}"),
            other => panic!("{name} reads back as {other:?}"),
        }
    }
}

#[lunatic::test]
fn what_a_listener_tells_an_edge_has_the_bytes_that_are_kept_in_git(mailbox: Mailbox<EdgeMessage, Wire>) {
    holds("to_edge", to_edge, &mailbox);
}

#[lunatic::test]
fn what_an_edge_tells_a_listener_has_the_bytes_that_are_kept_in_git(mailbox: Mailbox<ListenerMessage, Wire>) {
    holds("to_listener", to_listener, &mailbox);
}

/// What is read back from the kept bytes is written as them again.
fn holds<M: Serialize + DeserializeOwned>(file: &str, all: fn() -> Vec<(String, M)>, mailbox: &Mailbox<M, Wire>) {
    let golden = Golden::of(file, all(), |message| carried(mailbox, message));
    for (name, _) in all() {
        let bytes = golden.bytes(&name);
        post(&bytes);
        assert_eq!(carried(mailbox, mailbox.receive()), bytes, "{name}");
    }
}

#[lunatic::test]
fn every_message_that_a_socket_forwards_is_among_the_golden_ones() {
    let named: Vec<_> = from_socket().into_iter().map(|(name, _)| name).collect();
    for id in ClientMessage::IDS.into_iter().filter(|id| *id != "HELLO") {
        assert!(named.contains(&format!("Inbound Frame {id}")), "{id}");
    }
}

/// By name: what a socket says.
fn from_socket() -> Vec<(String, FromSocket)> {
    let key = SocketKey(0x0102_0304_0506_0708);
    let inbound = |inbound, drained| FromSocket::Inbound { socket: key, inbound: Box::new(inbound), drained };
    let spec = RoomSpec {
        game: "relay".into(),
        seats: Some(8),
        options: Some(GameValue::trusted(r#"{"autoStart":true}"#.into())),
    };
    let messages = [
        ClientMessage::Ping { client_time_ms: -7 },
        ClientMessage::RoomList { game: None },
        ClientMessage::RoomCreate { spec: spec.clone(), private: true },
        ClientMessage::RoomJoin { room_id: RoomId("8KQ2ZT".into()), join_as: JoinAs::Spectator },
        ClientMessage::RoomQuickJoin { spec },
        ClientMessage::RoomLeave,
        ClientMessage::RoomReady { ready: true },
        ClientMessage::RoomKick { uid: Uid("u2".into()) },
        ClientMessage::RoomDissolve,
        ClientMessage::GameStart,
        ClientMessage::GameAction { action: GameValue::trusted(r#"{"type":"PLACE","cell":4}"#.into()) },
        ClientMessage::ChatSend { text: "你好".into() },
    ];
    let frames = messages.into_iter().map(|message| {
        let name = format!("Inbound Frame {}", message.id());
        (name, inbound(Inbound::Frame(ClientFrame { reference: Some(7), ack: Some(41), message }), 0))
    });
    let bare = ClientFrame { reference: None, ack: None, message: ClientMessage::RoomLeave };
    let error = WireError::new(ErrorCode::UnknownId, "no such message");
    frames
        .chain([
            ("Inbound Frame without ref and ack".into(), inbound(Inbound::Frame(bare.clone()), 0)),
            ("Inbound Refused".into(), inbound(Inbound::Refused { reference: 7, ack: Some(41), error }, 0)),
            ("Inbound and drained".into(), inbound(Inbound::Frame(bare), 513)),
            ("Drained".into(), FromSocket::Drained { socket: key, batches: 513 }),
        ])
        .collect()
}

/// By name: what a user says.
fn to_socket() -> Vec<(String, ToSocket)> {
    let frames = [(Subprotocol::Json, &b"{}"[..]), (Subprotocol::Bincode, &[0, 127, 255])];
    let frames = frames.map(|(subprotocol, content)| OutFrame { subprotocol, content }).into_iter().collect();
    let place = Place { room_id: RoomId("8KQ2ZT".into()), room: ProcessId(258) };
    let closes = [
        CloseCode::Normal,
        CloseCode::GoingAway,
        CloseCode::Protocol,
        CloseCode::FrameType,
        CloseCode::NotUtf8,
        CloseCode::TooBig,
        CloseCode::Internal,
        CloseCode::Replaced,
        CloseCode::HelloTimeout,
        CloseCode::BadToken,
        CloseCode::TooSlow,
        CloseCode::TooMany,
        CloseCode::HeartbeatMissed,
        CloseCode::Kicked,
        CloseCode::ServerFull,
    ];
    let closes = closes.map(|code| (format!("Close {code:?}"), ToSocket::Close(code)));
    [
        ("Deliver".to_owned(), ToSocket::Deliver { frames, answers: vec![7] }),
        ("Deliver nothing".to_owned(), ToSocket::Deliver { frames: OutFrames::default(), answers: vec![] }),
        ("Room".to_owned(), ToSocket::Room(Some(place))),
        ("Room none".to_owned(), ToSocket::Room(None)),
    ]
    .into_iter()
    .chain(closes)
    .collect()
}

/// By name: what a listener says to an edge.
fn to_edge() -> Vec<(String, EdgeMessage)> {
    let page = Asset {
        path: "index.html".into(),
        content_type: "text/html".into(),
        etag: r#"W/"1""#.into(),
        gzip: [31, 139].as_slice().into(),
    };
    let open = EdgeMessage::Open {
        protocol: EDGE_PROTOCOL,
        listener: ProcessId(258).handle(),
        settings: Box::default(),
        assets: vec![page],
    };
    let bind = "127.0.0.1:4000".parse().expect("an address");
    [("Open", open), ("Close", EdgeMessage::Close { bind }), ("Inspect", EdgeMessage::Inspect(ProcessId(258).handle()))]
        .map(|(name, message)| (name.to_owned(), message))
        .into()
}

/// By name: what an edge says to a listener.
fn to_listener() -> Vec<(String, ListenerMessage)> {
    let operate = |task| ListenerMessage::Operate { task, socket: ProcessId(258).handle() };
    let address = "[::1]:4000".parse().expect("an address");
    [
        ("Opened", ListenerMessage::Opened { address }),
        ("Refused", ListenerMessage::Refused { why: "the address is in use".into() }),
        ("Operate Kill", operate(Task::Kill(Target::Journal))),
        ("Operate Processes", operate(Task::Processes)),
        ("Stop", ListenerMessage::Stop),
    ]
    .map(|(name, message)| (name.to_owned(), message))
    .into()
}

/// The bytes of a message to oneself.
fn carried<M: Serialize + DeserializeOwned>(mailbox: &Mailbox<M, Wire>, message: M) -> Vec<u8> {
    mailbox.this().send(message);
    let any: [i64; 0] = [];
    // SAFETY: an empty list of tags means any message, u64::MAX no time limit; then there is a message, whose size is
    // that of the buffer.
    unsafe {
        message::receive(any.as_ptr(), any.len(), u64::MAX);
        let mut bytes = vec![0; usize::try_from(message::data_size()).expect("it fits into memory")];
        message::read_data(bytes.as_mut_ptr(), bytes.len());
        bytes
    }
}

/// Sends bytes to oneself as they are.
fn post(bytes: &[u8]) {
    let ordinary_message = 0;
    // SAFETY: the bytes are read while the call lasts; a message to this process comes into this process's mailbox.
    unsafe {
        message::create_data(ordinary_message, bytes.len() as u64);
        message::write_data(bytes.as_ptr(), bytes.len());
        message::send(lunatic::host::process_id());
    }
}

/// One file: a line for each message, with its name and its bytes.
struct Golden {
    kept: String,
}

impl Golden {
    /// The file as it is kept, which is as it must be.
    fn of<T>(file: &str, messages: Vec<(String, T)>, carry: impl Fn(T) -> Vec<u8>) -> Self {
        let path = format!("tests/processes/golden/{file}.txt");
        let now: String =
            messages.into_iter().map(|(name, message)| format!("{name}: {}\n", hex(&carry(message)))).collect();
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&path, &now).expect("the golden folder is in the checkout");
        }
        let kept = std::fs::read_to_string(&path).expect("the golden files are in the checkout");
        for (kept, now) in kept.lines().zip(now.lines()) {
            assert_eq!(kept, now, "the protocol changed; on purpose: UPDATE_GOLDEN=1");
        }
        assert_eq!(kept.len(), now.len(), "messages came or went; on purpose: UPDATE_GOLDEN=1");
        Self { kept }
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        let beginning = format!("{name}: ");
        let hex = self.kept.lines().find_map(|line| line.strip_prefix(&beginning)).expect("each has its line");
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal")).collect()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to text does not fail");
        text
    })
}
