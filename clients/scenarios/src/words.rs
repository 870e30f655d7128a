//! SCENARIOS: what is said in them, in the words of the protocol.

use umbra_client_core::Payload;
use umbra_client_core::protocol::{
    ClientFrame, ClientMessage, ErrorCode, Event, Hello, HelloOk, OkBody, ServerFrame, Subprotocol, Uid, UserName,
    WireError, encode_server_binary, encode_server_json,
};

/// The session that the server gives.
pub const SESSION: &str = "token";

/// Ann signs in as a guest.
pub fn ann() -> Hello {
    Hello::Guest { user_name: "Ann".into() }
}

/// `HELLO` as it goes out.
pub fn hello(hello: Hello) -> ClientFrame {
    ClientFrame { reference: Some(1), ack: None, message: ClientMessage::Hello(hello) }
}

/// Back into the session.
pub fn resume(epoch: u64, last_seq: u64) -> ClientFrame {
    hello(Hello::Resume { session: SESSION.into(), epoch, last_seq })
}

/// The answer to `HELLO`.
pub fn welcome(epoch: u64, resumed: bool, last_ref: u64) -> ServerFrame {
    let ok = HelloOk {
        uid: Uid("ann".into()),
        user_name: name("Ann"),
        session: SESSION.into(),
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

/// An action on the wire.
pub fn action(reference: u64, ack: Option<u64>, message: ClientMessage) -> ClientFrame {
    ClientFrame { reference: Some(reference), ack, message }
}

/// The action of which most scenarios make use.
pub fn ready() -> ClientMessage {
    ClientMessage::RoomReady { ready: true }
}

/// `OK` without a body.
pub fn ok(reference: u64) -> ServerFrame {
    ServerFrame::Ok { reference: Some(reference), body: OkBody::Empty }
}

/// An error in answer to something.
pub fn error(reference: u64, code: ErrorCode) -> ServerFrame {
    ServerFrame::Error { reference: Some(reference), error: refusal(code) }
}

/// What stands in it.
pub fn refusal(code: ErrorCode) -> WireError {
    WireError::new(code, "no")
}

/// A numbered event; its text is its number.
pub fn event(seq: u64) -> Event {
    Event::Chat { uid: Uid("bob".into()), user_name: name("Bob"), text: seq.to_string() }
}

/// The same as the server says it.
pub fn chat(seq: u64) -> ServerFrame {
    ServerFrame::Event { seq, event: event(seq) }
}

/// `RESYNC` without a room.
pub fn resync(epoch: u64) -> ServerFrame {
    ServerFrame::Event { seq: 1, event: Event::Resync { epoch, room: None } }
}

/// A frame as it travels.
pub fn payload(subprotocol: Subprotocol, frame: &ServerFrame) -> Payload<'static> {
    match subprotocol {
        Subprotocol::Json => Payload::Text(encode_server_json(frame).into()),
        Subprotocol::Bincode => Payload::Binary(encode_server_binary(frame).into()),
    }
}

/// An event that this version does not have.
pub fn unknown_event(subprotocol: Subprotocol, seq: u64) -> Payload<'static> {
    match subprotocol {
        Subprotocol::Json => Payload::Text(format!(r#"{{"id":"{UNKNOWN_JSON}","seq":{seq},"body":{{}}}}"#).into()),
        Subprotocol::Bincode => {
            const EVENT_FRAME: u32 = 2;
            let mut bytes = EVENT_FRAME.to_le_bytes().to_vec();
            bytes.extend(seq.to_le_bytes());
            bytes.extend(UNKNOWN_EVENT.to_le_bytes());
            Payload::Binary(bytes.into())
        }
    }
}

const UNKNOWN_EVENT: u32 = 999;
// Named as the binary decoder names what it does not know, so that a scenario expects the same of both.
const UNKNOWN_JSON: &str = "event 999";

/// How that event is told.
pub fn unknown_id() -> String {
    UNKNOWN_JSON.to_owned()
}

/// The first half of a message.
pub fn nonsense(subprotocol: Subprotocol) -> Payload<'static> {
    match payload(subprotocol, &chat(7)) {
        Payload::Text(text) => Payload::Text(text[..text.len() / 2].to_owned().into()),
        Payload::Binary(bytes) => Payload::Binary(bytes[..bytes.len() / 2].to_owned().into()),
    }
}

fn name(name: &str) -> UserName {
    UserName::parse(name).expect("a name")
}
