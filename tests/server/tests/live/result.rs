//! Section 6: a match that ended while somebody was away.

use serde_json::json;
use umbra_protocol::{ErrorCode, Event, LeaveReason, Phase, Seat};
use umbra_server_tests::player::refused;
use umbra_server_tests::table::{undercover_among, view};
use umbra_server_tests::{Player, Server, Table, server};

use crate::servers::short_graces;

/// A match of tictactoe that seat 0 has won while seat 1 was away.
async fn missed_end(server: &Server) -> Table {
    let mut table = Table::playing(server, "tictactoe", 2, json!({"turnMs": 2500})).await;
    let uid = table.uid(1);
    table.place(0, 4).await;
    table[1].drops().await;
    table[0].hears_that(Event::UserOffline { seat: Seat(1), uid }).await;
    assert_eq!(table[0].hears_outcome().await, json!({"result": "WIN", "winner": 0}));
    table
}

#[tokio::test]
async fn the_result_waits_for_who_missed_it() {
    let mut table = missed_end(server()).await;
    let uid = table.uid(1);
    let other = Player::guest(server(), "Other").await;
    assert_eq!(refused(other.join(&table.room_id).await), ErrorCode::RoomFull, "the seat is held");
    assert!(table[1].returns().await, "resumed");
    assert_eq!(table[1].hears_outcome().await, json!({"result": "WIN", "winner": 0}));
    let room = table[1].hello().room.expect("still in the room");
    assert_eq!((room.phase, room.my_seat), (Phase::Waiting, Some(Seat(1))));
    assert!(room.last_outcome.is_some());
    table[0].hears_that(Event::UserOnline { seat: Seat(1), uid }).await;
    // And both can play on.
    table.start().await;
}

#[tokio::test]
async fn a_result_that_nobody_asks_for_is_kept_for_its_grace_and_then_the_user_leaves() {
    let mut table = missed_end(short_graces()).await;
    let uid = table.uid(1);
    table[0].hears_that(Event::UserLeft { seat: Some(Seat(1)), uid: uid.clone(), reason: LeaveReason::Offline }).await;
    table[1].returns_to_no_room().await;
    assert_eq!(table[1].uid(), uid, "and the same user");
}

#[tokio::test]
async fn when_others_start_a_new_match_the_absent_leave_first() {
    let mut table = Table::of(server(), "undercover", 6, json!({})).await;
    let odd = undercover_among(&table.start().await);
    let absent = if odd == 5 { 4 } else { 5 };
    let mut absentee = table.take(absent);
    let uid = absentee.uid();
    absentee.drops().await;
    table.all_hear(Event::UserOffline { seat: Seat(absent), uid: uid.clone() }).await;
    // With the only undercover gone the civilians have won.
    table.take(odd).leave().await.unwrap();
    assert_eq!(table.outcome().await["result"], "CIVILIANS");

    let (host, others) = table.seats().split_first().map(|(host, others)| (*host, others.to_vec())).unwrap();
    for seat in others {
        table[seat].ready(true).await.unwrap();
    }
    table[host].start_game().await.unwrap();
    table.all_hear(Event::UserLeft { seat: Some(Seat(absent)), uid, reason: LeaveReason::Offline }).await;
    for player in table.players_mut() {
        player.hears("the new match", view).await;
    }
    absentee.returns_to_no_room().await;
}

#[tokio::test]
async fn the_host_passes_on_when_the_host_missed_the_end() {
    let mut table = Table::playing(server(), "tictactoe", 2, json!({"turnMs": 2500})).await;
    table[0].drops().await;
    table[1].hears_outcome().await;
    let heir = table.uid(1);
    table[1].hears_that(Event::HostChanged { uid: heir }).await;
}
