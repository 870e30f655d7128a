//! Bots at the tables of a real server, among themselves and with people.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, timeout};
use umbra_client::ClientEvent;
use umbra_protocol::{Event, RoomId, Seat};
use umbra_server_tests::Server;
use umbra_server_tests::bots::Bots;
use umbra_server_tests::deadline::soon;
use umbra_server_tests::player::{Player, json as read};
use umbra_server_tests::table::Table;

/// Bots think like people, if faster: twenty rounds of undercover take them a minute.
const A_MATCH: Duration = Duration::from_secs(120);

/// Lets the tests ask for the lobby again and again.
fn patient() -> Server {
    Server::with_settings(&[("messages_per_second", "1000000"), ("messages_burst", "1000000")])
}

/// Waits until a public room of this game is full; which it is.
async fn full_room(watcher: &Player, game: &str, seats: u8) -> RoomId {
    soon("a full table", async {
        loop {
            let rooms = watcher.list(Some(game)).await.expect("the lobby answers");
            if let Some(room) = rooms.iter().find(|room| room.seats_taken == seats) {
                return room.room_id.clone();
            }
        }
    })
    .await
}

async fn outcome(watcher: &mut Player) -> Value {
    let over = async {
        loop {
            match watcher.events().next().await {
                Some(ClientEvent::Event { event: Event::GameOver { outcome }, .. }) => return read(outcome.as_str()),
                Some(_) => {}
                None => panic!("the watcher's client has ended"),
            }
        }
    };
    timeout(A_MATCH, over).await.expect("the match ends")
}

#[tokio::test]
async fn a_table_of_six_bots_plays_undercover_to_the_end() {
    let server = patient();
    let _bots = Bots::start(&[("BOTS", "6"), ("BOTS_GAME", "undercover"), ("BOTS_URL", &server.url())]);
    let mut watcher = Player::guest(&server, "Watcher").await;
    let room = full_room(&watcher, "undercover", 6).await;
    let room = watcher.spectate(&room).await.expect("anybody may watch");
    assert!(room.players.iter().all(|player| player.user_name.as_str().starts_with("Bot ")), "{:?}", room.players);
    let outcome = outcome(&mut watcher).await;
    assert_eq!(outcome["undercovers"].as_array().map(Vec::len), Some(1), "{outcome}");
    let results = ["CIVILIANS", "UNDERCOVERS", "DRAW"];
    assert!(results.iter().any(|result| outcome["result"] == *result), "{outcome}");
}

#[tokio::test]
async fn bots_play_relay_and_what_one_sends_the_others_and_the_watchers_hear() {
    let server = patient();
    let _bots = Bots::start(&[("BOTS", "2"), ("BOTS_GAME", "relay"), ("BOTS_URL", &server.url())]);
    let mut watcher = Player::guest(&server, "Watcher").await;
    let room = full_room(&watcher, "relay", 2).await;
    watcher.spectate(&room).await.expect("anybody may watch");
    for seat in [0, 1] {
        let from = |event: &Event| match event {
            Event::GameEvent { event } => (read(event.as_str())["seat"] == seat).then_some(()),
            _ => None,
        };
        watcher.hears(&format!("something from seat {seat}"), from).await;
    }
}

#[tokio::test]
async fn a_bot_sits_down_in_the_room_that_is_named_and_plays_tictactoe_with_a_person_to_the_end() {
    let server = Server::with_settings(&[]);
    let mut table = Table::open(&server, "tictactoe", 2, json!({})).await;
    let _bots = Bots::start(&[("BOTS", "1"), ("BOTS_ROOM", table.room_id.0.as_str()), ("BOTS_URL", &server.url())]);
    let ann = &mut table[0];
    ann.hears("a ready bot", |event| matches!(event, Event::UserReady { ready: true, .. }).then_some(())).await;
    ann.start_game().await.expect("everybody is ready");
    let mut board = [false; 9];
    let began = Instant::now();
    let outcome = loop {
        assert!(began.elapsed() < A_MATCH, "the match goes on and on");
        let happened = ann.next("the match").await;
        let ClientEvent::Event { event, .. } = happened else { continue };
        let turn = match event {
            Event::GameOver { outcome } => break read(outcome.as_str()),
            Event::GameEvent { event } => {
                let cell = read(event.as_str())["cell"].as_u64().expect("a cell");
                board[usize::try_from(cell).expect("one of nine")] = true;
                continue;
            }
            Event::GameStarted { turn: Some(turn), .. } | Event::TurnStarted(turn) => turn,
            _ => continue,
        };
        if turn.seats == [Seat(0)] {
            let cell = board.iter().position(|taken| !taken).expect("a free cell");
            let placed = ann.action(json!({"type": "PLACE", "cell": cell})).await;
            placed.expect("the move is legal");
        }
    };
    // It takes the centre, and blocks whoever fills the first row.
    assert_ne!(outcome["winner"], 0, "a bot does not lose to somebody who plays the cells in order: {outcome}");
}
