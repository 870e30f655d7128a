//! EDGE: ports are opened for a listener, outlive it, and are closed when the server stops.

mod stage;

use stage::{PATIENCE, Puppet, Stage, edge_of, open, send, settings, soon};
use tokio::net::{TcpListener, TcpStream};
use umbra::process::messages::{EDGE_PROTOCOL, EdgeMessage, ListenerMessage, SocketMessage};
use umbra::process::operator::Task;
use umbra_client::raw;
use umbra_machine::settings::{Secret, Settings};
use umbra_otp::ProcessId;
use umbra_runtime::{Environment as _, Signal};

const ADMIN_TOKEN: &str = "the operator's token";

fn with_operators() -> Settings {
    Settings { admin_token: Secret::new(ADMIN_TOKEN), chaos: true, ..settings() }
}

/// On a port that is free just now.
async fn with_port(settings: Settings) -> Settings {
    let free = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    Settings { bind: free.local_addr().expect("it is bound"), ..settings }
}

/// A client that has said nothing yet, whose connection has a process.
async fn connected(stage: &Stage) -> raw::Connection {
    let before = stage.connections().await.len();
    let client = raw::Connection::tcp(&stage.address.to_string()).await.expect("the port is open");
    soon("its process", async { while stage.connections().await.len() == before {} }).await;
    client
}

/// An operator's request for the list of processes, without waiting for the answer.
async fn asks_for_processes(client: &mut raw::Connection) {
    let request =
        format!("GET /admin/processes HTTP/1.1\r\nHost: umbra\r\nAuthorization: Bearer {ADMIN_TOKEN}\r\n\r\n");
    client.send_bytes(request.as_bytes()).await.expect("it is open");
}

#[tokio::test]
async fn a_port_outlives_the_listener_that_asked_for_it_and_the_next_one_takes_it_over() {
    let mut stage = Stage::start(with_port(settings()).await).await;
    stage.node.environment.remove_process(stage.listener.id);
    let (_client, id) = stage.connect().await;
    let mut next = Puppet::new(&stage.node);
    match open(&stage.node, &mut next, &stage.settings, EDGE_PROTOCOL).await {
        ListenerMessage::Opened { address } => assert_eq!(address, stage.address),
        other => panic!("expected the same port, got {other:?}"),
    }
    assert!(stage.node.environment.get_process(id).is_some(), "a connection does not notice");
    stage.connect().await;
}

#[tokio::test]
async fn a_port_that_is_taken_is_a_sentence() {
    let (node, _edge) = Stage::unopened().await;
    let taken = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let settings = Settings { bind: taken.local_addr().expect("it is bound"), ..settings() };
    let mut listener = Puppet::new(&node);
    match open(&node, &mut listener, &settings, EDGE_PROTOCOL).await {
        ListenerMessage::Refused { why } => {
            assert!(why.starts_with(&format!("cannot listen on {} (", settings.bind)), "{why}");
            assert!(why.ends_with("expected a free port"), "{why}");
        }
        other => panic!("expected a refusal, got {other:?}"),
    }
}

#[tokio::test]
async fn a_guest_of_another_version_is_refused() {
    let (node, _edge) = Stage::unopened().await;
    let mut listener = Puppet::new(&node);
    match open(&node, &mut listener, &settings(), EDGE_PROTOCOL + 1).await {
        ListenerMessage::Refused { why } => assert!(why.contains("version"), "{why}"),
        other => panic!("expected a refusal, got {other:?}"),
    }
}

#[tokio::test]
async fn a_port_that_is_closed_takes_nobody_new_and_loses_nobody() {
    let mut stage = Stage::start(settings()).await;
    let (_client, id) = stage.connect().await;
    stage.send(edge_of(&stage.node).await, &EdgeMessage::Close { bind: stage.settings.bind });
    soon("the end of the port", async { while TcpStream::connect(stage.address).await.is_ok() {} }).await;
    assert!(stage.node.environment.get_process(id).is_some());
}

#[tokio::test]
async fn the_end_of_the_edges_process_is_told_and_closes_its_ports() {
    let mut stage = Stage::start(settings()).await;
    let edge = edge_of(&stage.node).await;
    stage.node.environment.send(edge, Signal::Monitor(stage.listener.process()));
    stage.node.environment.send(edge, Signal::Kill);
    assert!(matches!(stage.listener.signal().await, Signal::ProcessDied(dead) if dead == edge));
    soon("the end of the port", async { while TcpStream::connect(stage.address).await.is_ok() {} }).await;
}

#[tokio::test]
async fn what_takes_a_process_of_the_guest_is_done_by_the_listener_that_there_is_now() {
    let mut stage = Stage::start(with_port(with_operators()).await).await;
    let mut next = Puppet::new(&stage.node);
    asks_for_processes(&mut connected(&stage).await).await;
    assert!(matches!(stage.listener.hears().await, ListenerMessage::Operate { task: Task::Processes, .. }));
    let mut from_before = connected(&stage).await;
    open(&stage.node, &mut next, &stage.settings, EDGE_PROTOCOL).await;
    let mut from_after = connected(&stage).await;
    for client in [&mut from_before, &mut from_after] {
        asks_for_processes(client).await;
        match next.hears().await {
            ListenerMessage::Operate { task: Task::Processes, socket } => {
                let reply = umbra_http::json(umbra_http::StatusCode::OK, "[1]");
                send(&stage.node, ProcessId::of(&socket).0, &SocketMessage::Operator(reply));
            }
            other => panic!("expected an operator's task, got {other:?}"),
        }
        let response = client.read_response(PATIENCE).await.expect("an answer");
        assert_eq!((response.status, &response.body[..]), (200, &b"[1]"[..]));
    }
}

#[tokio::test]
async fn without_a_listener_what_takes_a_process_of_the_guest_is_answered_503() {
    let stage = Stage::start(with_operators()).await;
    stage.node.environment.remove_process(stage.listener.id);
    let mut client = connected(&stage).await;
    asks_for_processes(&mut client).await;
    assert_eq!(client.read_response(PATIENCE).await.expect("an answer").status, 503);
}
