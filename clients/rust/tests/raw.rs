//! The raw connection: it says what it is told, and reports what it gets.

use std::io::ErrorKind;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::{Error, Message};
use umbra_client::raw::{self, Connection, Frame, OpenError, Received};

const SOON: Duration = Duration::from_secs(20);

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap().to_string();
    (listener, addr)
}

#[tokio::test]
async fn proper_frames_arrive_and_every_kind_of_answer_is_told_apart() {
    let (listener, addr) = listen().await;
    let server = tokio::spawn(async move {
        let mut socket = accept_async(listener.accept().await.unwrap().0).await.unwrap();
        assert_eq!(socket.next().await.unwrap().unwrap(), Message::text("in two pieces"));
        for message in [Message::text("text"), Message::binary(vec![1, 2]), Message::Ping(vec![3].into())] {
            socket.send(message).await.unwrap();
        }
        socket.close(None).await.unwrap();
    });
    let mut connection = Connection::open(&addr, "/ws", &[]).await.unwrap();
    connection.send_frame(&Frame::text("in two ").unfinished()).await.unwrap();
    connection.send_frame(&Frame::continuation("pieces")).await.unwrap();
    assert_eq!(connection.read(SOON).await.unwrap(), Received::Text("text".into()));
    assert_eq!(connection.read(SOON).await.unwrap(), Received::Binary(vec![1, 2].into()));
    assert_eq!(connection.read(SOON).await.unwrap(), Received::Ping(vec![3].into()));
    assert_eq!(connection.read(SOON).await.unwrap(), Received::Close { code: 1005, reason: String::new() });
    server.await.unwrap();
    assert_eq!(connection.read(SOON).await.unwrap(), Received::Eof);
}

#[tokio::test]
async fn improper_frames_go_out_as_they_are() {
    for frame in [
        Frame::text("no mask").unmasked(),
        Frame { reserved: [true, false, false], ..Frame::text("reserved bit") },
        Frame::continuation("of nothing"),
        Frame { announced: Some(1 << 40), ..Frame::text("announces a terabyte") },
        Frame::text([0xff, 0xfe]),
    ] {
        let (listener, addr) = listen().await;
        let server = tokio::spawn(async move {
            let mut socket = accept_async(listener.accept().await.unwrap().0).await.unwrap();
            socket.next().await.unwrap()
        });
        let mut connection = Connection::open(&addr, "/ws", &[]).await.unwrap();
        connection.send_frame(&frame).await.unwrap();
        let seen = server.await.unwrap();
        assert!(matches!(seen, Err(Error::Protocol(_) | Error::Capacity(_) | Error::Utf8(_))), "{frame:?}: {seen:?}");
    }
}

#[tokio::test]
async fn silence_ends_at_the_deadline_and_loses_nothing() {
    let (listener, addr) = listen().await;
    let mut connection = Connection::tcp(&addr).await.unwrap();
    let (mut server, _) = listener.accept().await.unwrap();
    server.write_all(&[0x81, 5, b'h', b'e']).await.unwrap();
    let half = connection.read(Duration::from_millis(20)).await;
    assert_eq!(half.unwrap_err().kind(), ErrorKind::TimedOut);
    server.write_all(b"llo").await.unwrap();
    assert_eq!(connection.read(SOON).await.unwrap(), Received::Text("hello".into()));
}

#[tokio::test]
async fn what_no_server_may_send_is_an_error() {
    for bytes in
        [&[0x81, 0x81, 0, 0, 0, 0, b'x'][..], &[0x01, 1, b'x'], &[0xc1, 1, b'x'], &[0x88, 1, 3], &[0x81, 1, 0xff]]
    {
        let (listener, addr) = listen().await;
        let mut connection = Connection::tcp(&addr).await.unwrap();
        listener.accept().await.unwrap().0.write_all(bytes).await.unwrap();
        assert_eq!(connection.read(SOON).await.unwrap_err().kind(), ErrorKind::InvalidData, "{bytes:?}");
    }
}

#[tokio::test]
async fn a_refused_upgrade_hands_over_the_response() {
    let (listener, addr) = listen().await;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 4096];
        let length = stream.read(&mut request).await.unwrap();
        stream
            .write_all(b"HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 13\r\nContent-Length: 2\r\n\r\nno")
            .await
            .unwrap();
        String::from_utf8_lossy(&request[..length]).into_owned()
    });
    let Err(OpenError::Refused(response)) = Connection::open(&addr, "/ws", &[("sec-websocket-version", "12")]).await
    else {
        panic!("expected a refusal")
    };
    assert_eq!(
        (response.status, response.header("sec-websocket-version"), response.text()),
        (426, Some("13"), "no".into())
    );
    let request = server.await.unwrap();
    assert!(request.contains("sec-websocket-version: 12") && !request.contains(": 13"), "{request}");
}

#[tokio::test]
async fn get_reads_a_page_with_and_without_a_length() {
    for head in ["HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"] {
        let (listener, addr) = listen().await;
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 4096];
            assert!(stream.read(&mut request).await.unwrap() > 0);
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.write_all(b"ok\n").await.unwrap();
        });
        let response = raw::get(&addr, "/healthz").await.unwrap();
        assert_eq!((response.status, response.text()), (200, "ok\n".into()));
        server.await.unwrap();
    }
}
