//! An operator's side: a server that is asked to stop, and a user who is asked to go.

use serde_json::json;
use umbra_client::raw::{Connection, request};
use umbra_client::{ClientEvent, Ending};
use umbra_protocol::{ClientMessage, Control, ErrorCode, Event, Hello, LeaveReason, Seat, ServerFrame, Subprotocol};
use umbra_server_tests::server::ADMIN_TOKEN;
use umbra_server_tests::table::spec;
use umbra_server_tests::{Player, SOON, Server, Table, Wire, server};

use crate::servers::both;

/// `POST path` with the operator's token.
async fn post(server: &Server, path: &str, body: &str) -> u16 {
    let mut connection = Connection::tcp(server.addr()).await.unwrap();
    let length = body.len();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {ADMIN_TOKEN}\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    connection.send_bytes(request.as_bytes()).await.unwrap();
    connection.read_response(SOON).await.unwrap().status
}

#[tokio::test]
async fn a_draining_server_says_so_takes_nobody_new_and_ends_with_1001() {
    let server = Server::with_settings(&[("drain_ms", "4000")]);
    let (mut json, _) = Wire::guest(&server, Subprotocol::Json, "Ann").await;
    let (mut binary, _) = Wire::guest(&server, Subprotocol::Bincode, "Bob").await;
    let mut late = Wire::open(server.addr(), Subprotocol::Json).await;
    assert_eq!(post(&server, "/admin/drain", "").await, 202);
    for wire in [&mut json, &mut binary] {
        let draining = Control::ServerDraining { reconnect_after_ms: 4000 };
        assert_eq!(wire.frame().await, ServerFrame::Control(draining));
        let create = ClientMessage::RoomCreate { spec: spec("relay", None, &json!({})), private: true };
        assert_eq!(wire.ask(create).await.unwrap_err().code, ErrorCode::ServerDraining);
        assert!(wire.ask(ClientMessage::RoomList { game: None }).await.is_ok(), "who is here goes on");
    }
    let refused = late.hello(Hello::Guest { user_name: "Late".into() }).await.unwrap_err();
    assert_eq!((refused.code, late.closed().await), (ErrorCode::ServerDraining, 1001));
    assert_eq!((json.closed().await, binary.closed().await), (1001, 1001));
    assert!(server.log().ends_within(SOON), "the server has stopped by itself");
    assert!(Connection::tcp(server.addr()).await.is_err(), "and its port is closed");
}

#[tokio::test]
async fn a_user_who_is_kicked_by_the_operator_is_out_of_the_room_and_4007() {
    both(async |subprotocol| {
        let mut table = Table::open(server(), "relay", 2, json!({})).await;
        let (mut wire, hello) = Wire::guest(server(), subprotocol, "Mallory").await;
        let join = umbra_protocol::JoinAs::Player;
        wire.ask(ClientMessage::RoomJoin { room_id: table.room_id.clone(), join_as: join }).await.unwrap();
        assert_eq!(post(server(), "/admin/kick", &json!({"uid": hello.uid}).to_string()).await, 202);
        assert_eq!(wire.closed().await, 4007);
        let left = Event::UserLeft { seat: Some(Seat(1)), uid: hello.uid, reason: LeaveReason::Left };
        table[0].hears_that(left).await;
    })
    .await;
}

#[tokio::test]
async fn a_kicked_client_does_not_come_back_and_a_kick_for_nobody_is_harmless() {
    let mut player = Player::guest(server(), "Mallory").await;
    assert_eq!(post(server(), "/admin/kick", r#"{"uid":"nobody"}"#).await, 202);
    assert_eq!(post(server(), "/admin/kick", &json!({"uid": player.uid()}).to_string()).await, 202);
    while player.next("the end").await != ClientEvent::Closed(Ending::Code(4007)) {}
}

#[tokio::test]
async fn without_a_token_in_the_settings_there_is_nothing_for_operators() {
    let server = crate::settings::plain_server();
    for path in ["/admin/drain", "/admin/kick", "/admin/"] {
        let response = request(server.addr(), "POST", path, &[("Content-Length", "0")]).await.unwrap();
        assert_eq!(response.status, 404, "{path}");
    }
}
