//! Section 7: every error code that default settings can bring, in both encodings. `crashes` has `INTERNAL`, `draining`
//! `SERVER_DRAINING`, `fullness` `SERVER_FULL`, `limits` `RATE_LIMITED`, `session` `STALE_REF`, `sign_in` `BAD_TOKEN`.

use serde_json::{Value, json};
use umbra_client::raw::Frame;
use umbra_protocol::{
    ClientMessage, ErrorCode, GameValue, JoinAs, OkBody, RoomId, RoomSpec, Subprotocol, Uid, WireError,
};
use umbra_server_tests::table::spec;
use umbra_server_tests::{Wire, server};

use crate::servers::both;

async fn guest(subprotocol: Subprotocol) -> Wire {
    Wire::guest(server(), subprotocol, "Somebody").await.0
}

/// A host alone in a private room, and which.
async fn host(subprotocol: Subprotocol, game: &str, seats: u8) -> (Wire, RoomId) {
    let mut wire = guest(subprotocol).await;
    let create = ClientMessage::RoomCreate { spec: spec(game, Some(seats), &json!({})), private: true };
    match wire.ask(create).await {
        Ok(OkBody::Room(room)) => (wire, room.room_id),
        other => panic!("expected a room, got {other:?}"),
    }
}

async fn newcomer(subprotocol: Subprotocol, room_id: &RoomId, join_as: JoinAs) -> Wire {
    let mut wire = guest(subprotocol).await;
    wire.ask(ClientMessage::RoomJoin { room_id: room_id.clone(), join_as }).await.unwrap();
    wire
}

/// A match of two.
async fn playing(subprotocol: Subprotocol, game: &str) -> (Wire, Wire, RoomId) {
    let (mut first, room_id) = host(subprotocol, game, 2).await;
    let mut second = newcomer(subprotocol, &room_id, JoinAs::Player).await;
    second.ask(ClientMessage::RoomReady { ready: true }).await.unwrap();
    first.ask(ClientMessage::GameStart).await.unwrap();
    (first, second, room_id)
}

fn action(value: Value) -> ClientMessage {
    ClientMessage::GameAction { action: GameValue::trusted(value.to_string()) }
}

fn join(room_id: &RoomId) -> ClientMessage {
    ClientMessage::RoomJoin { room_id: room_id.clone(), join_as: JoinAs::Player }
}

fn create(game: &str, seats: Option<u8>, options: Value) -> ClientMessage {
    ClientMessage::RoomCreate { spec: spec(game, seats, &options), private: true }
}

/// Held to: this code, and one sentence without internals.
fn is(code: ErrorCode, answer: Result<OkBody, WireError>) -> String {
    let error = answer.expect_err("a refusal");
    assert_eq!(error.code, code, "{}", error.message);
    assert!(!error.message.is_empty() && !error.message.contains('\n'), "{:?}", error.message);
    for internal in ["::", ".rs", "panick", "Err(", "Some("] {
        assert!(!error.message.contains(internal), "{:?} shows {internal}", error.message);
    }
    error.message
}

#[tokio::test]
async fn bad_message_names_the_field_and_uses_up_the_ref() {
    let mut wire = guest(Subprotocol::Json).await;
    for (frame, field) in [
        (r#"{"id":"ROOM_JOIN","ref":1,"body":{}}"#, "roomId"),
        (r#"{"id":"ROOM_JOIN","ref":2,"body":{"roomId":7}}"#, "roomId"),
        (r#"{"id":"ROOM_READY","ref":3,"body":{"ready":"yes"}}"#, "ready"),
        (r#"{"id":"CHAT_SEND","ref":4,"body":{"text":null}}"#, "text"),
        (r#"{"id":"ROOM_CREATE","ref":5,"body":{"game":"relay","options":[]}}"#, "options"),
        (r#"{"id":"GAME_ACTION","ref":6,"body":{}}"#, "action"),
        (r#"{"id":"GAME_ACTION","ref":7,"body":null}"#, "body"),
        (r#"{"id":"ROOM_LIST","ref":8,"body":{"game":"a","game":"b"}}"#, "game"),
    ] {
        wire.raw(&Frame::text(frame)).await;
        let reference = umbra_server_tests::player::json(&frame.replace(r#""game":"b""#, r#""g":"b""#))["ref"].as_u64();
        let message = is(ErrorCode::BadMessage, wire.answer(reference.unwrap()).await);
        assert!(message.contains(field), "{message} names {field}");
    }
    wire.raw(&Frame::text(r#"{"id":"ROOM_LIST","ref":8}"#)).await;
    is(ErrorCode::BadMessage, wire.answer(8).await);
    wire.raw(&Frame::text(r#"{"id":"ROOM_LIST","ref":9}"#)).await;
    assert!(wire.answer(9).await.is_ok());
}

#[tokio::test]
async fn what_has_no_envelope_is_answered_without_a_ref_and_the_connection_stays() {
    let mut wire = guest(Subprotocol::Json).await;
    for frame in [
        "",
        "{",
        "null",
        "[]",
        "7",
        r#""HELLO""#,
        "{}",
        r#"{"id":7,"ref":1}"#,
        r#"{"ref":1}"#,
        r#"{"id":"ROOM_LIST"}"#,
        r#"{"id":"ROOM_LIST","ref":0}"#,
        r#"{"id":"ROOM_LIST","ref":-1}"#,
        r#"{"id":"ROOM_LIST","ref":1.5}"#,
        r#"{"id":"ROOM_LIST","ref":"1"}"#,
        r#"{"id":"ROOM_LIST","ref":9007199254740992}"#,
    ] {
        wire.raw(&Frame::text(frame)).await;
        is(ErrorCode::BadMessage, wire.answer_without_ref().await);
    }
    wire.raw(&Frame::text(r#"{"id":"ROOM_LIST","ref":9007199254740991}"#)).await;
    assert!(wire.answer(9_007_199_254_740_991).await.is_ok());
    let mut wire = guest(Subprotocol::Bincode).await;
    for frame in [vec![], vec![1], vec![2; 40], vec![1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0]] {
        wire.raw(&Frame::binary(frame)).await;
        is(ErrorCode::BadMessage, wire.answer_without_ref().await);
    }
    assert!(wire.ask(ClientMessage::RoomList { game: None }).await.is_ok());
}

#[tokio::test]
async fn unknown_id_names_it_and_uses_up_the_ref() {
    let mut wire = guest(Subprotocol::Json).await;
    wire.raw(&Frame::text(r#"{"id":"ROOM_EXPLODE","ref":1,"body":{}}"#)).await;
    assert!(is(ErrorCode::UnknownId, wire.answer(1).await).contains("ROOM_EXPLODE"));
    let mut wire = guest(Subprotocol::Bincode).await;
    wire.raw(&Frame::binary([[1, 1, 0, 0, 0, 0, 0, 0, 0, 0].as_slice(), &[99, 0, 0, 0]].concat())).await;
    assert!(is(ErrorCode::UnknownId, wire.answer(1).await).contains("99"));
}

#[tokio::test]
async fn rooms_that_cannot_be_made_are_refused_with_the_reason() {
    both(async |subprotocol| {
        let mut wire = guest(subprotocol).await;
        is(ErrorCode::UnknownGame, wire.ask(create("chess", None, json!({}))).await);
        let quick =
            ClientMessage::RoomQuickJoin { spec: RoomSpec { game: "chess".into(), seats: None, options: None } };
        is(ErrorCode::UnknownGame, wire.ask(quick).await);
        for (game, seats, options, named) in [
            ("tictactoe", Some(3), json!({}), "seats"),
            ("tictactoe", Some(1), json!({}), "seats"),
            ("undercover", Some(3), json!({}), "seats"),
            ("undercover", Some(11), json!({}), "seats"),
            ("relay", Some(0), json!({}), "seats"),
            ("relay", Some(65), json!({}), "seats"),
            ("relay", None, json!({"autoStrat": true}), "autoStrat"),
            ("relay", None, json!({"autoStart": 1}), "autoStart"),
            ("tictactoe", None, json!({"turnMs": 99}), "turnMs"),
        ] {
            let message = is(ErrorCode::BadOptions, wire.ask(create(game, seats, options)).await);
            assert!(message.contains(named), "{message} names {named}");
        }
        for (game, seats) in [("undercover", 4), ("undercover", 10), ("relay", 1), ("relay", 64)] {
            assert!(wire.ask(create(game, Some(seats), json!({}))).await.is_ok(), "{seats} seats of {game}");
            assert!(wire.ask(ClientMessage::RoomLeave).await.is_ok());
        }
    })
    .await;
}

#[tokio::test]
async fn rooms_that_cannot_be_entered_are_refused_with_the_reason() {
    both(async |subprotocol| {
        let mut wire = guest(subprotocol).await;
        for nowhere in ["ZZZZZZ", "", "OOO000", "a very long name indeed"] {
            is(ErrorCode::RoomNotFound, wire.ask(join(&RoomId(nowhere.into()))).await);
        }
        is(ErrorCode::NotInRoom, wire.ask(ClientMessage::RoomLeave).await);
        is(ErrorCode::NotInRoom, wire.ask(ClientMessage::ChatSend { text: "hello?".into() }).await);
        let (mut first, second, room_id) = playing(subprotocol, "tictactoe").await;
        is(ErrorCode::RoomInGame, wire.ask(join(&room_id)).await);
        is(ErrorCode::AlreadyInRoom, first.ask(join(&room_id)).await);
        is(ErrorCode::AlreadyInRoom, first.ask(create("relay", None, json!({}))).await);
        drop(second);
        let (mut alone, room_id) = host(subprotocol, "relay", 1).await;
        is(ErrorCode::RoomFull, wire.ask(join(&room_id)).await);
        let quick = ClientMessage::RoomQuickJoin { spec: spec("relay", None, &json!({})) };
        is(ErrorCode::AlreadyInRoom, alone.ask(quick).await);
    })
    .await;
}

#[tokio::test]
async fn what_only_the_host_may_do_or_not_yet_is_refused_with_the_reason() {
    both(async |subprotocol| {
        let (mut first, room_id) = host(subprotocol, "tictactoe", 2).await;
        is(ErrorCode::NotEnoughPlayers, first.ask(ClientMessage::GameStart).await);
        is(ErrorCode::GameNotRunning, first.ask(action(json!({"type": "PLACE", "cell": 0}))).await);
        let mut second = newcomer(subprotocol, &room_id, JoinAs::Player).await;
        is(ErrorCode::NotReady, first.ask(ClientMessage::GameStart).await);
        is(ErrorCode::NotHost, second.ask(ClientMessage::GameStart).await);
        is(ErrorCode::NotHost, second.ask(ClientMessage::RoomDissolve).await);
        is(ErrorCode::NotHost, second.ask(ClientMessage::RoomKick { uid: Uid("anybody".into()) }).await);
        is(ErrorCode::NotInRoom, first.ask(ClientMessage::RoomKick { uid: Uid("nobody".into()) }).await);
    })
    .await;
}

#[tokio::test]
async fn moves_that_the_rules_do_not_allow_are_refused_and_change_nothing() {
    both(async |subprotocol| {
        let (mut first, mut second, room_id) = playing(subprotocol, "tictactoe").await;
        is(ErrorCode::NotYourTurn, second.ask(action(json!({"type": "PLACE", "cell": 0}))).await);
        for nonsense in
            [json!({"type": "PLACE", "cell": 9}), json!({"type": "FLY"}), json!(null), json!([]), json!("x")]
        {
            is(ErrorCode::IllegalAction, first.ask(action(nonsense)).await);
        }
        let mut watcher = newcomer(subprotocol, &room_id, JoinAs::Spectator).await;
        is(ErrorCode::Spectator, watcher.ask(action(json!({"type": "PLACE", "cell": 0}))).await);
        is(ErrorCode::Spectator, watcher.ask(ClientMessage::RoomReady { ready: true }).await);
        assert_eq!(first.ask(action(json!({"type": "PLACE", "cell": 0}))).await, Ok(OkBody::Empty));
        is(ErrorCode::IllegalAction, second.ask(action(json!({"type": "PLACE", "cell": 0}))).await);
    })
    .await;
}
