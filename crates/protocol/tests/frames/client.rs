//! What clients say.

use umbra_protocol::*;

use super::samples::{room_id, uid, value};

/// Every client message, every form of `HELLO`, and the optional fields both there and not.
pub fn client_frames() -> Vec<(&'static str, ClientFrame)> {
    use ClientMessage as M;
    let numbered = |reference, message| ClientFrame { reference: Some(reference), ack: None, message };
    let session = "c2Vzc2lvbg".to_owned();
    let spec = |seats, options| RoomSpec { game: "undercover".into(), seats, options };
    let options = value(r#"{"speakMs":45000}"#);
    vec![
        ("HELLO as a guest", numbered(1, M::Hello(Hello::Guest { user_name: "Ann".into() }))),
        ("HELLO with a token", unnumbered(M::Hello(Hello::Token { token: "aaa.bbb.ccc".into() }))),
        ("HELLO to resume", numbered(1, M::Hello(Hello::Resume { session, epoch: 3, last_seq: 41 }))),
        ("PING", unnumbered(M::Ping { client_time_ms: 1_700_000_000_123 })),
        ("ROOM_LIST", numbered(1, M::RoomList { game: None })),
        ("ROOM_LIST of a game", numbered(2, M::RoomList { game: Some("relay".into()) })),
        ("ROOM_CREATE", numbered(3, M::RoomCreate { spec: spec(None, None), private: false })),
        (
            "ROOM_CREATE with all",
            numbered(4, M::RoomCreate { spec: spec(Some(6), Some(options.clone())), private: true }),
        ),
        ("ROOM_JOIN", numbered(5, M::RoomJoin { room_id: room_id(), join_as: JoinAs::Player })),
        ("ROOM_JOIN to watch", numbered(6, M::RoomJoin { room_id: room_id(), join_as: JoinAs::Spectator })),
        ("ROOM_QUICK_JOIN", numbered(7, M::RoomQuickJoin { spec: spec(Some(4), Some(options)) })),
        ("ROOM_LEAVE", numbered(8, M::RoomLeave)),
        ("ROOM_READY", numbered(9, M::RoomReady { ready: true })),
        ("ROOM_KICK", numbered(10, M::RoomKick { uid: uid("u2") })),
        ("ROOM_DISSOLVE", numbered(11, M::RoomDissolve)),
        ("GAME_START", numbered(12, M::GameStart)),
        ("GAME_ACTION", ClientFrame { ack: Some(42), ..numbered(13, M::GameAction { action: speak() }) }),
        ("GAME_ACTION null", numbered(14, M::GameAction { action: value("null") })),
        ("CHAT_SEND", numbered(15, M::ChatSend { text: "你好, \"Ann\"\n".into() })),
    ]
}

fn unnumbered(message: ClientMessage) -> ClientFrame {
    ClientFrame { reference: None, ack: None, message }
}

fn speak() -> GameValue {
    value(r#"{"type":"SPEAK","text":"hot"}"#)
}
