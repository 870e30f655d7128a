//! What servers say, the events aside.

use umbra_protocol::*;

use super::events::events;
use super::samples::{hello_ok, playing, summary, value, waiting};
use crate::codes::ERROR_CODES;

/// Every form of `OK`, every error code, every event with its alternatives, every control message.
pub fn server_frames() -> Vec<(String, ServerFrame)> {
    let ok = |reference, body| ServerFrame::Ok { reference: Some(reference), body };
    let mut frames = vec![
        ("OK".to_owned(), ok(8, OkBody::Empty)),
        (
            "OK without a ref".to_owned(),
            ServerFrame::Ok { reference: None, body: OkBody::Hello(Box::new(hello_ok(None))) },
        ),
        ("OK to HELLO".to_owned(), ok(1, OkBody::Hello(Box::new(hello_ok(Some(playing())))))),
        ("OK to ROOM_LIST".to_owned(), ok(2, OkBody::Rooms(vec![summary()]))),
        ("OK to ROOM_CREATE".to_owned(), ok(3, OkBody::Room(Box::new(waiting())))),
        ("OK to GAME_ACTION".to_owned(), ok(13, OkBody::Answer(value(r#"{"n":1}"#)))),
    ];
    let error = |reference, code, message: &str| ServerFrame::Error { reference, error: WireError::new(code, message) };
    let full = "room 8KQ2ZT has 4 of 4 seats taken";
    frames.push(("ERROR without a ref".to_owned(), error(None, ErrorCode::BadMessage, "the frame is not JSON")));
    frames.extend(ERROR_CODES.iter().map(|(name, code)| (format!("ERROR {name}"), error(Some(7), *code, full))));
    let events = events().into_iter().zip(1..);
    frames.extend(events.map(|((name, event), seq)| (name.to_owned(), ServerFrame::Event { seq, event })));
    let pong = Control::Pong { client_time_ms: -5, server_time_ms: 1_700_000_000_456 };
    frames.push(("PONG".to_owned(), ServerFrame::Control(pong)));
    frames.push(("REPLACED".to_owned(), ServerFrame::Control(Control::Replaced)));
    let draining = Control::ServerDraining { reconnect_after_ms: 2000 };
    frames.push(("SERVER_DRAINING".to_owned(), ServerFrame::Control(draining)));
    frames
}
