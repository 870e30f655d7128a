//! Section 6, first column: what a room does while it waits.

use serde_json::json;
use umbra_protocol::{DissolveReason, ErrorCode, Event, LeaveReason, RoomSpec, Seat};
use umbra_server_tests::player::refused;
use umbra_server_tests::{Player, Table, server};

use crate::servers::short_graces;

#[tokio::test]
async fn who_joins_gets_the_lowest_free_seat() {
    let mut table = Table::of(server(), "relay", 3, json!({})).await;
    let leaver = table.take(1);
    leaver.leave().await.unwrap();
    table[0].hears_that(Event::UserLeft { seat: Some(Seat(1)), uid: leaver.uid(), reason: LeaveReason::Left }).await;
    let newcomer = Player::guest(server(), "Newcomer").await;
    assert_eq!(newcomer.join(&table.room_id).await.unwrap().my_seat, Some(Seat(1)));
    let joined = |event: &Event| match event {
        Event::UserJoined { seat, uid, user_name } => Some((*seat, uid.clone(), user_name.to_string())),
        _ => None,
    };
    let wanted = (Some(Seat(1)), newcomer.uid(), "Newcomer".to_owned());
    table[2].hears("the newcomer", |event| joined(event).filter(|joined| *joined == wanted)).await;
}

#[tokio::test]
async fn when_the_host_leaves_the_lowest_seat_becomes_host() {
    let mut table = Table::of(server(), "relay", 3, json!({})).await;
    let host = table.take(0);
    host.leave().await.unwrap();
    let (heir, left) =
        (table.uid(1), Event::UserLeft { seat: Some(Seat(0)), uid: host.uid(), reason: LeaveReason::Left });
    table.all_hear(left).await;
    table.all_hear(Event::HostChanged { uid: heir }).await;
    assert_eq!(refused(table[2].kick(&table.uid(1)).await), ErrorCode::NotHost);
    assert_eq!(table[1].kick(&table.uid(2)).await, Ok(()));
}

#[tokio::test]
async fn a_room_that_everybody_has_left_is_no_more() {
    let table = Table::of(server(), "relay", 2, json!({})).await;
    table[0].leave().await.unwrap();
    table[1].leave().await.unwrap();
    assert_eq!(refused(table[0].join(&table.room_id).await), ErrorCode::RoomNotFound);
}

#[tokio::test]
async fn a_room_with_nobody_but_spectators_dissolves() {
    let table = Table::open(server(), "relay", 2, json!({})).await;
    let mut spectator = Player::guest(server(), "Watcher").await;
    spectator.spectate(&table.room_id).await.unwrap();
    table[0].leave().await.unwrap();
    spectator.hears_that(Event::RoomDissolved { reason: DissolveReason::Empty }).await;
    assert_eq!(refused(spectator.chat("anybody?").await), ErrorCode::NotInRoom);
}

#[tokio::test]
async fn whoever_drops_while_waiting_leaves_at_once() {
    let mut table = Table::of(server(), "relay", 3, json!({})).await;
    let uid = table.uid(1);
    table[1].drops().await;
    let left = Event::UserLeft { seat: Some(Seat(1)), uid, reason: LeaveReason::Offline };
    table[0].hears_that(left.clone()).await;
    table[2].hears_that(left).await;
    table[1].returns_to_no_room().await;
}

#[tokio::test]
async fn when_everybody_has_dropped_a_waiting_room_is_no_more() {
    let mut table = Table::of(server(), "relay", 2, json!({})).await;
    let mut spectator = Player::guest(server(), "Watcher").await;
    spectator.spectate(&table.room_id).await.unwrap();
    table[0].drops().await;
    table[1].drops().await;
    spectator.hears_that(Event::RoomDissolved { reason: DissolveReason::Empty }).await;
}

#[tokio::test]
async fn a_lobby_grace_holds_the_seat_and_the_session() {
    let mut table = Table::of(short_graces(), "relay", 2, json!({})).await;
    let uid = table.uid(1);
    table[1].drops().await;
    table[0].hears_that(Event::UserOffline { seat: Seat(1), uid: uid.clone() }).await;
    table[0].chat("come back").await.unwrap();
    assert!(table[1].returns().await, "resumed");
    let said = |event: &Event| matches!(event, Event::Chat { .. }).then_some(());
    table[1].hears("what was missed", said).await;
    table[0].hears_that(Event::UserOnline { seat: Seat(1), uid }).await;
}

#[tokio::test]
async fn a_lobby_grace_that_runs_out_frees_the_seat() {
    let mut table = Table::of(short_graces(), "relay", 2, json!({})).await;
    let uid = table.uid(1);
    table[1].drops().await;
    table[0].hears_that(Event::UserOffline { seat: Seat(1), uid: uid.clone() }).await;
    table[0].hears_that(Event::UserLeft { seat: Some(Seat(1)), uid, reason: LeaveReason::Offline }).await;
    table[1].returns_to_no_room().await;
}

#[tokio::test]
async fn the_host_kicks_a_player_who_hears_of_it_and_is_free() {
    let mut table = Table::of(server(), "relay", 3, json!({})).await;
    let mut kicked = table.take(1);
    table[0].kick(&kicked.uid()).await.unwrap();
    kicked.hears_that(Event::Kicked).await;
    table.all_hear(Event::UserLeft { seat: Some(Seat(1)), uid: kicked.uid(), reason: LeaveReason::Kicked }).await;
    kicked.create_room_with(RoomSpec { game: "relay".into(), seats: None, options: None }, true).await.unwrap();
    assert!(kicked.history().all(|(_, event)| !matches!(event, Event::UserLeft { .. })), "no word after KICKED");
}

#[tokio::test]
async fn the_host_dissolves_the_room_and_everybody_is_free() {
    let mut table = Table::of(server(), "relay", 3, json!({})).await;
    assert_eq!(refused(table[1].dissolve().await), ErrorCode::NotHost);
    table[0].dissolve().await.unwrap();
    table.all_hear(Event::RoomDissolved { reason: DissolveReason::Host }).await;
    assert_eq!(refused(table[1].join(&table.room_id).await), ErrorCode::RoomNotFound);
    assert_eq!(refused(table[0].leave().await), ErrorCode::NotInRoom);
}
