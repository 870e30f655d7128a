//! Any message whatever, for the properties: every variant, every field over its whole allowed range.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use umbra_protocol::limits::{CHAT_CHARS_MAX, INTEGER_MAX};
use umbra_protocol::*;

/// A frame of a client that passes the checks.
pub fn client_frame() -> impl Strategy<Value = ClientFrame> {
    let numbered = (1..=INTEGER_MAX, ack(), numbered_message());
    let numbered = numbered.prop_map(|(reference, ack, message)| frame(Some(reference), ack, message));
    let hello = (option::of(1..=INTEGER_MAX), ack(), hello());
    let hello = hello.prop_map(|(reference, ack, hello)| frame(reference, ack, ClientMessage::Hello(hello)));
    let ping = (ack(), any::<i64>());
    let ping = ping.prop_map(|(ack, client_time_ms)| frame(None, ack, ClientMessage::Ping { client_time_ms }));
    prop_oneof![8 => numbered, 2 => hello, 1 => ping]
}

fn frame(reference: Option<u64>, ack: Option<u64>, message: ClientMessage) -> ClientFrame {
    ClientFrame { reference, ack, message }
}

fn ack() -> impl Strategy<Value = Option<u64>> {
    option::of(0..=INTEGER_MAX)
}

fn hello() -> impl Strategy<Value = Hello> {
    prop_oneof![
        any::<String>().prop_map(|user_name| Hello::Guest { user_name }),
        any::<String>().prop_map(|token| Hello::Token { token }),
        (any::<String>(), 0..=INTEGER_MAX, 0..=INTEGER_MAX).prop_map(|(session, epoch, last_seq)| Hello::Resume {
            session,
            epoch,
            last_seq
        }),
    ]
}

fn numbered_message() -> impl Strategy<Value = ClientMessage> {
    use ClientMessage as M;
    let visible = proptest::string::string_regex(&format!(".{{0,{}}}x", CHAT_CHARS_MAX - 1)).expect("a sound pattern");
    prop_oneof![
        option::of(any::<String>()).prop_map(|game| M::RoomList { game }),
        (spec(), any::<bool>()).prop_map(|(spec, private)| M::RoomCreate { spec, private }),
        (room_id(), prop_oneof![Just(JoinAs::Player), Just(JoinAs::Spectator)])
            .prop_map(|(room_id, join_as)| M::RoomJoin { room_id, join_as }),
        spec().prop_map(|spec| M::RoomQuickJoin { spec }),
        Just(M::RoomLeave),
        any::<bool>().prop_map(|ready| M::RoomReady { ready }),
        uid().prop_map(|uid| M::RoomKick { uid }),
        Just(M::RoomDissolve),
        Just(M::GameStart),
        value().prop_map(|action| M::GameAction { action }),
        visible.prop_map(|text| M::ChatSend { text }),
    ]
}

fn spec() -> impl Strategy<Value = RoomSpec> {
    (any::<String>(), option::of(any::<u8>()), option::of(object())).prop_map(|(game, seats, options)| RoomSpec {
        game,
        seats,
        options,
    })
}

/// A frame of a server, with what a client has to expect to read it in JSON.
pub fn server_frame() -> impl Strategy<Value = (ServerFrame, ReplyKind)> {
    let frame = prop_oneof![
        (option::of(1..=INTEGER_MAX), ok_body()).prop_map(|(reference, body)| ServerFrame::Ok { reference, body }),
        (option::of(1..=INTEGER_MAX), error()).prop_map(|(reference, error)| ServerFrame::Error { reference, error }),
        (1..=INTEGER_MAX, event()).prop_map(|(seq, event)| ServerFrame::Event { seq, event }),
        control().prop_map(ServerFrame::Control),
    ];
    frame.prop_map(|frame| {
        let kind = crate::kinds::kind_of(&frame);
        (frame, kind)
    })
}

fn ok_body() -> impl Strategy<Value = OkBody> {
    let answer = value().prop_filter("{} reads as Empty", |value| value.as_str() != "{}");
    prop_oneof![
        Just(OkBody::Empty),
        hello_ok().prop_map(|hello| OkBody::Hello(Box::new(hello))),
        vec(summary(), 0..4).prop_map(OkBody::Rooms),
        snapshot().prop_map(|room| OkBody::Room(Box::new(room))),
        answer.prop_map(OkBody::Answer),
    ]
}

fn error() -> impl Strategy<Value = WireError> {
    let code = proptest::sample::select(crate::kinds::ERROR_CODES.map(|(_, code)| code).to_vec());
    (code, any::<String>()).prop_map(|(code, message)| WireError { code, message })
}

fn control() -> impl Strategy<Value = Control> {
    prop_oneof![
        (any::<i64>(), any::<u64>())
            .prop_map(|(client_time_ms, server_time_ms)| Control::Pong { client_time_ms, server_time_ms }),
        Just(Control::Replaced),
        any::<u64>().prop_map(|reconnect_after_ms| Control::ServerDraining { reconnect_after_ms }),
    ]
}

/// Any event.
pub fn event() -> impl Strategy<Value = Event> {
    use Event as E;
    prop_oneof![
        (option::of(seat()), uid(), user_name()).prop_map(|(seat, uid, user_name)| E::UserJoined {
            seat,
            uid,
            user_name
        }),
        (option::of(seat()), uid(), leave_reason()).prop_map(|(seat, uid, reason)| E::UserLeft { seat, uid, reason }),
        (seat(), uid()).prop_map(|(seat, uid)| E::UserOffline { seat, uid }),
        (seat(), uid()).prop_map(|(seat, uid)| E::UserOnline { seat, uid }),
        (seat(), uid(), any::<bool>()).prop_map(|(seat, uid, ready)| E::UserReady { seat, uid, ready }),
        uid().prop_map(|uid| E::HostChanged { uid }),
        (value(), option::of(turn())).prop_map(|(view, turn)| E::GameStarted { view, turn }),
        turn().prop_map(E::TurnStarted),
        (seat(), prop_oneof![Just(SkipReason::Offline), Just(SkipReason::Timeout)])
            .prop_map(|(seat, reason)| E::TurnSkipped { seat, reason }),
        value().prop_map(|event| E::GameEvent { event }),
        value().prop_map(|outcome| E::GameOver { outcome }),
        (uid(), user_name(), any::<String>()).prop_map(|(uid, user_name, text)| E::Chat { uid, user_name, text }),
        prop_oneof![Just(DissolveReason::Host), Just(DissolveReason::Empty), Just(DissolveReason::Failed)]
            .prop_map(|reason| E::RoomDissolved { reason }),
        (any::<u64>(), option::of(snapshot().prop_map(Box::new))).prop_map(|(epoch, room)| E::Resync { epoch, room }),
        Just(E::Kicked),
    ]
}

fn leave_reason() -> impl Strategy<Value = LeaveReason> {
    use LeaveReason as R;
    prop_oneof![Just(R::Left), Just(R::Offline), Just(R::Fled), Just(R::Kicked), Just(R::Crashed)]
}

fn hello_ok() -> impl Strategy<Value = HelloOk> {
    let who = (uid(), user_name(), any::<String>(), option::of(snapshot()));
    let numbers = (any::<u64>(), any::<bool>(), any::<u64>(), any::<u64>(), any::<u64>(), any::<u64>());
    (who, numbers).prop_map(|((uid, user_name, session, room), numbers)| {
        let (epoch, resumed, last_ref, server_time_ms, heartbeat_ms, grace_ms) = numbers;
        HelloOk { uid, user_name, session, epoch, resumed, last_ref, server_time_ms, heartbeat_ms, grace_ms, room }
    })
}

fn snapshot() -> impl Strategy<Value = RoomSnapshot> {
    let fixed = (room_id(), any::<String>(), phase(), uid(), any::<bool>(), any::<u8>(), object());
    let people = (vec(player(), 0..4), vec(spectator(), 0..3), option::of(seat()));
    let play = (option::of(turn()), option::of(something()), option::of(something()));
    (fixed, people, play).prop_map(|(fixed, people, (turn, view, last_outcome))| {
        let (room_id, game, phase, host, private, seats, options) = fixed;
        let (players, spectators, my_seat) = people;
        RoomSnapshot {
            room_id,
            game,
            phase,
            host,
            private,
            seats,
            options,
            players,
            spectators,
            my_seat,
            turn,
            view,
            last_outcome,
        }
    })
}

fn player() -> impl Strategy<Value = PlayerInfo> {
    (seat(), uid(), user_name(), any::<bool>(), any::<bool>())
        .prop_map(|(seat, uid, user_name, online, ready)| PlayerInfo { seat, uid, user_name, online, ready })
}

fn spectator() -> impl Strategy<Value = SpectatorInfo> {
    (uid(), user_name()).prop_map(|(uid, user_name)| SpectatorInfo { uid, user_name })
}

fn summary() -> impl Strategy<Value = RoomSummary> {
    (room_id(), any::<String>(), phase(), any::<u8>(), any::<u8>(), uid()).prop_map(
        |(room_id, game, phase, seats_taken, seats, host)| RoomSummary {
            room_id,
            game,
            phase,
            seats_taken,
            seats,
            host,
        },
    )
}

fn turn() -> impl Strategy<Value = Turn> {
    (vec(seat(), 0..4), any::<String>(), option::of(any::<u64>())).prop_map(|(seats, phase, deadline_ms)| Turn {
        seats,
        phase,
        deadline_ms,
    })
}

fn phase() -> impl Strategy<Value = Phase> {
    prop_oneof![Just(Phase::Waiting), Just(Phase::InGame)]
}

fn seat() -> impl Strategy<Value = Seat> {
    any::<u8>().prop_map(Seat)
}

fn uid() -> impl Strategy<Value = Uid> {
    any::<String>().prop_map(Uid)
}

fn room_id() -> impl Strategy<Value = RoomId> {
    any::<u64>().prop_map(RoomId::from_random)
}

fn user_name() -> impl Strategy<Value = UserName> {
    "[a-z茶 ]{0,22}[A-Z🦀]".prop_map(|text| UserName::parse(&text).expect("the pattern allows only allowed names"))
}

/// Any JSON, up to five deep.
pub fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<f64>().prop_map(serde_json::Value::from),
        any::<String>().prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(5, 24, 4, |inner| {
        let fields = proptest::collection::hash_map(any::<String>(), inner.clone(), 0..4);
        prop_oneof![
            vec(inner, 0..4).prop_map(serde_json::Value::from),
            fields.prop_map(|fields| serde_json::Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn value() -> impl Strategy<Value = GameValue> {
    json().prop_map(|json| GameValue::trusted(json.to_string()))
}

/// A value where none is told from `null`.
fn something() -> impl Strategy<Value = GameValue> {
    value().prop_filter("null reads as none", |value| value.as_str() != "null")
}

fn object() -> impl Strategy<Value = GameValue> {
    vec((any::<String>(), json()), 0..3).prop_map(|fields| {
        let object = serde_json::Value::Object(fields.into_iter().collect());
        GameValue::trusted(object.to_string())
    })
}
