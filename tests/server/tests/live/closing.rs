//! Section 8: each close code that breaking a rule of the transport brings, and the courtesies around closing.

use umbra_client::raw::{Frame, Opcode, Received};
use umbra_protocol::{ClientMessage, Hello, Subprotocol};
use umbra_server_tests::wire::Heard;
use umbra_server_tests::{SOON, Wire, server};

use crate::servers::both;

async fn guest(subprotocol: Subprotocol) -> Wire {
    Wire::guest(server(), subprotocol, "Ann").await.0
}

fn opcode(number: u8) -> Opcode {
    Opcode::from(number)
}

#[tokio::test]
async fn a_violation_of_the_websocket_protocol_is_1002() {
    let reserved = |at: usize| {
        let mut frame = Frame::text("{}");
        frame.reserved[at] = true;
        frame
    };
    for (what, frames) in [
        ("no mask", vec![Frame::text("{}").unmasked()]),
        ("first reserved bit", vec![reserved(0)]),
        ("second reserved bit", vec![reserved(1)]),
        ("third reserved bit", vec![reserved(2)]),
        ("reserved kind of data", vec![Frame::new(opcode(3), "x")]),
        ("reserved kind of control", vec![Frame::new(opcode(11), "x")]),
        ("ping in pieces", vec![Frame::ping("x").unfinished()]),
        ("ping too long", vec![Frame::ping(vec![0; 126])]),
        ("continuation of nothing", vec![Frame::continuation("x")]),
        ("message in a message", vec![Frame::text("{").unfinished(), Frame::text("}")]),
        ("half a close code", vec![Frame::new(opcode(8), [3])]),
        ("a close code nobody may send", vec![Frame::close(1006, "")]),
    ] {
        let mut wire = guest(Subprotocol::Json).await;
        for frame in frames {
            wire.raw(&frame).await;
        }
        assert_eq!(wire.closed().await, 1002, "{what}");
    }
}

#[tokio::test]
async fn a_frame_type_of_the_other_subprotocol_is_1003() {
    let mut wire = guest(Subprotocol::Json).await;
    wire.raw(&Frame::binary("{}")).await;
    assert_eq!(wire.closed().await, 1003);
    let mut wire = guest(Subprotocol::Bincode).await;
    wire.raw(&Frame::text("{}")).await;
    assert_eq!(wire.closed().await, 1003);
    // Before the sign-in too.
    let mut wire = Wire::open(server().addr(), Subprotocol::Json).await;
    wire.raw(&Frame::binary("{}")).await;
    assert_eq!(wire.closed().await, 1003);
}

#[tokio::test]
async fn text_that_is_not_utf8_is_1007_but_a_character_may_be_cut_in_two() {
    let mut wire = guest(Subprotocol::Json).await;
    wire.raw(&Frame::text([b'"', 0xff, b'"'])).await;
    assert_eq!(wire.closed().await, 1007);

    let mut wire = guest(Subprotocol::Json).await;
    wire.raw(&Frame::text([b'"', 0xe8]).unfinished()).await;
    wire.raw(&Frame::continuation("x")).await;
    assert_eq!(wire.closed().await, 1007);

    let mut wire = guest(Subprotocol::Json).await;
    let text = r#"{"id":"ROOM_LIST","ref":1,"body":{"game":"谁"}}"#.as_bytes();
    let middle = text.len() - 5;
    wire.raw(&Frame::text(&text[..middle]).unfinished()).await;
    wire.raw(&Frame::continuation(&text[middle..])).await;
    assert!(wire.answer(1).await.is_ok());
}

#[tokio::test]
async fn a_close_is_echoed_with_its_code_and_the_connection_ends() {
    for code in [1000, 1001, 3000, 4999] {
        let mut wire = guest(Subprotocol::Json).await;
        wire.raw(&Frame::close(code, "bye")).await;
        assert_eq!(wire.next().await, Heard::Close(code));
        assert_eq!(wire.next().await, Heard::Eof);
    }
    let mut wire = guest(Subprotocol::Json).await;
    wire.raw(&Frame::new(opcode(8), [])).await;
    let echo = wire.connection().read(SOON).await.unwrap();
    assert!(matches!(echo, Received::Close { code: 1000 | 1005, .. }), "{echo:?}");
    assert_eq!(wire.next().await, Heard::Eof);
}

#[tokio::test]
async fn twenty_frames_in_a_row_that_cannot_be_read_are_4005_and_nineteen_are_not() {
    both(async |subprotocol| {
        let mut wire = guest(subprotocol).await;
        let bad = match subprotocol {
            Subprotocol::Json => Frame::text("no JSON"),
            Subprotocol::Bincode => Frame::binary([9, 9]),
        };
        for _ in 0..2 {
            for _ in 0..19 {
                wire.raw(&bad).await;
                let error = wire.answer_without_ref().await.unwrap_err();
                assert_eq!(error.code, umbra_protocol::ErrorCode::BadMessage);
            }
            // One that can be read, even though it is refused, and the count begins anew.
            assert!(wire.ask(ClientMessage::GameStart).await.is_err());
        }
        for _ in 0..20 {
            wire.raw(&bad).await;
        }
        assert_eq!(wire.closed().await, 4005);
    })
    .await;
}

#[tokio::test]
async fn what_follows_a_close_is_not_carried_out() {
    let (mut wire, hello) = Wire::guest(server(), Subprotocol::Json, "Ann").await;
    let mut bytes = Vec::new();
    for frame in [
        Frame::text(r#"{"id":"ROOM_CREATE","ref":1,"body":{"game":"relay","private":true}}"#),
        Frame::close(1000, ""),
        Frame::text(r#"{"id":"CHAT_SEND","ref":2,"body":{"text":"after the end"}}"#),
    ] {
        frame.encode(&mut bytes);
    }
    wire.raw_bytes(&bytes).await;
    while wire.next().await != Heard::Eof {}
    let mut wire = Wire::open(server().addr(), Subprotocol::Json).await;
    let back = Hello::Resume { session: hello.session, epoch: hello.epoch, last_seq: 0 };
    assert!(wire.hello(back).await.unwrap().last_ref <= 1);
}
