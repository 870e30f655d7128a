//! Connections that come and go in great numbers leave nothing behind.

use umbra_client::raw::{Connection, get};
use umbra_protocol::{Hello, Subprotocol};
use umbra_server_tests::deadline::soon;
use umbra_server_tests::{Server, Start, Wire};

const CONNECTIONS: usize = 500;
/// What the runtime itself may open and map meanwhile.
const SLACK_DESCRIPTORS: usize = 8;
const SLACK_MAPPINGS: usize = 400;

async fn answers(server: &Server) {
    assert_eq!(get(server.addr(), "/healthz").await.unwrap().status, 200);
}

#[tokio::test]
async fn five_hundred_connections_dropped_in_every_state_leave_nothing_behind() {
    let server = Server::ready(Start::new(&[("bind", "127.0.0.1:0")], None));
    answers(&server).await;
    let (descriptors, mappings) = (server.descriptors(), server.mappings());
    let (mut silent, mut wires) = (Vec::new(), Vec::new());
    for n in 0..CONNECTIONS {
        match n % 4 {
            0 => silent.push(Connection::tcp(server.addr()).await.unwrap()),
            1 => {
                let mut connection = Connection::tcp(server.addr()).await.unwrap();
                connection.send_bytes(b"GET /healthz HTTP/1.1\r\nHo").await.unwrap();
                silent.push(connection);
            }
            2 => wires.push(Wire::open(server.addr(), Subprotocol::Json).await),
            _ => {
                let mut wire = Wire::open(server.addr(), Subprotocol::Bincode).await;
                wire.hello(Hello::Guest { user_name: "Guest".into() }).await.unwrap();
                wires.push(wire);
            }
        }
    }
    // A quarter have signed in, which takes a process each, at a native edge the only ones of the guest's.
    let grown = server.mappings().saturating_sub(mappings);
    assert!(grown >= 2 * CONNECTIONS / 4, "mappings count processes: {grown} more than {mappings} before");
    let slack_mappings = SLACK_MAPPINGS.min(grown / 2);
    drop((silent, wires));
    soon("the last of them to be gone", async {
        // Each look is an answered request, which sets the pace.
        while server.descriptors() > descriptors + SLACK_DESCRIPTORS || server.mappings() > mappings + slack_mappings {
            answers(&server).await;
        }
    })
    .await;
    answers(&server).await;
}
