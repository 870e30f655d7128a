//! What rooms tell.

use umbra_protocol::*;

use super::samples::{name, playing, turn, uid, value};

/// Every event, and every reason that one can give.
pub fn events() -> Vec<(&'static str, Event)> {
    use Event as E;
    let (seat, uid, user_name) = (Seat(1), uid("u2"), name("Bob"));
    let left = |reason| E::UserLeft { seat: Some(Seat(1)), uid: Uid("u2".into()), reason };
    let skipped = |reason| E::TurnSkipped { seat: Seat(1), reason };
    let dissolved = |reason| E::RoomDissolved { reason };
    vec![
        ("USER_JOINED", E::UserJoined { seat: Some(seat), uid: uid.clone(), user_name: user_name.clone() }),
        ("USER_JOINED to watch", E::UserJoined { seat: None, uid: uid.clone(), user_name: user_name.clone() }),
        ("USER_LEFT LEFT", left(LeaveReason::Left)),
        ("USER_LEFT OFFLINE", left(LeaveReason::Offline)),
        ("USER_LEFT FLED", left(LeaveReason::Fled)),
        ("USER_LEFT KICKED", left(LeaveReason::Kicked)),
        ("USER_LEFT CRASHED", left(LeaveReason::Crashed)),
        ("USER_LEFT from watching", E::UserLeft { seat: None, uid: uid.clone(), reason: LeaveReason::Left }),
        ("USER_OFFLINE", E::UserOffline { seat, uid: uid.clone() }),
        ("USER_ONLINE", E::UserOnline { seat, uid: uid.clone() }),
        ("USER_READY", E::UserReady { seat, uid: uid.clone(), ready: true }),
        ("HOST_CHANGED", E::HostChanged { uid: uid.clone() }),
        ("GAME_STARTED", E::GameStarted { view: value(r#"{"round":1,"word":"茶"}"#), turn: Some(turn()) }),
        ("GAME_STARTED without turns", E::GameStarted { view: value(r#"{"n":0}"#), turn: None }),
        ("TURN_STARTED", E::TurnStarted(turn())),
        ("TURN_STARTED for ever", E::TurnStarted(Turn { seats: vec![Seat(0), Seat(1)], deadline_ms: None, ..turn() })),
        ("TURN_SKIPPED OFFLINE", skipped(SkipReason::Offline)),
        ("TURN_SKIPPED TIMEOUT", skipped(SkipReason::Timeout)),
        ("GAME_EVENT", E::GameEvent { event: value(r#"{"type":"VOTED","seat":1}"#) }),
        ("GAME_OVER", E::GameOver { outcome: value(r#"{"result":"DRAW"}"#) }),
        ("CHAT", E::Chat { uid, user_name, text: "你好, \"Ann\"\n".into() }),
        ("ROOM_DISSOLVED HOST", dissolved(DissolveReason::Host)),
        ("ROOM_DISSOLVED EMPTY", dissolved(DissolveReason::Empty)),
        ("ROOM_DISSOLVED FAILED", dissolved(DissolveReason::Failed)),
        ("RESYNC", E::Resync { epoch: 4, room: Some(Box::new(playing())) }),
        ("RESYNC outside a room", E::Resync { epoch: 4, room: None }),
        ("KICKED", E::Kicked),
    ]
}
