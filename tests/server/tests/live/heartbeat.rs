//! Silence: who says nothing in time, and who says nothing any more.

use std::time::Duration;

use umbra_client::raw::{Connection, Frame, Received};
use umbra_protocol::{ClientMessage, ErrorCode, Hello, Subprotocol};
use umbra_server_tests::wire::Heard;
use umbra_server_tests::{SOON, Wire};

use crate::servers::{both, impatient};

#[tokio::test]
async fn without_hello_in_time_it_is_4002() {
    both(async |subprotocol| {
        let mut wire = Wire::open(impatient().addr(), subprotocol).await;
        assert_eq!(wire.closed().await, 4002);
    })
    .await;
}

#[tokio::test]
async fn talking_about_something_else_does_not_put_the_deadline_of_hello_off() {
    let mut wire = Wire::open(impatient().addr(), Subprotocol::Json).await;
    let code = loop {
        // Until it is closed, each is answered; and that is what sets the pace.
        wire.say_frame(None, None, ClientMessage::Ping { client_time_ms: 0 }).await;
        match wire.next().await {
            Heard::Frame(_) => {
                let refused = wire.answer_without_ref().await.unwrap_err();
                assert!(matches!(refused.code, ErrorCode::NotAuthenticated | ErrorCode::RateLimited));
            }
            Heard::Close(code) => break code,
            other => panic!("{other:?} instead of a close"),
        }
    };
    // Too many at once is the other way of ending it, on a machine that is fast enough.
    assert!(code == 4002 || code == 4005, "{code}");
}

#[tokio::test]
async fn a_request_that_trickles_in_is_given_up() {
    let mut connection = Connection::tcp(impatient().addr()).await.unwrap();
    let head = format!("GET /healthz HTTP/1.1\r\nX-Slow: {}", "x".repeat(1000));
    for byte in head.bytes() {
        if connection.send_bytes(&[byte]).await.is_err() {
            return;
        }
        // The pace of a client that wants to keep the connection busy for as long as it can.
        match connection.read(Duration::from_millis(50)).await {
            Err(error) if error.kind() == std::io::ErrorKind::TimedOut => {}
            ended => return assert_eq!(ended.unwrap(), Received::Eof),
        }
    }
    panic!("a thousand bytes, and the server still listens");
}

#[tokio::test]
async fn half_a_head_and_then_silence_is_given_up() {
    for half in ["", "GET / HTTP/1.1\r\nHost: "] {
        let mut connection = Connection::tcp(impatient().addr()).await.unwrap();
        connection.send_bytes(half.as_bytes()).await.unwrap();
        assert_eq!(connection.read(SOON).await.unwrap(), Received::Eof);
    }
}

#[tokio::test]
async fn a_silent_client_is_pinged_and_who_does_not_answer_is_4006() {
    let (mut wire, _) = Wire::guest(impatient(), Subprotocol::Json, "Silent").await;
    let ping = wire.connection().read(SOON).await.unwrap();
    assert_eq!(ping, Received::Ping(Default::default()));
    assert_eq!(wire.closed().await, 4006);
}

#[tokio::test]
async fn who_answers_pings_stays_and_so_does_who_says_anything_at_all() {
    let (mut wire, _) = Wire::guest(impatient(), Subprotocol::Json, "Quiet").await;
    for n in 0..4 {
        let ping = wire.connection().read(SOON).await.unwrap();
        assert_eq!(ping, Received::Ping(Default::default()));
        if n % 2 == 0 {
            wire.raw(&Frame::pong("")).await;
        } else {
            wire.ask(ClientMessage::RoomList { game: None }).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_client_that_never_answers_a_close_is_cut_off() {
    let mut wire = Wire::open(impatient().addr(), Subprotocol::Json).await;
    wire.hello(Hello::Guest { user_name: "Rude".into() }).await.unwrap();
    wire.raw(&Frame::text("unmasked").unmasked()).await;
    assert_eq!(wire.next().await, Heard::Close(1002));
    assert_eq!(wire.next().await, Heard::Eof, "without the client's half of the close");
}
