//! Anything that a client can say and that passes the checks.

use proptest::option;
use proptest::prelude::*;
use umbra_protocol::limits::{CHAT_CHARS_MAX, INTEGER_MAX};
use umbra_protocol::*;

use super::values::{object, room_id, uid, value};

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
