//! The client does what docs/clients.md says that a client does at the end of a connection.

#[allow(dead_code, reason = "other tests use the rest of it")]
mod fake_server;

use std::time::Duration;

use fake_server::FakeServer;
use tokio::time::timeout;
use umbra_client::protocol::{CloseCode, Subprotocol};
use umbra_client::{Client, ClientEvent, Ending};

const SOON: Duration = Duration::from_secs(20);
const CLOSE_CODES: [CloseCode; 15] = [
    CloseCode::Normal,
    CloseCode::GoingAway,
    CloseCode::Protocol,
    CloseCode::FrameType,
    CloseCode::NotUtf8,
    CloseCode::TooBig,
    CloseCode::Internal,
    CloseCode::Replaced,
    CloseCode::HelloTimeout,
    CloseCode::BadToken,
    CloseCode::TooSlow,
    CloseCode::TooMany,
    CloseCode::HeartbeatMissed,
    CloseCode::Kicked,
    CloseCode::ServerFull,
];
const GUIDE: &str = include_str!("../../../docs/clients.md");

/// Whether the guide says of a close code that the client comes back.
fn comes_back(close: CloseCode) -> bool {
    let start = format!("\n| {} | ", close.code());
    let row = GUIDE.split(&start).nth(1).unwrap_or_else(|| panic!("{close:?} stands in the guide"));
    row.lines().next().expect("a row is a line").contains("**comes back**")
}

#[tokio::test]
async fn every_close_code_is_followed_as_the_guide_says() {
    for close in CLOSE_CODES {
        let server = FakeServer::start(Subprotocol::Json).await;
        let builder = Client::builder(server.url()).name("Ann").seed(u64::from(close.code()));
        let (client, mut socket) = tokio::join!(builder.connect(), server.signed_in(1));
        let client = client.expect("it is signed in");
        socket.close(close).await;
        let end = loop {
            match timeout(SOON, client.events().next()).await.expect("it is told").expect("the stream goes on") {
                ClientEvent::Online { .. } | ClientEvent::Sync { .. } => {}
                end => break end,
            }
        };
        let code = match &end {
            ClientEvent::Offline { code: Some(code), retry_in: Some(_) } => *code,
            ClientEvent::Closed(Ending::Replaced) => CloseCode::Replaced.code(),
            ClientEvent::Closed(Ending::Code(code)) => *code,
            other => panic!("{close:?}: {other:?}"),
        };
        assert_eq!(code, close.code());
        assert_eq!(comes_back(close), matches!(end, ClientEvent::Offline { .. }), "{close:?}");
    }
}
