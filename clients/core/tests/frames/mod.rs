//! What the tests say, in the words of the protocol.

#![allow(dead_code, reason = "no test file uses all of it")]

use umbra_client_core::protocol::*;

pub fn ann() -> Hello {
    Hello::Guest { user_name: "Ann".into() }
}

pub fn leave() -> ClientMessage {
    ClientMessage::RoomLeave
}

pub fn ok(reference: u64) -> ServerFrame {
    ServerFrame::Ok { reference: Some(reference), body: OkBody::Empty }
}

pub fn chat(seq: u64) -> ServerFrame {
    let event =
        Event::Chat { uid: Uid("bob".into()), user_name: UserName::parse("Bob").unwrap(), text: seq.to_string() };
    ServerFrame::Event { seq, event }
}

pub fn resync(epoch: u64, seq: u64) -> ServerFrame {
    ServerFrame::Event { seq, event: Event::Resync { epoch, room: None } }
}

pub fn hello_ok(epoch: u64, resumed: bool, last_ref: u64) -> ServerFrame {
    let ok = HelloOk {
        uid: Uid("ann".into()),
        user_name: UserName::parse("Ann").unwrap(),
        session: "token".into(),
        epoch,
        resumed,
        last_ref,
        server_time_ms: 0,
        heartbeat_ms: 15_000,
        grace_ms: 0,
        room: None,
    };
    ServerFrame::Ok { reference: Some(1), body: OkBody::Hello(Box::new(ok)) }
}
