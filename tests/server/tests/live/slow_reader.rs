//! A client that never reads: it is let go (4004), and nobody else waits for it.

use serde_json::json;
use umbra_protocol::{ClientMessage, Event, Hello, JoinAs, Seat, Subprotocol};
use umbra_server_tests::{Server, Table, Wire};

/// More than the kernel's buffers on both sides of a connection take in.
const VALUES: usize = 1500;
const VALUE_BYTES: usize = 14_000;

/// Plays before somebody who never reads, until that one is let go. Whether a resume then brings everything missed.
async fn is_let_go_and_resumes(server: &Server) -> bool {
    let mut table = Table::open(server, "relay", 3, json!({})).await;
    table.sit(server, 1).await;
    let (mut never_reads, hello) = Wire::guest(server, Subprotocol::Json, "Never reads").await;
    let join = ClientMessage::RoomJoin { room_id: table.room_id.clone(), join_as: JoinAs::Player };
    never_reads.ask(join).await.unwrap();
    never_reads.ask(ClientMessage::RoomReady { ready: true }).await.unwrap();
    table.start().await;
    never_reads.event_named("GAME_STARTED").await;
    let seen = never_reads.last_seq();

    // From here on nothing is read. Each action is answered, and heard by the others, whatever becomes of that one.
    let value = json!("x".repeat(VALUE_BYTES));
    let offline = Event::UserOffline { seat: Seat(2), uid: hello.uid.clone() };
    let mut noticed = false;
    for _ in 0..VALUES {
        table[0].action(&value).await.unwrap();
        table[1].hears("the value", |event| matches!(event, Event::GameEvent { .. }).then_some(())).await;
        noticed = table[1].history().any(|(_, event)| *event == offline);
        if noticed {
            break;
        }
    }
    if !noticed {
        table[1].hears_that(offline).await;
    }

    // Should it read after all, it learns why, and may come back.
    assert_eq!(never_reads.closed().await, 4004);
    let mut back = Wire::open(server.addr(), Subprotocol::Json).await;
    let resume = Hello::Resume { session: hello.session, epoch: hello.epoch, last_seq: seen };
    let back = back.hello(resume).await.unwrap();
    assert!(back.room.is_some_and(|room| room.my_seat == Some(Seat(2))));
    back.resumed
}

#[tokio::test]
async fn who_never_reads_overflows_and_is_4004_and_begins_from_the_present_state() {
    let server = Server::with_settings(&[("history_bytes_max", "65536"), ("slow_socket_ms", "60000")]);
    assert!(!is_let_go_and_resumes(&server).await, "more was missed than is kept");
}

#[tokio::test]
async fn who_never_reads_for_too_long_is_4004_and_resumes_what_is_kept() {
    let server = Server::with_settings(&[
        ("history_bytes_max", "67108864"),
        ("history_events_max", "1000000"),
        ("user_memory_bytes", "1073741824"),
        ("slow_socket_ms", "500"),
    ]);
    assert!(is_let_go_and_resumes(&server).await, "everything that was missed is kept");
}
