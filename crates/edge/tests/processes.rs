//! EDGE: a connection is a process like any other: links, monitors, kills and messages, in both directions.

mod stage;

use stage::{PATIENCE, Puppet, Stage, admitted, deliver, settings};
use umbra::process::inspect::Inspection;
use umbra::process::messages::{FromSocket, SocketMessage, ToSocket, UserManagerMessage, UserMessage};
use umbra_client::raw::{Connection, Received};
use umbra_machine::session::AttachKind;
use umbra_protocol::CloseCode;
use umbra_runtime::{DeathReason, Environment as _, Signal};

/// Reads to the end of the connection. The server's close code, if it gave one.
async fn end_of(client: &mut Connection) -> Option<u16> {
    let mut goodbye = None;
    loop {
        match client.read(PATIENCE).await {
            Ok(Received::Close { code, .. }) => goodbye = Some(code),
            Ok(Received::Eof) => return goodbye,
            Ok(_) => {}
            Err(error) => panic!("the connection should have ended: {error}"),
        }
    }
}

/// The next text message.
async fn text(client: &mut Connection) -> String {
    match client.read(PATIENCE).await {
        Ok(Received::Text(text)) => text,
        other => panic!("expected text, got {other:?}"),
    }
}

#[tokio::test]
async fn a_connection_is_in_the_nodes_table_from_its_beginning_to_its_end() {
    let mut stage = Stage::start(settings()).await;
    let before = stage.node.environment.process_count();
    let (client, id) = stage.connect().await;
    assert!(stage.node.environment.get_process(id).is_some());
    assert_eq!(stage.edge.connections(), 1);
    let mut watcher = Puppet::new(&stage.node);
    stage.node.environment.send(id, Signal::Monitor(watcher.process()));
    drop(client);
    watcher.signal().await;
    assert!(stage.node.environment.get_process(id).is_none());
    assert_eq!(stage.edge.connections(), 0);
    // The puppets that asked are still there.
    assert!(stage.node.environment.process_count() >= before);
}

#[tokio::test]
async fn whoever_monitors_a_connection_hears_once_of_its_end_and_whoever_stopped_does_not() {
    for killed in [false, true] {
        let mut stage = Stage::start(settings()).await;
        let (client, id) = stage.connect().await;
        let (mut watcher, mut former) = (Puppet::new(&stage.node), Puppet::new(&stage.node));
        for monitor in [&watcher, &watcher, &former] {
            stage.node.environment.send(id, Signal::Monitor(monitor.process()));
        }
        stage.node.environment.send(id, Signal::StopMonitoring { process_id: former.id });
        if killed {
            stage.node.environment.send(id, Signal::Kill);
        } else {
            drop(client);
        }
        match watcher.signal().await {
            Signal::ProcessDied(dead) => assert_eq!(dead, id),
            other => panic!("expected to hear of its end, got {other:?}"),
        }
        assert!(stage.node.environment.get_process(id).is_none(), "whoever hears of it does not find it");
        assert!(watcher.waiting().is_none(), "once, though it asked twice");
        assert!(former.waiting().is_none());
    }
}

#[tokio::test]
async fn a_link_hears_of_a_kill_as_a_failure_and_of_a_normal_end_as_that() {
    for killed in [false, true] {
        let mut stage = Stage::start(settings()).await;
        let (client, id) = stage.connect().await;
        let (mut linked, mut unlinked) = (Puppet::new(&stage.node), Puppet::new(&stage.node));
        stage.node.environment.send(id, Signal::Link(Some(7), linked.process()));
        stage.node.environment.send(id, Signal::Link(Some(8), unlinked.process()));
        stage.node.environment.send(id, Signal::UnLink { process_id: unlinked.id });
        if killed {
            stage.node.environment.send(id, Signal::Kill);
        } else {
            drop(client);
        }
        match linked.signal().await {
            Signal::LinkDied(dead, Some(7), DeathReason::Failure) if killed => assert_eq!(dead, id),
            Signal::LinkDied(dead, Some(7), DeathReason::Normal) if !killed => assert_eq!(dead, id),
            other => panic!("killed: {killed}, but heard {other:?}"),
        }
        assert!(unlinked.waiting().is_none());
    }
}

#[tokio::test]
async fn a_connection_dies_with_its_link_if_that_failed_and_not_if_it_ended() {
    let mut stage = Stage::start(settings()).await;
    let (mut client, id) = stage.connect().await;
    let linked = Puppet::new(&stage.node);
    for reason in [DeathReason::Normal, DeathReason::Failure] {
        assert!(stage.node.environment.get_process(id).is_some(), "before {reason:?}");
        stage.node.environment.send(id, Signal::Link(None, linked.process()));
        stage.node.environment.send(id, Signal::LinkDied(linked.id, None, reason));
        // Only one that lives answers.
        if matches!(reason, DeathReason::Normal) {
            let mut inspector = Puppet::new(&stage.node);
            stage.send(id, &SocketMessage::Inspect(inspector.handle()));
            assert!(matches!(inspector.hears().await, Inspection::Socket { user: None, .. }));
        }
    }
    assert_eq!(end_of(&mut client).await, None);
}

#[tokio::test]
async fn a_killed_connection_is_cut_for_the_client_without_a_word() {
    let mut stage = Stage::start(settings()).await;
    let user = Puppet::new(&stage.node);
    let (mut client, id) = stage.signed_in(&user).await;
    stage.node.environment.send(id, Signal::Kill);
    assert_eq!(end_of(&mut client).await, None);
}

#[tokio::test]
async fn a_connection_whose_user_dies_asks_for_its_next_process() {
    let mut stage = Stage::start(settings()).await;
    let mut user = Puppet::new(&stage.node);
    let (mut client, id) = stage.signed_in(&user).await;
    assert!(matches!(user.signal().await, Signal::Monitor(watcher) if watcher.id() == id));
    stage.send(id, &deliver("hello"));
    client.send_text(r#"{"id":"ROOM_LEAVE","ref":1}"#).await.expect("it is open");
    assert!(matches!(user.hears().await, UserMessage::Socket(FromSocket::Inbound { .. })));
    stage.node.environment.remove_process(user.id);
    stage.node.environment.send(id, Signal::ProcessDied(user.id));
    match stage.manager.hears().await {
        UserManagerMessage::Return { uid, attach, .. } => {
            assert_eq!((uid.0.as_str(), attach.kind, attach.socket.0), ("ann", AttachKind::Live, id));
        }
        other => panic!("expected to be asked for the user, got {other:?}"),
    }
    let mut next = Puppet::new(&stage.node);
    stage.send(id, &admitted(&next));
    match next.hears().await {
        UserMessage::Socket(FromSocket::Inbound { inbound, .. }) => assert_eq!(inbound.reference(), Some(1)),
        other => panic!("expected what has no answer, got {other:?}"),
    }
}

#[tokio::test]
async fn a_user_that_is_dead_before_it_can_be_monitored_is_as_dead_as_any() {
    let mut stage = Stage::start(settings()).await;
    let user = Puppet::new(&stage.node);
    stage.node.environment.remove_process(user.id);
    let (_client, _) = stage.signed_in(&user).await;
    assert!(matches!(stage.manager.hears().await, UserManagerMessage::SignIn { .. }));
}

#[tokio::test]
async fn batches_are_written_in_order_and_every_one_is_acknowledged() {
    let mut stage = Stage::start(settings()).await;
    let mut user = Puppet::new(&stage.node);
    let (mut client, id) = stage.signed_in(&user).await;
    for n in 0..100 {
        stage.send(id, &deliver(&format!("batch {n}")));
    }
    for n in 0..100 {
        assert_eq!(text(&mut client).await, format!("batch {n}"));
    }
    let mut acknowledged = 0;
    while acknowledged < 100 {
        match user.hears().await {
            UserMessage::Socket(FromSocket::Drained { batches, .. }) => acknowledged += batches,
            other => panic!("expected to hear that batches are written, got {other:?}"),
        }
    }
    assert_eq!(acknowledged, 100);
}

#[tokio::test]
async fn nothing_is_acknowledged_that_a_client_which_does_not_read_has_not_taken() {
    let mut stage = Stage::start(settings()).await;
    let mut user = Puppet::new(&stage.node);
    let (mut client, id) = stage.signed_in(&user).await;
    let large = "x".repeat(1024 * 1024);
    for _ in 0..32 {
        stage.send(id, &deliver(&large));
    }
    // It lives, and has said so after it looked at all of them.
    let mut inspector = Puppet::new(&stage.node);
    stage.send(id, &SocketMessage::Inspect(inspector.handle()));
    let _: Inspection = inspector.hears().await;
    let told = |signal| match signal {
        Signal::Message(umbra_runtime::Message::Data(message)) => {
            match umbra_otp::foreign::decode(&message.buffer).expect("a user's message") {
                UserMessage::Socket(FromSocket::Drained { batches, .. }) => batches,
                other => panic!("expected nothing but receipts, got {other:?}"),
            }
        }
        _ => 0,
    };
    let mut acknowledged = 0;
    while let Some(signal) = user.waiting() {
        acknowledged += told(signal);
    }
    assert!(acknowledged < 32, "32 MiB are more than the kernel takes");
    for _ in 0..32 {
        assert_eq!(text(&mut client).await.len(), large.len());
    }
    while acknowledged < 32 {
        acknowledged += told(user.next().await);
    }
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_cut_off_in_the_end() {
    let impatient = stage::Stage::start(umbra_machine::settings::Settings {
        slow_socket_ms: 50,
        write_timeout_ms: 50,
        ..settings()
    });
    let mut stage = impatient.await;
    let user = Puppet::new(&stage.node);
    let (_never_reads, id) = stage.signed_in(&user).await;
    let mut watcher = Puppet::new(&stage.node);
    stage.node.environment.send(id, Signal::Monitor(watcher.process()));
    let large = "x".repeat(1024 * 1024);
    for _ in 0..32 {
        stage.send(id, &deliver(&large));
    }
    stage.send(id, &SocketMessage::User(ToSocket::Close(CloseCode::TooSlow)));
    assert!(matches!(watcher.signal().await, Signal::ProcessDied(dead) if dead == id));
}

#[tokio::test]
async fn a_connection_says_who_its_user_is_to_whoever_inspects_it() {
    let mut stage = Stage::start(settings()).await;
    let user = Puppet::new(&stage.node);
    let (_client, id) = stage.signed_in(&user).await;
    let mut inspector = Puppet::new(&stage.node);
    stage.send(id, &SocketMessage::Inspect(inspector.handle()));
    match inspector.hears().await {
        Inspection::Socket { user: Some(seen), place: None, reader: None, monitors: 1 } => {
            assert_eq!((seen.uid.0.as_str(), seen.user.0), ("ann", user.id));
        }
        other => panic!("expected a socket of Ann's, got {other:?}"),
    }
}

#[tokio::test]
async fn what_is_not_a_connections_message_changes_nothing() {
    let mut stage = Stage::start(settings()).await;
    let user = Puppet::new(&stage.node);
    let (mut client, id) = stage.signed_in(&user).await;
    stage.send(id, &"nonsense");
    stage.send(id, &deliver("still here"));
    assert_eq!(text(&mut client).await, "still here");
}

#[test]
fn the_guest_and_its_runtime_mean_the_same_by_the_tags_of_messages() {
    assert_eq!(umbra_otp::foreign::AFTER_OTHERS, umbra_runtime::AFTER_OTHERS);
    assert_eq!(umbra_otp::foreign::UNHURRIED, umbra_runtime::UNHURRIED);
}
