//! Anything that a server can say.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use umbra_protocol::limits::INTEGER_MAX;
use umbra_protocol::*;

use super::rooms::{hello_ok, snapshot, summary, turn};
use super::values::{seat, uid, user_name, value};

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
    let code = proptest::sample::select(crate::codes::ERROR_CODES.map(|(_, code)| code).to_vec());
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
