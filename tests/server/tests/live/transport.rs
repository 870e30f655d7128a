//! Section 1: frames, sizes, pings and subprotocols of a connection that keeps the rules.

use umbra_client::raw::{Connection, Frame, OpenError, Received};
use umbra_protocol::{
    ClientFrame, ClientMessage, Hello, SUBPROTOCOL_BINCODE, SUBPROTOCOL_JSON, Subprotocol, encode_client_binary,
};
use umbra_server_tests::wire::Heard;
use umbra_server_tests::{SOON, Wire, server};

/// `max_message_bytes`, as it is by default.
const MAX: usize = 16_384;

async fn guest(subprotocol: Subprotocol) -> Wire {
    Wire::guest(server(), subprotocol, "Ann").await.0
}

/// A `ROOM_LIST` of exactly this many bytes.
fn text_of(bytes: usize) -> String {
    let rest = r#"{"id":"ROOM_LIST","ref":1,"padding":""}"#.len();
    format!(r#"{{"id":"ROOM_LIST","ref":1,"padding":"{}"}}"#, "x".repeat(bytes - rest))
}

fn binary_of(bytes: usize) -> Vec<u8> {
    let list = |game: String| {
        let message = ClientMessage::RoomList { game: Some(game) };
        encode_client_binary(&ClientFrame { reference: Some(1), ack: None, message })
    };
    let rest = list(String::new()).len();
    list("x".repeat(bytes - rest))
}

#[tokio::test]
async fn the_largest_message_is_read_and_one_byte_more_is_1009() {
    let mut wire = guest(Subprotocol::Json).await;
    wire.raw(&Frame::text(text_of(MAX))).await;
    assert!(wire.answer(1).await.is_ok());
    wire.raw(&Frame::text(text_of(MAX + 1))).await;
    assert_eq!(wire.closed().await, 1009);

    let mut wire = guest(Subprotocol::Bincode).await;
    wire.raw(&Frame::binary(binary_of(MAX))).await;
    let Heard::Frame(answer) = wire.next().await else { panic!("no answer") };
    assert!(matches!(answer, umbra_protocol::ServerFrame::Ok { reference: Some(1), .. }), "{answer:?}");
    wire.raw(&Frame::binary(binary_of(MAX + 1))).await;
    assert_eq!(wire.closed().await, 1009);
}

#[tokio::test]
async fn a_message_in_pieces_is_put_together_under_the_same_limit() {
    let mut wire = guest(Subprotocol::Json).await;
    let text = text_of(MAX);
    let (first, rest) = text.split_at(5000);
    let (second, third) = rest.split_at(7000);
    wire.raw(&Frame::text(first).unfinished()).await;
    wire.raw(&Frame::continuation(second).unfinished()).await;
    // A ping may come in between.
    wire.raw(&Frame::ping("in between")).await;
    assert_eq!(wire.next().await, Heard::Pong(b"in between".to_vec()));
    wire.raw(&Frame::continuation(third)).await;
    assert!(wire.answer(1).await.is_ok());

    wire.raw(&Frame::text(first).unfinished()).await;
    wire.raw(&Frame::continuation(format!("{rest} "))).await;
    assert_eq!(wire.closed().await, 1009);
}

#[tokio::test]
async fn a_message_that_is_only_announced_as_too_large_is_1009_before_it_comes() {
    for announced in [MAX as u64 + 1, 1 << 40, i64::MAX as u64] {
        let mut wire = guest(Subprotocol::Json).await;
        wire.raw(&Frame { announced: Some(announced), ..Frame::text("") }).await;
        assert_eq!(wire.closed().await, 1009, "{announced} bytes");
    }
    // Before the sign-in too.
    let mut wire = Wire::open(server().addr(), Subprotocol::Json).await;
    wire.raw(&Frame { announced: Some(1 << 30), ..Frame::text("") }).await;
    assert_eq!(wire.closed().await, 1009);
}

#[tokio::test]
async fn a_ping_is_answered_with_its_content() {
    let mut wire = guest(Subprotocol::Json).await;
    for content in [vec![], b"hello".to_vec(), vec![0xff; 125]] {
        wire.raw(&Frame::ping(content.clone())).await;
        assert_eq!(wire.next().await, Heard::Pong(content));
    }
    // A pong that nobody asked for is nothing.
    wire.raw(&Frame::pong("unasked")).await;
    assert!(wire.ask(ClientMessage::RoomList { game: None }).await.is_ok());
}

#[tokio::test]
async fn frames_may_arrive_in_any_pieces() {
    let mut wire = Wire::open(server().addr(), Subprotocol::Json).await;
    let mut bytes = Vec::new();
    Frame::text(r#"{"id":"HELLO","body":{"userName":"Ann"}}"#).encode(&mut bytes);
    Frame::text(r#"{"id":"ROOM_LIST","ref":1}"#).encode(&mut bytes);
    for byte in bytes {
        wire.raw_bytes(&[byte]).await;
    }
    assert!(wire.answer(1).await.is_ok());
    assert!(matches!(wire.answer_without_ref().await, Ok(umbra_protocol::OkBody::Hello(_))));
}

#[tokio::test]
async fn the_first_frame_may_come_with_the_request() {
    let mut connection = Connection::tcp(server().addr()).await.unwrap();
    let mut bytes = b"GET /ws HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        .to_vec();
    Frame::text(r#"{"id":"HELLO","ref":5,"body":{"userName":"Ann"}}"#).encode(&mut bytes);
    connection.send_bytes(&bytes).await.unwrap();
    assert_eq!(connection.read_response(SOON).await.unwrap().status, 101);
    let Received::Text(hello) = connection.read(SOON).await.unwrap() else { panic!("no text") };
    assert!(hello.starts_with(r#"{"id":"OK","ref":5,"body":{"#), "{hello}");
}

#[tokio::test]
async fn the_first_offered_subprotocol_that_is_known_is_chosen() {
    for (offered, chosen) in [
        (Some(SUBPROTOCOL_JSON.to_owned()), Some(SUBPROTOCOL_JSON)),
        (Some(SUBPROTOCOL_BINCODE.to_owned()), Some(SUBPROTOCOL_BINCODE)),
        (Some(format!("graphql-ws, {SUBPROTOCOL_BINCODE}, {SUBPROTOCOL_JSON}")), Some(SUBPROTOCOL_BINCODE)),
        (None, None),
    ] {
        let headers = offered.iter().map(|offered| ("Sec-WebSocket-Protocol", offered.as_str())).collect::<Vec<_>>();
        let (mut connection, response) =
            Connection::open_with_response(server().addr(), "/ws", &headers).await.unwrap();
        assert_eq!(response.header("Sec-WebSocket-Protocol"), chosen);
        let hello = ClientMessage::Hello(Hello::Guest { user_name: "Ann".into() });
        let frame = ClientFrame { reference: None, ack: None, message: hello };
        if chosen == Some(SUBPROTOCOL_BINCODE) {
            connection.send_binary(&encode_client_binary(&frame)).await.unwrap();
            assert!(matches!(connection.read(SOON).await.unwrap(), Received::Binary(_)));
        } else {
            connection.send_text(&umbra_protocol::encode_client_json(&frame)).await.unwrap();
            assert!(matches!(connection.read(SOON).await.unwrap(), Received::Text(_)));
        }
    }
}

#[tokio::test]
async fn only_unknown_subprotocols_are_refused_naming_both() {
    let refused = Connection::open(server().addr(), "/ws", &[("Sec-WebSocket-Protocol", "chat, soap")]).await;
    let Err(OpenError::Refused(response)) = refused else { panic!("{refused:?}") };
    assert_eq!(response.status, 400);
    assert!(response.text().contains(SUBPROTOCOL_JSON) && response.text().contains(SUBPROTOCOL_BINCODE));
}
