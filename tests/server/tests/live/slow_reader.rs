//! A client that never reads: it is let go (4004), and nobody else waits for it.

use serde_json::json;
use umbra_protocol::{ClientMessage, Event, Hello, JoinAs, Seat, Subprotocol};
use umbra_server_tests::{Server, Table, Wire};

/// More than the kernel's buffers on both sides of a connection take in.
const VALUES: usize = 1500;
const VALUE_BYTES: usize = 14_000;

#[tokio::test]
async fn who_never_reads_is_4004_and_the_room_goes_on_at_its_pace() {
    let server = Server::with_settings(&[("slow_socket_ms", "1000")]);
    let mut table = Table::open(&server, "relay", 3, json!({})).await;
    table.sit(&server, 1).await;
    let (mut never_reads, hello) = Wire::guest(&server, Subprotocol::Json, "Never reads").await;
    let join = ClientMessage::RoomJoin { room_id: table.room_id.clone(), join_as: JoinAs::Player };
    never_reads.ask(join).await.unwrap();
    never_reads.ask(ClientMessage::RoomReady { ready: true }).await.unwrap();
    table.start().await;
    never_reads.event_named("GAME_STARTED").await;
    let seen = never_reads.last_seq();

    // From here on nothing is read. Each action is answered, and heard by the others, whatever becomes of that one.
    let value = json!("x".repeat(VALUE_BYTES));
    let mut noticed = false;
    for _ in 0..VALUES {
        table[0].action(&value).await.unwrap();
        table[1].hears("the value", |event| matches!(event, Event::GameEvent { .. }).then_some(())).await;
        let offline = |event: &Event| *event == Event::UserOffline { seat: Seat(2), uid: hello.uid.clone() };
        noticed = table[1].history().any(|(_, event)| offline(event));
        if noticed {
            break;
        }
    }
    if !noticed {
        table[1].hears_that(Event::UserOffline { seat: Seat(2), uid: hello.uid.clone() }).await;
    }

    // Should it read after all, it learns why.
    assert_eq!(never_reads.closed().await, 4004);
    // And may come back; so much was missed that it has to begin from the present state.
    let mut back = Wire::open(server.addr(), Subprotocol::Json).await;
    let resume = Hello::Resume { session: hello.session, epoch: hello.epoch, last_seq: seen };
    let back = back.hello(resume).await.unwrap();
    assert!(!back.resumed && back.room.is_some_and(|room| room.my_seat == Some(Seat(2))));
}
