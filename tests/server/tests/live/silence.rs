//! A healthy server says one line, and then nothing.

use serde_json::json;
use umbra_protocol::Event;
use umbra_server_tests::{Player, Server, Start, Table};

#[tokio::test]
async fn after_whole_matches_the_log_holds_the_ready_line_and_nothing_else() {
    let server = Server::ready(Start::new(&[("bind", "127.0.0.1:0")], None));
    // One match is played to its end, with a connection lost and found on the way.
    let mut table = Table::playing(&server, "tictactoe", 2, json!({})).await;
    let mut watcher = Player::guest(&server, "Watcher").await;
    watcher.spectate(&table.room_id).await.unwrap();
    table.place(0, 0).await;
    table[1].drops().await;
    table[0].hears("the loss", |event| matches!(event, Event::UserOffline { .. }).then_some(())).await;
    assert!(table[1].returns().await);
    for (seat, cell) in [(1, 3), (0, 1), (1, 4), (0, 2)] {
        table.place(seat, cell).await;
    }
    assert_eq!(table.outcome().await, json!({"result": "WIN", "winner": 0}));
    // Another is fled from; refusals, goodbyes and requests are as ordinary.
    table.start().await;
    table.take(1).leave().await.unwrap();
    table[0].hears_outcome().await;
    assert!(table[0].start_game().await.is_err());
    assert_eq!(umbra_client::raw::get(server.addr(), "/").await.unwrap().status, 200);
    assert_eq!(umbra_client::raw::get(server.addr(), "/nothing").await.unwrap().status, 404);
    table[0].close().await;
    watcher.hears("the end of the room", |event| matches!(event, Event::RoomDissolved { .. }).then_some(())).await;
    watcher.close().await;

    let said = server.said();
    assert!(said.len() == 1 && said[0].starts_with("Umbra is ready: open http://"), "{said:#?}");
}
