//! The client against a server that does as the test says, over real connections.

mod fake_server;

use std::time::Duration;

use fake_server::{FakeServer, guest};
use tokio::time::timeout;
use umbra_client::protocol::*;
use umbra_client::{Client, ClientError, ClientEvent, Ending};

const SOON: Duration = Duration::from_secs(20);

async fn next(client: &Client) -> ClientEvent {
    timeout(SOON, client.events().next()).await.expect("an event comes in time").expect("the stream goes on")
}

fn online(resumed: bool) -> ClientEvent {
    ClientEvent::Online { resumed }
}

fn chat(text: &str) -> Event {
    Event::Chat { uid: Uid("ann".into()), user_name: UserName::parse("Ann").unwrap(), text: text.into() }
}

async fn both(test: impl AsyncFn(Subprotocol)) {
    test(Subprotocol::Json).await;
    test(Subprotocol::Bincode).await;
}

#[tokio::test]
async fn signs_in_sends_and_hears_events_before_the_reply_they_caused() {
    both(async |subprotocol| {
        let server = FakeServer::start(subprotocol).await;
        let builder = Client::builder(server.url()).subprotocol(subprotocol).name("Ann");
        let (client, mut socket) = tokio::join!(builder.connect(), async {
            let mut socket = server.accept().await;
            let hello = socket.receive().await;
            assert_eq!(hello.message, ClientMessage::Hello(Hello::Guest { user_name: "Ann".into() }));
            socket.send(guest(hello.reference, 1)).await;
            socket
        });
        let client = client.unwrap();
        assert_eq!(client.hello().uid, Uid("ann".into()));
        assert_eq!(next(&client).await, online(false));
        assert_eq!(next(&client).await, ClientEvent::Sync { epoch: 1, room: None });

        let (answer, ()) = tokio::join!(client.action(serde_json::json!({"cell": 4})), async {
            let action = socket.receive().await;
            assert_eq!(action.reference, Some(1));
            assert_eq!(action.message, ClientMessage::GameAction { action: GameValue::trusted("{\"cell\":4}".into()) });
            socket.send(ServerFrame::Event { seq: 1, event: chat("seen") }).await;
            let body = OkBody::Answer(GameValue::trusted("{\"score\":3}".into()));
            socket.send(ServerFrame::Ok { reference: Some(1), body }).await;
        });
        assert_eq!(answer.unwrap().unwrap().as_str(), "{\"score\":3}");
        let waiting = timeout(Duration::ZERO, client.events().next()).await;
        assert_eq!(waiting.expect("already there"), Some(ClientEvent::Event { seq: 1, event: chat("seen") }));

        let (refused, ()) = tokio::join!(client.start_game(), async {
            let start = socket.receive().await;
            assert_eq!((start.reference, start.ack), (Some(2), Some(1)));
            let error = WireError::new(ErrorCode::NotHost, "only the host may start");
            socket.send(ServerFrame::Error { reference: Some(2), error }).await;
        });
        assert!(matches!(refused, Err(ClientError::Refused(error)) if error.code == ErrorCode::NotHost));
    })
    .await;
}

#[tokio::test]
async fn a_cut_connection_is_resumed_and_the_action_on_its_way_is_sent_again() {
    both(async |subprotocol| {
        let server = FakeServer::start(subprotocol).await;
        let builder = Client::builder(server.url()).subprotocol(subprotocol).name("Ann");
        let (client, mut socket) = tokio::join!(builder.connect(), server.signed_in(1));
        let client = client.unwrap();
        next(&client).await;
        next(&client).await;
        socket.send(ServerFrame::Event { seq: 1, event: chat("one") }).await;
        assert_eq!(next(&client).await, ClientEvent::Event { seq: 1, event: chat("one") });

        let (left, ()) = tokio::join!(client.leave(), async {
            assert_eq!(socket.receive().await.message, ClientMessage::RoomLeave);
            drop(socket);
            let mut socket = server.accept().await;
            let hello = socket.receive().await;
            let resume = Hello::Resume { session: "token".into(), epoch: 1, last_seq: 1 };
            assert_eq!(hello.message, ClientMessage::Hello(resume));
            socket.send(fake_server::resumed(hello.reference, 1, 0)).await;
            socket.send(ServerFrame::Event { seq: 2, event: chat("two") }).await;
            let again = socket.receive().await;
            assert_eq!((again.reference, again.message), (Some(1), ClientMessage::RoomLeave));
            socket.send(ServerFrame::Ok { reference: Some(1), body: OkBody::Empty }).await;
        });
        left.unwrap();
        assert!(matches!(next(&client).await, ClientEvent::Offline { code: None, retry_in: Some(_) }));
        assert_eq!(next(&client).await, online(true));
        assert_eq!(next(&client).await, ClientEvent::Event { seq: 2, event: chat("two") });
    })
    .await;
}

#[tokio::test]
async fn dropping_the_connection_sends_no_close_frame_and_waits_to_be_asked_back() {
    let server = FakeServer::start(Subprotocol::Json).await;
    let builder = Client::builder(server.url()).auto_reconnect(false);
    let (client, mut socket) = tokio::join!(builder.connect(), server.signed_in(1));
    let client = client.unwrap();
    client.drop_connection();
    assert_eq!(socket.close_code().await, None);
    next(&client).await;
    next(&client).await;
    assert_eq!(next(&client).await, ClientEvent::Offline { code: None, retry_in: None });

    let (left, ()) = tokio::join!(client.leave(), async {
        client.reconnect();
        let mut socket = server.accept().await;
        let hello = socket.receive().await;
        socket.send(fake_server::resumed(hello.reference, 1, 0)).await;
        assert_eq!(socket.receive().await.message, ClientMessage::RoomLeave);
        socket.send(ServerFrame::Ok { reference: Some(1), body: OkBody::Empty }).await;
    });
    left.unwrap();
}

#[tokio::test]
async fn closing_says_goodbye_and_ends_every_call_and_stream() {
    let server = FakeServer::start(Subprotocol::Json).await;
    let (client, mut socket) = tokio::join!(Client::builder(server.url()).connect(), server.signed_in(1));
    let client = client.unwrap();
    let (left, (), code) = tokio::join!(client.leave(), client.close(), async {
        socket.receive().await;
        socket.close_code().await
    });
    assert_eq!(left, Err(ClientError::Closed(Ending::Caller)));
    assert_eq!(code, Some(1000));
    next(&client).await;
    next(&client).await;
    assert_eq!(next(&client).await, ClientEvent::Closed(Ending::Caller));
    assert_eq!(client.events().next().await, None);
    assert_eq!(client.leave().await, Err(ClientError::Closed(Ending::Caller)));
}

#[tokio::test]
async fn letting_go_of_the_last_handle_says_goodbye() {
    let server = FakeServer::start(Subprotocol::Json).await;
    let (client, mut socket) = tokio::join!(Client::builder(server.url()).connect(), server.signed_in(1));
    drop(client.unwrap());
    assert_eq!(socket.close_code().await, Some(1000));
}

#[tokio::test]
async fn a_refused_sign_in_and_a_dead_address_are_errors_of_connecting() {
    let server = FakeServer::start(Subprotocol::Json).await;
    let (client, ()) = tokio::join!(Client::builder(server.url()).token("forged").connect(), async {
        let mut socket = server.accept().await;
        let hello = socket.receive().await;
        let error = WireError::new(ErrorCode::BadToken, "the token is signed by somebody else");
        socket.send(ServerFrame::Error { reference: hello.reference, error }).await;
    });
    let Err(ClientError::Closed(Ending::Refused(error))) = client else { panic!("{client:?}") };
    assert_eq!(error.code, ErrorCode::BadToken);

    let url = server.url();
    drop(server);
    let dead = Client::builder(url).connect().await;
    assert!(matches!(dead, Err(ClientError::Closed(Ending::Unreachable(_)))), "{dead:?}");
}

#[tokio::test]
async fn a_replaced_client_ends_and_never_comes_back() {
    let server = FakeServer::start(Subprotocol::Json).await;
    let (client, mut socket) = tokio::join!(Client::builder(server.url()).connect(), server.signed_in(1));
    let client = client.unwrap();
    next(&client).await;
    next(&client).await;
    socket.close(CloseCode::Replaced).await;
    assert_eq!(next(&client).await, ClientEvent::Closed(Ending::Replaced));
    assert_eq!(client.events().next().await, None);
}

#[tokio::test]
async fn a_saved_session_is_taken_up_by_another_client() {
    let server = FakeServer::start(Subprotocol::Json).await;
    let (client, mut socket) = tokio::join!(Client::builder(server.url()).connect(), server.signed_in(4));
    let client = client.unwrap();
    socket.send(ServerFrame::Event { seq: 1, event: chat("one") }).await;
    for _ in 0..3 {
        next(&client).await;
    }
    let saved = client.session();
    assert_eq!((saved.epoch, saved.last_seq, saved.last_ref), (4, 1, 0));
    drop((client, socket));

    let (client, hello) = tokio::join!(Client::builder(server.url()).resume(saved).connect(), async {
        let mut socket = server.accept().await;
        let hello = socket.receive().await;
        socket.send(fake_server::resumed(hello.reference, 4, 0)).await;
        hello.message
    });
    assert_eq!(hello, ClientMessage::Hello(Hello::Resume { session: "token".into(), epoch: 4, last_seq: 1 }));
    assert_eq!(next(&client.unwrap()).await, online(true));
}
