//! A server of one connection at a time that says what the test tells it to.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};
use umbra_client::protocol::*;

/// How long a client may take over anything.
const SOON: Duration = Duration::from_secs(20);

pub struct FakeServer {
    listener: TcpListener,
    subprotocol: Subprotocol,
}

impl FakeServer {
    pub async fn start(subprotocol: Subprotocol) -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").await.unwrap(), subprotocol }
    }

    pub fn url(&self) -> String {
        format!("ws://{}/ws", self.listener.local_addr().unwrap())
    }

    pub async fn accept(&self) -> FakeSocket {
        let (tcp, _) = timeout(SOON, self.listener.accept()).await.expect("a client connects").unwrap();
        #[expect(clippy::result_large_err, reason = "the type of the callback is tungstenite's")]
        let choose = |request: &Request, mut response: Response| {
            let offered = request.headers()["sec-websocket-protocol"].clone();
            assert_eq!(offered, self.subprotocol.name());
            response.headers_mut().insert("sec-websocket-protocol", offered);
            Ok(response)
        };
        let stream = accept_hdr_async(tcp, choose).await.unwrap();
        FakeSocket { stream, subprotocol: self.subprotocol }
    }

    /// Accepts a client and signs it in as a new guest.
    pub async fn signed_in(&self, epoch: u64) -> FakeSocket {
        let mut socket = self.accept().await;
        let hello = socket.receive().await;
        socket.send(guest(hello.reference, epoch)).await;
        socket
    }
}

pub struct FakeSocket {
    stream: WebSocketStream<TcpStream>,
    subprotocol: Subprotocol,
}

impl FakeSocket {
    pub async fn receive(&mut self) -> ClientFrame {
        match self.next().await {
            Some(Message::Text(text)) => decode_client_json(&text).unwrap(),
            Some(Message::Binary(bytes)) => decode_client_binary(&bytes).unwrap(),
            other => panic!("expected a message, got {other:?}"),
        }
    }

    pub async fn send(&mut self, frame: ServerFrame) {
        let message = match self.subprotocol {
            Subprotocol::Json => Message::text(encode_server_json(&frame)),
            Subprotocol::Bincode => Message::binary(encode_server_binary(&frame)),
        };
        self.stream.send(message).await.unwrap();
    }

    pub async fn close(&mut self, code: CloseCode) {
        let close = CloseFrame { code: code.code().into(), reason: code.reason().into() };
        self.stream.close(Some(close)).await.unwrap();
    }

    /// The code that the client closes with; `None`: it just went away.
    pub async fn close_code(&mut self) -> Option<u16> {
        match self.next().await {
            Some(Message::Close(close)) => Some(close.map_or(1005, |close| close.code.into())),
            None => None,
            other => panic!("expected the end, got {other:?}"),
        }
    }

    async fn next(&mut self) -> Option<Message> {
        timeout(SOON, self.stream.next()).await.expect("the client says something").and_then(Result::ok)
    }
}

fn hello_ok(reference: Option<u64>, epoch: u64, resumed: bool, last_ref: u64) -> ServerFrame {
    let body = OkBody::Hello(Box::new(HelloOk {
        uid: Uid("ann".into()),
        user_name: UserName::parse("Ann").unwrap(),
        session: "token".into(),
        epoch,
        resumed,
        last_ref,
        server_time_ms: 0,
        heartbeat_ms: 15_000,
        grace_ms: 0,
        room: None,
    }));
    ServerFrame::Ok { reference, body }
}

pub fn guest(reference: Option<u64>, epoch: u64) -> ServerFrame {
    hello_ok(reference, epoch, false, 0)
}

pub fn resumed(reference: Option<u64>, epoch: u64, last_ref: u64) -> ServerFrame {
    hello_ok(reference, epoch, true, last_ref)
}
