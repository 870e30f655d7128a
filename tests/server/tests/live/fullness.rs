//! `SERVER_FULL` and close 4008: so many users, so many rooms, and not one more.

use serde_json::json;
use umbra_protocol::{ClientMessage, ErrorCode, Hello, OkBody, Subprotocol};
use umbra_server_tests::deadline::soon;
use umbra_server_tests::table::spec;
use umbra_server_tests::{Server, Wire};

const USERS_MAX: usize = 4;
const ROOMS_MAX: usize = 3;

fn create() -> ClientMessage {
    ClientMessage::RoomCreate { spec: spec("relay", None, &json!({})), private: true }
}

async fn hello(server: &Server, subprotocol: Subprotocol) -> (Wire, Option<ErrorCode>) {
    let mut wire = Wire::open(server.addr(), subprotocol).await;
    let code = wire.hello(Hello::Guest { user_name: "One more".into() }).await.err().map(|error| error.code);
    (wire, code)
}

#[tokio::test]
async fn a_full_server_takes_nobody_more_until_somebody_goes() {
    let server = Server::with_settings(&[("users_max", "4"), ("rooms_max", "3")]);
    let mut users = Vec::new();
    for n in 0..USERS_MAX {
        let subprotocol = if n % 2 == 0 { Subprotocol::Json } else { Subprotocol::Bincode };
        users.push(Wire::guest(&server, subprotocol, "Guest").await);
    }
    for subprotocol in [Subprotocol::Json, Subprotocol::Bincode] {
        let (mut wire, refused) = hello(&server, subprotocol).await;
        assert_eq!(refused, Some(ErrorCode::ServerFull));
        assert_eq!(wire.closed().await, 4008);
    }
    // Who is here already is nobody more.
    let (_, ann) = &users[0];
    let mut again = Wire::open(server.addr(), Subprotocol::Json).await;
    let resume = Hello::Resume { session: ann.session.clone(), epoch: ann.epoch, last_seq: 0 };
    assert!(again.hello(resume).await.unwrap().resumed);

    for (wire, _) in &mut users[1..] {
        wire.ask(create()).await.unwrap();
    }
    assert_eq!(users[1..].len(), ROOMS_MAX);
    for message in [create(), ClientMessage::RoomQuickJoin { spec: spec("tictactoe", None, &json!({})) }] {
        assert_eq!(again.ask(message).await.unwrap_err().code, ErrorCode::ServerFull);
    }
    users[1].0.ask(ClientMessage::RoomLeave).await.unwrap();
    let room = soon("a place for a room", async {
        loop {
            match again.ask(create()).await {
                Ok(OkBody::Room(room)) => return room,
                other => assert_eq!(other.unwrap_err().code, ErrorCode::ServerFull),
            }
        }
    });
    room.await;

    drop(users.pop());
    let newcomer = soon("a place for a user", async {
        loop {
            match hello(&server, Subprotocol::Json).await {
                (wire, None) => return wire,
                (_, refused) => assert_eq!(refused, Some(ErrorCode::ServerFull)),
            }
        }
    });
    newcomer.await.ask(ClientMessage::RoomList { game: None }).await.unwrap();
}
