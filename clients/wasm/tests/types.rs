//! The types that come with the package, held to the protocol; and the options that a page gives.

#[path = "../../../crates/protocol/tests/codes/mod.rs"]
mod codes;

use umbra_client_core::protocol::{ClientMessage, Control, Event, Hello, OkBody};
use umbra_client_core::{ClientError, ClientEvent, Effect, Ending, Machine, body_json};
use umbra_client_wasm::TYPES;
use umbra_client_wasm::options::Options;

/// What stands between the braces of an interface.
fn interface(name: &str) -> &'static str {
    let begin = TYPES.find(&format!("interface {name} {{")).unwrap_or_else(|| panic!("there is a type {name}"));
    let end = TYPES[begin..].find("\n}").unwrap_or_else(|| panic!("{name} ends"));
    &TYPES[begin..begin + end]
}

/// The names of an interface's fields that stand at the beginning of a line.
fn ids(name: &str) -> Vec<&'static str> {
    let fields = interface(name).lines().skip(1).filter_map(|line| line.trim().split_once(':'));
    let names = fields.map(|(name, _)| name).filter(|name| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'));
    names.collect()
}

#[test]
fn every_event_has_a_type_and_no_other_thing_has() {
    let expected: Vec<_> = Event::IDS.into_iter().filter(|id| *id != "RESYNC").collect();
    assert_eq!(ids("UmbraEvents"), expected);
    assert!(Control::IDS.iter().all(|id| !ids("UmbraEvents").contains(id)));
}

#[test]
fn every_action_has_a_type_and_no_other_thing_has() {
    let actions: Vec<_> = ClientMessage::IDS.into_iter().filter(|id| !["HELLO", "PING"].contains(id)).collect();
    assert_eq!(ids("UmbraActions"), actions);
}

#[test]
fn every_error_code_has_a_type() {
    let begin = TYPES.find("type UmbraErrorCode =").expect("it is there");
    let end = TYPES[begin..].find(';').expect("it ends");
    let named = TYPES[begin..begin + end].split('"').skip(1).step_by(2).collect::<Vec<_>>();
    assert_eq!(named, codes::ERROR_CODES.map(|(name, _)| name));
}

#[test]
fn what_the_client_tells_has_the_fields_that_its_type_names() {
    let events = [
        ClientEvent::Online { resumed: true },
        ClientEvent::Sync { epoch: 1, room: None },
        ClientEvent::Offline { code: None, retry_in: None },
        ClientEvent::Draining { reconnect_after: std::time::Duration::ZERO },
        ClientEvent::Unknown { id: "X".into() },
        ClientEvent::Unreadable { why: "x".into() },
        ClientEvent::Closed(Ending::Code(4007)),
        ClientEvent::Event { seq: 1, event: Event::Kicked },
    ];
    for event in events {
        let json: serde_json::Map<_, _> = serde_json::from_str(&event.to_json()).expect("an object");
        let kind = json["type"].as_str().expect("a type");
        let begin = TYPES.find(&format!("type: \"{kind}\"")).unwrap_or_else(|| panic!("{kind} has a type"));
        let end = TYPES[begin..].find('}').expect("it ends");
        for field in json.keys() {
            assert!(TYPES[begin..begin + end].contains(&format!("{field}: ")), "{field} of {kind} is not in its type");
        }
    }
    assert_eq!(body_json(OkBody::Empty), "{}");
    for error in [ClientError::Lost, ClientError::Unreadable, ClientError::UnexpectedAnswer] {
        let json: serde_json::Value = serde_json::from_str(&error.to_json()).expect("an object");
        assert!(interface("UmbraError").contains(&json["code"].to_string()), "{json}");
    }
}

fn hello(options: &str) -> Hello {
    let mut machine: Machine = Options::read(options).expect("good options").machine(1);
    machine.connect(std::time::Duration::ZERO);
    let Some(Effect::Open(connection)) = machine.effect() else { panic!("it connects") };
    machine.opened(connection);
    match machine.effect() {
        Some(Effect::Transmit(_, frame)) => match frame.message {
            ClientMessage::Hello(hello) => hello,
            other => panic!("expected HELLO, got {other:?}"),
        },
        other => panic!("expected HELLO, got {other:?}"),
    }
}

#[test]
fn options_say_as_whom_the_strongest_first() {
    let url = r#""url":"ws://a/ws""#;
    assert_eq!(hello(&format!(r#"{{{url},"userName":"Ann"}}"#)), Hello::Guest { user_name: "Ann".into() });
    assert_eq!(hello(&format!(r#"{{{url},"userName":"Ann","token":"t"}}"#)), Hello::Token { token: "t".into() });
    let saved = r#""session":{"session":"s","epoch":3,"lastSeq":4,"lastRef":5}"#;
    let resume = Hello::Resume { session: "s".into(), epoch: 3, last_seq: 4 };
    assert_eq!(hello(&format!(r#"{{{url},"token":"t",{saved}}}"#)), resume);
}

#[test]
fn options_that_say_nothing_or_something_unknown_are_refused_in_a_sentence() {
    assert!(
        Options::read(r#"{"url":"ws://a/ws"}"#)
            .is_err_and(|why| why.contains("names nobody") || why.contains("name nobody"))
    );
    assert!(Options::read(r#"{"userName":"Ann"}"#).is_err_and(|why| why.contains("`url`")));
    assert!(
        Options::read(r#"{"url":"ws://a/ws","userName":"Ann","reconnect":1}"#)
            .is_err_and(|why| why.contains("reconnect"))
    );
}
