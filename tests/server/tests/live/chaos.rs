//! Deaths on demand: where `chaos` is switched on, any process can be ended from outside, and the match goes on.

use serde_json::{Value, json};
use umbra_faults::live::Admin;
use umbra_server_tests::table::undercover_among;
use umbra_server_tests::{Server, Table, server};

fn mortal() -> Server {
    Server::mortal(&[])
}

/// Status and body of a request with the operator's token.
async fn ask(server: &Server, method: &str, path: &str, body: &str) -> (u16, Value) {
    Admin::new(server.addr()).ask(method, path, body).await.expect("an answer")
}

/// Ends a process, as soon as it is there: one that was just ended is between two lives for a moment.
async fn end(server: &Server, target: &str) {
    Admin::new(server.addr()).kill(target).await.unwrap_or_else(|error| panic!("{error}"));
}

async fn kill(server: &Server, target: &str) -> Value {
    let (status, body) = ask(server, "POST", "/admin/kill", &json!({ "target": target }).to_string()).await;
    assert_eq!(status, 200, "{target}");
    body
}

#[tokio::test]
async fn a_match_is_played_to_its_end_while_everything_around_it_dies_after_every_move() {
    let server = mortal();
    let mut table = Table::playing(&server, "tictactoe", 2, json!({})).await;
    let room = format!("room:{}", table.room_id);
    for (seat, cell) in [(0, 0), (1, 3), (0, 1), (1, 4), (0, 2)] {
        table.place(seat, cell).await;
        for target in [room.as_str(), room.as_str(), "roomManager", room.as_str(), "listener", "journal", "userManager"]
        {
            end(&server, target).await;
        }
    }
    assert_eq!(table.outcome().await, json!({"result": "WIN", "winner": 0}));
    for player in table.players() {
        let seqs: Vec<u64> = player.history().map(|(seq, _)| seq).collect();
        assert!(seqs.windows(2).all(|pair| pair[1] == pair[0] + 1), "no event missed, none twice: {seqs:?}");
        assert_eq!(player.history().filter(|(_, event)| event.id() == "GAME_EVENT").count(), 5);
    }
}

#[tokio::test]
async fn a_match_is_played_to_its_end_while_its_players_die_after_every_move() {
    let server = mortal();
    let mut table = Table::playing(&server, "tictactoe", 2, json!({})).await;
    for (seat, cell) in [(0, 0), (1, 3), (0, 1), (1, 4), (0, 2)] {
        table.place(seat, cell).await;
        if cell == 2 {
            break;
        }
        for (victim, target) in [(0, table.uid(0)), (1, table.uid(1))] {
            end(&server, &format!("user:{target}")).await;
            // The connection is the same, and is told the present state.
            table[victim].hears_resync().await;
        }
        end(&server, "userManager").await;
    }
    assert_eq!(table.outcome().await, json!({"result": "WIN", "winner": 0}));
}

#[tokio::test]
async fn a_socket_that_is_killed_is_a_lost_connection() {
    let server = mortal();
    let mut table = Table::playing(&server, "relay", 2, json!({})).await;
    let (dropped, offline) = (table.uid(1), table.uid(1));
    assert_eq!(kill(&server, &format!("socket:{dropped}")).await, json!({"killed": 1}));
    let seat = umbra_protocol::Seat(1);
    table[0].hears_that(umbra_protocol::Event::UserOffline { seat, uid: offline }).await;
}

#[tokio::test]
async fn the_processes_of_a_server_are_listed() {
    let server = mortal();
    let table = Table::playing(&server, "relay", 2, json!({})).await;
    let (status, list) = ask(&server, "GET", "/admin/processes", "").await;
    assert_eq!(status, 200);
    let list = list.as_array().expect("a list");
    let count = |kind: &str| list.iter().filter(|entry| entry["kind"] == kind).count();
    for (kind, expected) in [
        ("journal", 1),
        ("roomManager", 1),
        ("userManager", 1),
        ("listener", 1),
        ("room", 1),
        ("user", 2),
        ("socket", 2),
    ] {
        assert_eq!(count(kind), expected, "{kind} in {list:?}");
    }
    assert!(list.iter().any(|entry| entry["name"] == table.room_id.0.as_str() && entry["id"].is_u64()));
    assert_eq!(kill(&server, "room:NOSUCH").await, json!({"killed": 0}));
}

#[tokio::test]
async fn with_a_seed_the_same_words_are_dealt_to_the_same_seats() {
    let server = mortal();
    let mut deals = Vec::new();
    for seed in [7, 7, 8] {
        let mut table = Table::of(&server, "undercover", 4, json!({ "seed": seed })).await;
        let views = table.start().await;
        deals.push((undercover_among(&views), views));
    }
    assert_eq!(deals[0], deals[1]);
    assert_ne!(deals[0], deals[2]);
}

#[tokio::test]
async fn where_chaos_is_not_switched_on_none_of_this_exists() {
    for (method, path) in [("POST", "/admin/kill"), ("GET", "/admin/processes")] {
        assert_eq!(ask(server(), method, path, r#"{"target":"journal"}"#).await.0, 404);
    }
    let host = umbra_server_tests::Player::guest(server(), "Host").await;
    let spec = umbra_server_tests::table::spec("relay", Some(2), &json!({"seed": 7}));
    let refused = umbra_server_tests::player::refused(host.create_room_with(spec, true).await);
    assert_eq!(refused, umbra_protocol::ErrorCode::BadOptions);
}
