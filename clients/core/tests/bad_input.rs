//! Whatever a server sends, the program gets an error and the client a clean new connection; nothing panics.

mod frames;
mod scripted;

use frames::{ann, chat, hello_ok, leave, resync};
use scripted::Scripted;
use umbra_client_core::protocol::*;
use umbra_client_core::*;

#[test]
fn what_cannot_be_read_is_told_and_the_session_resumed() {
    let mut client = Scripted::online(1);
    client.receive(chat(1));
    client.send(leave()).unwrap();
    client.take_told();
    client.take_payload(Payload::Text("{\"id\":\"CHAT\",\"se".into()));
    let told = client.take_told();
    assert!(
        matches!(&told[..], [ClientEvent::Unreadable { .. }, ClientEvent::Offline { code: None, retry_in: Some(_) }]),
        "{told:?}"
    );
    client.come_back();
    assert_eq!(client.hello(), Hello::Resume { session: "token".into(), epoch: 1, last_seq: 1 });
    client.receive(hello_ok(1, true, 0));
    assert_eq!(client.take_sent_refs(), [1], "its answer may still come");
}

#[test]
fn what_cannot_be_read_again_and_again_is_passed_over_and_waiting_actions_fail() {
    let mut client = Scripted::online(1);
    client.send(leave()).unwrap();
    for stumble in 1..=2 {
        client.take_payload(Payload::Binary(vec![0].into()));
        client.come_back();
        let place = if stumble == 1 { (1, 0) } else { (0, 0) };
        assert!(matches!(client.hello(), Hello::Resume { epoch, last_seq, .. } if (epoch, last_seq) == place));
        client.receive(hello_ok(stumble, stumble == 1, 0));
    }
    assert_eq!(client.take_results(), [(1, Err(ClientError::Unreadable))]);
    assert_eq!(client.take_told().pop(), Some(ClientEvent::Sync { epoch: 2, room: None }));
    client.receive(chat(1));
    client.take_payload(Payload::Binary(vec![0].into()));
    client.come_back();
    assert!(matches!(client.hello(), Hello::Resume { epoch: 2, last_seq: 1, .. }), "that was progress");
}

#[test]
fn a_longer_message_than_is_read_is_unreadable_and_the_longest_is_not() {
    let message = "{\"id\":\"WHATEVER\"}";
    let of = |bytes: usize| Payload::Text((message.to_owned() + &" ".repeat(bytes - message.len())).into());
    let mut client = Scripted::online(1);
    client.take_payload(of(MESSAGE_BYTES_MAX));
    assert_eq!(client.take_told(), [ClientEvent::Unknown { id: "WHATEVER".into() }]);
    client.take_payload(of(MESSAGE_BYTES_MAX + 1));
    assert!(matches!(client.take_told()[..], [ClientEvent::Unreadable { .. }, ClientEvent::Offline { .. }]));
}

#[test]
fn the_first_answer_being_unreadable_is_an_error_of_connecting() {
    let mut client = Scripted::new(Machine::new(ann(), true, 1));
    client.connect();
    client.take_payload(Payload::Text("hello?".into()));
    assert!(matches!(client.take_told()[..], [ClientEvent::Closed(Ending::Unreadable(_))]));
}

#[test]
fn numbers_past_what_the_protocol_has_are_unreadable() {
    let past = limits::INTEGER_MAX + 1;
    for hello in [hello_ok(past, true, 0), hello_ok(1, true, past)] {
        let mut client = Scripted::online(1);
        client.lose(Loss::Cut);
        client.come_back();
        client.take_told();
        client.receive(hello);
        assert!(matches!(client.take_told()[..], [ClientEvent::Unreadable { .. }, ClientEvent::Offline { .. }]));
    }
    for resync in [resync(past, 1), resync(2, past)] {
        let mut client = Scripted::online(1);
        client.receive(resync);
        assert!(matches!(client.take_told()[..], [ClientEvent::Unreadable { .. }, ClientEvent::Offline { .. }]));
    }
}
