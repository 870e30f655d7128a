//! One frame of every kind there is, with the name it has among the golden frames.

use umbra_protocol::*;

/// Every client message, every form of `HELLO`, and the optional fields both there and not.
pub fn client_frames() -> Vec<(&'static str, ClientFrame)> {
    use ClientMessage as M;
    let numbered = |reference, message| ClientFrame {
        reference: Some(reference),
        ack: None,
        message,
    };
    let session = "c2Vzc2lvbg".to_owned();
    let spec = |seats, options| RoomSpec {
        game: "undercover".into(),
        seats,
        options,
    };
    let options = value(r#"{"speakMs":45000}"#);
    vec![
        (
            "HELLO as a guest",
            numbered(
                1,
                M::Hello(Hello::Guest {
                    user_name: "Ann".into(),
                }),
            ),
        ),
        (
            "HELLO with a token",
            unnumbered(M::Hello(Hello::Token {
                token: "aaa.bbb.ccc".into(),
            })),
        ),
        (
            "HELLO to resume",
            numbered(
                1,
                M::Hello(Hello::Resume {
                    session,
                    epoch: 3,
                    last_seq: 41,
                }),
            ),
        ),
        (
            "PING",
            unnumbered(M::Ping {
                client_time_ms: 1_700_000_000_123,
            }),
        ),
        ("ROOM_LIST", numbered(1, M::RoomList { game: None })),
        (
            "ROOM_LIST of a game",
            numbered(
                2,
                M::RoomList {
                    game: Some("relay".into()),
                },
            ),
        ),
        (
            "ROOM_CREATE",
            numbered(
                3,
                M::RoomCreate {
                    spec: spec(None, None),
                    private: false,
                },
            ),
        ),
        (
            "ROOM_CREATE with all",
            numbered(
                4,
                M::RoomCreate {
                    spec: spec(Some(6), Some(options.clone())),
                    private: true,
                },
            ),
        ),
        (
            "ROOM_JOIN",
            numbered(
                5,
                M::RoomJoin {
                    room_id: room_id(),
                    join_as: JoinAs::Player,
                },
            ),
        ),
        (
            "ROOM_JOIN to watch",
            numbered(
                6,
                M::RoomJoin {
                    room_id: room_id(),
                    join_as: JoinAs::Spectator,
                },
            ),
        ),
        (
            "ROOM_QUICK_JOIN",
            numbered(
                7,
                M::RoomQuickJoin {
                    spec: spec(Some(4), Some(options)),
                },
            ),
        ),
        ("ROOM_LEAVE", numbered(8, M::RoomLeave)),
        ("ROOM_READY", numbered(9, M::RoomReady { ready: true })),
        ("ROOM_KICK", numbered(10, M::RoomKick { uid: uid("u2") })),
        ("ROOM_DISSOLVE", numbered(11, M::RoomDissolve)),
        ("GAME_START", numbered(12, M::GameStart)),
        (
            "GAME_ACTION",
            ClientFrame {
                ack: Some(42),
                ..numbered(13, M::GameAction { action: speak() })
            },
        ),
        (
            "GAME_ACTION null",
            numbered(
                14,
                M::GameAction {
                    action: value("null"),
                },
            ),
        ),
        (
            "CHAT_SEND",
            numbered(
                15,
                M::ChatSend {
                    text: "你好, \"Ann\"\n".into(),
                },
            ),
        ),
    ]
}

/// Every form of `OK`, every error code, every event with its alternatives, every control message.
pub fn server_frames() -> Vec<(String, ServerFrame)> {
    let ok = |reference, body| ServerFrame::Ok {
        reference: Some(reference),
        body,
    };
    let mut frames = vec![
        ("OK".to_owned(), ok(8, OkBody::Empty)),
        (
            "OK without a ref".to_owned(),
            ServerFrame::Ok {
                reference: None,
                body: OkBody::Hello(Box::new(hello_ok(None))),
            },
        ),
        (
            "OK to HELLO".to_owned(),
            ok(1, OkBody::Hello(Box::new(hello_ok(Some(playing()))))),
        ),
        (
            "OK to ROOM_LIST".to_owned(),
            ok(2, OkBody::Rooms(vec![summary()])),
        ),
        (
            "OK to ROOM_CREATE".to_owned(),
            ok(3, OkBody::Room(Box::new(waiting()))),
        ),
        (
            "OK to GAME_ACTION".to_owned(),
            ok(13, OkBody::Answer(value(r#"{"n":1}"#))),
        ),
    ];
    let error = |reference, code, message: &str| ServerFrame::Error {
        reference,
        error: WireError::new(code, message),
    };
    let full = "room 8KQ2ZT has 4 of 4 seats taken";
    frames.push((
        "ERROR without a ref".to_owned(),
        error(None, ErrorCode::BadMessage, "the frame is not JSON"),
    ));
    frames.extend(
        ERROR_CODES
            .iter()
            .map(|(name, code)| (format!("ERROR {name}"), error(Some(7), *code, full))),
    );
    let events = events().into_iter().zip(1..);
    frames.extend(
        events.map(|((name, event), seq)| (name.to_owned(), ServerFrame::Event { seq, event })),
    );
    let pong = Control::Pong {
        client_time_ms: -5,
        server_time_ms: 1_700_000_000_456,
    };
    frames.push(("PONG".to_owned(), ServerFrame::Control(pong)));
    frames.push((
        "REPLACED".to_owned(),
        ServerFrame::Control(Control::Replaced),
    ));
    let draining = Control::ServerDraining {
        reconnect_after_ms: 2000,
    };
    frames.push(("SERVER_DRAINING".to_owned(), ServerFrame::Control(draining)));
    frames
}

/// Every event, and every reason that one can give.
pub fn events() -> Vec<(&'static str, Event)> {
    use Event as E;
    let (seat, uid, user_name) = (Seat(1), uid("u2"), name("Bob"));
    let left = |reason| E::UserLeft {
        seat: Some(Seat(1)),
        uid: Uid("u2".into()),
        reason,
    };
    let skipped = |reason| E::TurnSkipped {
        seat: Seat(1),
        reason,
    };
    let dissolved = |reason| E::RoomDissolved { reason };
    vec![
        (
            "USER_JOINED",
            E::UserJoined {
                seat: Some(seat),
                uid: uid.clone(),
                user_name: user_name.clone(),
            },
        ),
        (
            "USER_JOINED to watch",
            E::UserJoined {
                seat: None,
                uid: uid.clone(),
                user_name: user_name.clone(),
            },
        ),
        ("USER_LEFT LEFT", left(LeaveReason::Left)),
        ("USER_LEFT OFFLINE", left(LeaveReason::Offline)),
        ("USER_LEFT FLED", left(LeaveReason::Fled)),
        ("USER_LEFT KICKED", left(LeaveReason::Kicked)),
        ("USER_LEFT CRASHED", left(LeaveReason::Crashed)),
        (
            "USER_LEFT from watching",
            E::UserLeft {
                seat: None,
                uid: uid.clone(),
                reason: LeaveReason::Left,
            },
        ),
        (
            "USER_OFFLINE",
            E::UserOffline {
                seat,
                uid: uid.clone(),
            },
        ),
        (
            "USER_ONLINE",
            E::UserOnline {
                seat,
                uid: uid.clone(),
            },
        ),
        (
            "USER_READY",
            E::UserReady {
                seat,
                uid: uid.clone(),
                ready: true,
            },
        ),
        ("HOST_CHANGED", E::HostChanged { uid: uid.clone() }),
        (
            "GAME_STARTED",
            E::GameStarted {
                view: value(r#"{"round":1,"word":"茶"}"#),
                turn: Some(turn()),
            },
        ),
        (
            "GAME_STARTED without turns",
            E::GameStarted {
                view: value(r#"{"n":0}"#),
                turn: None,
            },
        ),
        ("TURN_STARTED", E::TurnStarted(turn())),
        (
            "TURN_STARTED for ever",
            E::TurnStarted(Turn {
                seats: vec![Seat(0), Seat(1)],
                deadline_ms: None,
                ..turn()
            }),
        ),
        ("TURN_SKIPPED OFFLINE", skipped(SkipReason::Offline)),
        ("TURN_SKIPPED TIMEOUT", skipped(SkipReason::Timeout)),
        (
            "GAME_EVENT",
            E::GameEvent {
                event: value(r#"{"type":"VOTED","seat":1}"#),
            },
        ),
        (
            "GAME_OVER",
            E::GameOver {
                outcome: value(r#"{"result":"DRAW"}"#),
            },
        ),
        (
            "CHAT",
            E::Chat {
                uid,
                user_name,
                text: "你好, \"Ann\"\n".into(),
            },
        ),
        ("ROOM_DISSOLVED HOST", dissolved(DissolveReason::Host)),
        ("ROOM_DISSOLVED EMPTY", dissolved(DissolveReason::Empty)),
        ("ROOM_DISSOLVED FAILED", dissolved(DissolveReason::Failed)),
        (
            "RESYNC",
            E::Resync {
                epoch: 4,
                room: Some(Box::new(playing())),
            },
        ),
        (
            "RESYNC outside a room",
            E::Resync {
                epoch: 4,
                room: None,
            },
        ),
        ("KICKED", E::Kicked),
    ]
}

/// Every error code under its name on the wire, in the order of the binary encoding.
pub const ERROR_CODES: [(&str, ErrorCode); 24] = [
    ("BAD_MESSAGE", ErrorCode::BadMessage),
    ("UNKNOWN_ID", ErrorCode::UnknownId),
    ("STALE_REF", ErrorCode::StaleRef),
    ("NOT_AUTHENTICATED", ErrorCode::NotAuthenticated),
    ("BAD_TOKEN", ErrorCode::BadToken),
    ("BAD_NAME", ErrorCode::BadName),
    ("UNKNOWN_GAME", ErrorCode::UnknownGame),
    ("BAD_OPTIONS", ErrorCode::BadOptions),
    ("ROOM_NOT_FOUND", ErrorCode::RoomNotFound),
    ("ROOM_FULL", ErrorCode::RoomFull),
    ("ROOM_IN_GAME", ErrorCode::RoomInGame),
    ("ALREADY_IN_ROOM", ErrorCode::AlreadyInRoom),
    ("NOT_IN_ROOM", ErrorCode::NotInRoom),
    ("NOT_HOST", ErrorCode::NotHost),
    ("NOT_READY", ErrorCode::NotReady),
    ("NOT_ENOUGH_PLAYERS", ErrorCode::NotEnoughPlayers),
    ("GAME_NOT_RUNNING", ErrorCode::GameNotRunning),
    ("NOT_YOUR_TURN", ErrorCode::NotYourTurn),
    ("ILLEGAL_ACTION", ErrorCode::IllegalAction),
    ("SPECTATOR", ErrorCode::Spectator),
    ("RATE_LIMITED", ErrorCode::RateLimited),
    ("SERVER_FULL", ErrorCode::ServerFull),
    ("SERVER_DRAINING", ErrorCode::ServerDraining),
    ("INTERNAL", ErrorCode::Internal),
];

/// What a client has to expect to read the reply in JSON.
pub fn kind_of(frame: &ServerFrame) -> ReplyKind {
    match frame {
        ServerFrame::Ok {
            body: OkBody::Hello(_),
            ..
        } => ReplyKind::Hello,
        ServerFrame::Ok {
            body: OkBody::Rooms(_),
            ..
        } => ReplyKind::Rooms,
        ServerFrame::Ok {
            body: OkBody::Room(_),
            ..
        } => ReplyKind::Room,
        ServerFrame::Ok {
            body: OkBody::Answer(_),
            ..
        } => ReplyKind::Answer,
        ServerFrame::Ok {
            body: OkBody::Empty,
            ..
        } => ReplyKind::Empty,
        ServerFrame::Error { .. } | ServerFrame::Event { .. } | ServerFrame::Control(_) => {
            ReplyKind::Empty
        }
    }
}

fn unnumbered(message: ClientMessage) -> ClientFrame {
    ClientFrame {
        reference: None,
        ack: None,
        message,
    }
}

fn value(text: &str) -> GameValue {
    GameValue::trusted(text.to_owned())
}

fn speak() -> GameValue {
    value(r#"{"type":"SPEAK","text":"hot"}"#)
}

fn uid(text: &str) -> Uid {
    Uid(text.to_owned())
}

fn name(text: &str) -> UserName {
    UserName::parse(text).expect("the samples use allowed names")
}

fn room_id() -> RoomId {
    RoomId("8KQ2ZT".to_owned())
}

fn turn() -> Turn {
    Turn {
        seats: vec![Seat(1)],
        phase: "SPEAK".into(),
        deadline_ms: Some(1_700_000_060_000),
    }
}

fn player(seat: u8, id: &str, called: &str) -> PlayerInfo {
    PlayerInfo {
        seat: Seat(seat),
        uid: uid(id),
        user_name: name(called),
        online: seat == 0,
        ready: seat == 1,
    }
}

fn waiting() -> RoomSnapshot {
    RoomSnapshot {
        room_id: room_id(),
        game: "undercover".into(),
        phase: Phase::Waiting,
        host: uid("u1"),
        private: false,
        seats: 6,
        options: value(r#"{"speakMs":60000,"voteMs":30000}"#),
        players: vec![player(0, "u1", "Ann")],
        spectators: vec![],
        my_seat: Some(Seat(0)),
        turn: None,
        view: None,
        last_outcome: None,
    }
}

fn playing() -> RoomSnapshot {
    RoomSnapshot {
        phase: Phase::InGame,
        private: true,
        players: vec![player(0, "u1", "Ann"), player(1, "u2", "Bob")],
        spectators: vec![SpectatorInfo {
            uid: uid("u3"),
            user_name: name("茶"),
        }],
        my_seat: None,
        turn: Some(turn()),
        view: Some(value(r#"{"round":2,"word":null}"#)),
        last_outcome: Some(value(r#"{"result":"DRAW"}"#)),
        ..waiting()
    }
}

fn summary() -> RoomSummary {
    RoomSummary {
        room_id: room_id(),
        game: "undercover".into(),
        phase: Phase::Waiting,
        seats_taken: 1,
        seats: 6,
        host: uid("u1"),
    }
}

fn hello_ok(room: Option<RoomSnapshot>) -> HelloOk {
    HelloOk {
        uid: uid("u1"),
        user_name: name("Ann"),
        session: "c2Vzc2lvbg".into(),
        epoch: 3,
        resumed: room.is_some(),
        last_ref: 6,
        server_time_ms: 1_700_000_000_000,
        heartbeat_ms: 15_000,
        grace_ms: 0,
        room,
    }
}
