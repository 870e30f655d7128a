//! The people, rooms and turns that the frames speak of.

use umbra_protocol::*;

pub fn value(text: &str) -> GameValue {
    GameValue::trusted(text.to_owned())
}

pub fn uid(text: &str) -> Uid {
    Uid(text.into())
}

pub fn name(text: &str) -> UserName {
    UserName::parse(text).expect("the samples use allowed names")
}

pub fn room_id() -> RoomId {
    RoomId("8KQ2ZT".into())
}

pub fn turn() -> Turn {
    Turn { seats: vec![Seat(1)], phase: "SPEAK".into(), deadline_ms: Some(1_700_000_060_000) }
}

pub fn player(seat: u8, id: &str, called: &str) -> PlayerInfo {
    PlayerInfo { seat: Seat(seat), uid: uid(id), user_name: name(called), online: seat == 0, ready: seat == 1 }
}

pub fn waiting() -> RoomSnapshot {
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

pub fn playing() -> RoomSnapshot {
    RoomSnapshot {
        phase: Phase::InGame,
        private: true,
        players: vec![player(0, "u1", "Ann"), player(1, "u2", "Bob")],
        spectators: vec![SpectatorInfo { uid: uid("u3"), user_name: name("茶") }],
        my_seat: None,
        turn: Some(turn()),
        view: Some(value(r#"{"round":2,"word":null}"#)),
        last_outcome: Some(value(r#"{"result":"DRAW"}"#)),
        ..waiting()
    }
}

pub fn summary() -> RoomSummary {
    RoomSummary {
        room_id: room_id(),
        game: "undercover".into(),
        phase: Phase::Waiting,
        seats_taken: 1,
        seats: 6,
        host: uid("u1"),
    }
}

pub fn hello_ok(room: Option<RoomSnapshot>) -> HelloOk {
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
