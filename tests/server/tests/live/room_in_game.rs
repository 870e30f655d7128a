//! Section 6, second column: what a room does in game.

use serde_json::json;
use umbra_protocol::{ErrorCode, Event, LeaveReason, Phase, Seat, SkipReason};
use umbra_server_tests::player::refused;
use umbra_server_tests::{Player, Table, server};

use crate::servers::short_graces;

fn left(seat: u8, uid: umbra_protocol::Uid, reason: LeaveReason) -> Event {
    Event::UserLeft { seat: Some(Seat(seat)), uid, reason }
}

#[tokio::test]
async fn nobody_joins_as_a_player_but_anybody_may_watch() {
    let mut table = Table::open(server(), "relay", 4, json!({})).await;
    table.sit(server(), 1).await;
    table.start().await;
    let late = Player::guest(server(), "Late").await;
    assert_eq!(refused(late.join(&table.room_id).await), ErrorCode::RoomInGame);
    let room = late.spectate(&table.room_id).await.unwrap();
    assert_eq!((room.phase, room.my_seat), (Phase::InGame, None));
    assert!(room.view.is_some());
}

#[tokio::test]
async fn who_leaves_flees_and_the_game_is_told() {
    let mut table = Table::playing(server(), "tictactoe", 2, json!({})).await;
    let fled = table.take(0);
    fled.leave().await.unwrap();
    table[1].hears_that(left(0, fled.uid(), LeaveReason::Fled)).await;
    assert_eq!(table[1].hears_outcome().await, json!({"result": "WIN", "winner": 1}));
    // The room waits again, with the other as its host; the one who fled is free.
    assert_eq!(refused(fled.chat("bye").await), ErrorCode::NotInRoom);
    assert_eq!(refused(table[1].start_game().await), ErrorCode::NotEnoughPlayers);
}

#[tokio::test]
async fn who_drops_keeps_the_seat_and_goes_on_receiving() {
    let mut table = Table::playing(server(), "relay", 3, json!({})).await;
    let uid = table.uid(1);
    table[1].drops().await;
    for seat in [0, 2] {
        table[seat].hears_that(Event::UserOffline { seat: Seat(1), uid: uid.clone() }).await;
    }
    for n in 1..=3 {
        table[0].action(json!({"move": n})).await.unwrap();
    }
    assert!(table[1].returns().await, "resumed");
    for n in 1..=3 {
        table[1].hears_game_event(json!({"type": "RELAYED", "seat": 0, "n": n, "value": {"move": n}})).await;
    }
    for seat in [0, 2] {
        table[seat].hears_that(Event::UserOnline { seat: Seat(1), uid: uid.clone() }).await;
    }
    let room = table[1].hello().room.expect("still in the room");
    assert_eq!((room.my_seat, room.phase), (Some(Seat(1)), Phase::InGame));
}

#[tokio::test]
async fn an_offline_players_turn_is_skipped() {
    let mut table = Table::playing(server(), "undercover", 4, json!({})).await;
    table[1].drops().await;
    let spoke = table[0].action(json!({"type": "SPEAK", "text": "a hint"})).await;
    assert_eq!(spoke, Ok(None));
    let skipped = Event::TurnSkipped { seat: Seat(1), reason: SkipReason::Offline };
    for seat in [0, 2, 3] {
        table[seat].hears_that(skipped.clone()).await;
        table[seat].hears_turn(&[2]).await;
    }
    assert!(table[1].returns().await);
    table[1].hears_that(skipped).await;
    assert_eq!(refused(table[1].action(json!({"type": "SPEAK", "text": "late"})).await), ErrorCode::NotYourTurn);
}

#[tokio::test]
async fn a_game_may_wait_for_the_absent_and_then_they_forfeit() {
    let mut table = Table::playing(server(), "tictactoe", 2, json!({"turnMs": 2000})).await;
    table[0].drops().await;
    let outcome = table[1].hears_outcome().await;
    assert_eq!(outcome, json!({"result": "WIN", "winner": 1}));
    assert!(
        !table[1].history().any(|(_, event)| matches!(event, Event::TurnSkipped { .. })),
        "waited for, not skipped"
    );
}

#[tokio::test]
async fn who_is_late_in_a_turn_is_skipped_or_forfeits_as_the_game_says() {
    let mut table = Table::playing(server(), "undercover", 4, json!({"speakMs": 100, "voteMs": 60_000})).await;
    for seat in 0..4 {
        table.all_hear(Event::TurnSkipped { seat: Seat(seat), reason: SkipReason::Timeout }).await;
    }
    let mut table = Table::playing(server(), "tictactoe", 2, json!({"turnMs": 100})).await;
    assert_eq!(table.outcome().await, json!({"result": "WIN", "winner": 1}));
}

#[tokio::test]
async fn who_is_back_plays_on() {
    let mut table = Table::playing(server(), "tictactoe", 2, json!({})).await;
    let uid = table.uid(1);
    table[1].drops().await;
    table[0].hears_that(Event::UserOffline { seat: Seat(1), uid }).await;
    table.place(0, 4).await;
    assert!(table[1].returns().await);
    table[1].hears_game_event(json!({"type": "PLACED", "seat": 0, "cell": 4})).await;
    table[1].hears_turn(&[1]).await;
    table.place(1, 0).await;
    table[0].hears_game_event(json!({"type": "PLACED", "seat": 1, "cell": 0})).await;
}

#[tokio::test]
async fn nobody_kicks_dissolves_or_starts_in_game() {
    let table = Table::playing(server(), "relay", 2, json!({})).await;
    assert_eq!(refused(table[0].kick(&table.uid(1)).await), ErrorCode::RoomInGame);
    assert_eq!(refused(table[0].dissolve().await), ErrorCode::RoomInGame);
    assert_eq!(refused(table[0].start_game().await), ErrorCode::RoomInGame);
    assert_eq!(refused(table[1].ready(true).await), ErrorCode::RoomInGame);
}

#[tokio::test]
async fn a_seat_grace_that_runs_out_is_a_forced_exit() {
    let mut table = Table::playing(short_graces(), "relay", 3, json!({})).await;
    assert_eq!(table[0].hello().grace_ms, 4000);
    let uid = table.uid(1);
    table[1].drops().await;
    for seat in [0, 2] {
        table[seat].hears_that(Event::UserOffline { seat: Seat(1), uid: uid.clone() }).await;
        table[seat].hears_that(left(1, uid.clone(), LeaveReason::Offline)).await;
    }
    table[1].returns_to_no_room().await;
    assert_eq!(table[0].action(json!(1)).await, Ok(None), "the match goes on");
}

#[tokio::test]
async fn a_match_that_everybody_has_left_alone_ends_as_abandoned() {
    let mut table = Table::playing(short_graces(), "tictactoe", 2, json!({})).await;
    let mut spectator = Player::guest(short_graces(), "Watcher").await;
    spectator.spectate(&table.room_id).await.unwrap();
    table[0].drops().await;
    table[1].drops().await;
    let outcome = spectator.hears_outcome().await;
    assert_eq!(outcome, json!({"result": "ABANDONED", "winner": null}));
}

#[tokio::test]
async fn a_match_that_everybody_has_fled_is_over() {
    let mut table = Table::playing(server(), "relay", 2, json!({})).await;
    let mut spectator = Player::guest(server(), "Watcher").await;
    spectator.spectate(&table.room_id).await.unwrap();
    for seat in [0, 1] {
        table.take(seat).leave().await.unwrap();
    }
    spectator.hears_outcome().await;
    spectator.hears_that(Event::RoomDissolved { reason: umbra_protocol::DissolveReason::Empty }).await;
}
