//! What a death inside the server costs: the one who caused it, and nobody else.
//!
//! On `cramped` a user has 4 MiB and a room 2 MiB, while one message may have 1 MiB: so a client can end its own user's
//! process with a question of a megabyte, and a room's with a move of half of one. That is the operator's doing, not a
//! fault; it is the one way to such a death from outside.

use serde_json::json;
use umbra_protocol::{
    ClientMessage, DissolveReason, ErrorCode, Event, GameValue, Hello, JoinAs, LeaveReason, Seat, Subprotocol, Uid,
};
use umbra_server_tests::{Player, Table, Wire};

use crate::servers::cramped;

/// A guest on seat 1, on the wire.
async fn sits_down(table: &Table, subprotocol: Subprotocol) -> (Wire, Uid) {
    let (mut wire, hello) = Wire::guest(cramped(), subprotocol, "Doomed").await;
    let join = ClientMessage::RoomJoin { room_id: table.room_id.clone(), join_as: JoinAs::Player };
    wire.ask(join).await.unwrap();
    (wire, hello.uid)
}

fn too_much_for_a_user() -> ClientMessage {
    ClientMessage::RoomList { game: Some("x".repeat(1_000_000)) }
}

fn crashed(uid: Uid) -> Event {
    Event::UserLeft { seat: Some(Seat(1)), uid, reason: LeaveReason::Crashed }
}

#[tokio::test]
async fn while_waiting_a_user_whose_process_dies_leaves_as_crashed() {
    let mut table = Table::open(cramped(), "relay", 2, json!({})).await;
    let (mut doomed, uid) = sits_down(&table, Subprotocol::Json).await;
    doomed.say(too_much_for_a_user()).await;
    table[0].hears_that(crashed(uid)).await;
    assert_eq!(doomed.closed().await, 1011);
    // The seat is free for somebody else, and the room has not noticed more than that.
    table.sit(cramped(), 1).await;
    table.start().await;
}

#[tokio::test]
async fn in_game_a_user_whose_process_dies_is_out_and_the_game_is_told() {
    let mut table = Table::open(cramped(), "tictactoe", 2, json!({})).await;
    let (mut doomed, uid) = sits_down(&table, Subprotocol::Bincode).await;
    doomed.ask(ClientMessage::RoomReady { ready: true }).await.unwrap();
    table.start().await;
    doomed.say(too_much_for_a_user()).await;
    table[0].hears_that(crashed(uid)).await;
    assert_eq!(table[0].hears_outcome().await, json!({"result": "WIN", "winner": 0}));
    assert_eq!(doomed.closed().await, 1011);
}

#[tokio::test]
async fn a_user_whose_process_died_signs_in_again_as_the_same_user() {
    let (mut doomed, hello) = Wire::guest(cramped(), Subprotocol::Json, "Doomed").await;
    doomed.say(too_much_for_a_user()).await;
    assert_eq!(doomed.closed().await, 1011);
    let mut again = Wire::open(cramped().addr(), Subprotocol::Json).await;
    let resume = Hello::Resume { session: hello.session, epoch: hello.epoch, last_seq: 0 };
    let back = again.hello(resume).await.unwrap();
    assert_eq!((back.uid, back.resumed, back.room), (hello.uid, false, None));
}

#[tokio::test]
async fn a_room_that_dies_ends_alone_and_the_actor_is_told_of_a_fault() {
    let mut other = Table::playing(cramped(), "tictactoe", 2, json!({})).await;
    let mut table = Table::open(cramped(), "relay", 2, json!({})).await;
    let (mut actor, _) = sits_down(&table, Subprotocol::Json).await;
    actor.ask(ClientMessage::RoomReady { ready: true }).await.unwrap();
    table.start().await;
    let action = GameValue::trusted(json!("x".repeat(500_000)).to_string());
    let refused = actor.ask(ClientMessage::GameAction { action }).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Internal);
    let failed = Event::RoomDissolved { reason: DissolveReason::Failed };
    table[0].hears_that(failed.clone()).await;
    assert_eq!(actor.event_named("ROOM_DISSOLVED").await, failed);

    // Everybody who was in it is free, and the others play on.
    let room = table[0].create_room("relay").await.unwrap();
    assert_eq!(room.my_seat, Some(Seat(0)));
    other.place(0, 4).await;
    other[1].hears_game_event(json!({"type": "PLACED", "seat": 0, "cell": 4})).await;
    assert!(Player::guest(cramped(), "Newcomer").await.list(None).await.is_ok());
}
