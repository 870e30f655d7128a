//! Section 1, the first table: what plain HTTP requests get.

use umbra_client::raw::{Connection, Received, get, request};
use umbra_server_tests::server::ADMIN_TOKEN;
use umbra_server_tests::{SOON, server};

async fn status(method: &str, path: &str, headers: &[(&str, &str)]) -> u16 {
    request(server().addr(), method, path, headers).await.unwrap().status
}

#[tokio::test]
async fn the_page_and_what_it_loads_are_served() {
    let page = get(server().addr(), "/").await.unwrap();
    assert_eq!((page.status, page.header("Content-Type")), (200, Some("text/html; charset=utf-8")));
    assert!(page.text().contains("<script"));
}

#[tokio::test]
async fn the_page_loads_the_very_files_of_the_clients_package() {
    for (path, packaged) in [
        ("/umbra.js", include_str!("../../../../clients/js/umbra.js")),
        ("/umbra.frames.js", include_str!("../../../../clients/js/umbra.frames.js")),
    ] {
        let served = get(server().addr(), path).await.unwrap();
        assert_eq!(served.status, 200, "{path}");
        assert!(served.header("Content-Type").unwrap().starts_with("text/javascript"), "{path}");
        assert_eq!(served.text(), packaged, "{path}");
    }
}

#[tokio::test]
async fn the_page_over_webassembly_and_its_client_are_served() {
    let page = get(server().addr(), "/wasm").await.unwrap();
    assert_eq!((page.status, page.header("Content-Type")), (200, Some("text/html; charset=utf-8")));
    for (path, kind) in [
        ("/wasm/client.js", "text/javascript"),
        ("/wasm/umbra_client.js", "text/javascript"),
        ("/wasm/umbra_client_bg.wasm", "application/wasm"),
    ] {
        let file = get(server().addr(), path).await.unwrap();
        assert_eq!(file.status, 200, "{path}: `make wasm` builds it, before the server");
        assert!(file.header("Content-Type").unwrap().starts_with(kind), "{path}");
    }
}

#[tokio::test]
async fn healthz_says_ok() {
    let health = get(server().addr(), "/healthz").await.unwrap();
    assert_eq!((health.status, health.text().trim()), (200, "ok"));
}

#[tokio::test]
async fn other_paths_are_404_and_other_methods_405() {
    for path in
        ["/nothing", "/wss", "/index.htm", "/../umbra.toml", "/umbra.toml", "/src/main.rs", "/admin/", "/admin/x"]
    {
        assert_eq!(status("GET", path, &[]).await, 404, "{path}");
    }
    for (method, path) in [("POST", "/"), ("PUT", "/healthz"), ("DELETE", "/umbra.js"), ("POST", "/ws")] {
        let response = request(server().addr(), method, path, &[("Content-Length", "0")]).await.unwrap();
        assert_eq!(response.status, 405, "{method} {path}");
        assert!(response.header("Allow").is_some_and(|allow| allow.contains("GET")), "{method} {path}");
    }
}

#[tokio::test]
async fn an_upgrade_that_lacks_a_header_is_400() {
    const ALL: [(&str, &str); 4] = [
        ("Connection", "keep-alive, Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    assert_eq!(status("GET", "/ws", &ALL).await, 101);
    for (name, _) in ALL {
        let without: Vec<_> = ALL.into_iter().filter(|(other, _)| *other != name).collect();
        assert_eq!(status("GET", "/ws", &without).await, 400, "without {name}");
    }
    assert_eq!(status("GET", "/ws", &[&ALL[..3], &[("Sec-WebSocket-Key", "c2hvcnQ=")]].concat()).await, 400);
    assert_eq!(status("GET", "/ws", &[]).await, 400);
}

#[tokio::test]
async fn another_version_of_websocket_is_426_naming_13() {
    for version in ["8", "14", "x"] {
        let headers = [
            ("Connection", "Upgrade"),
            ("Upgrade", "websocket"),
            ("Sec-WebSocket-Version", version),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ];
        let response = request(server().addr(), "GET", "/ws", &headers).await.unwrap();
        assert_eq!((response.status, response.header("Sec-WebSocket-Version")), (426, Some("13")));
    }
}

#[tokio::test]
async fn what_is_no_http_is_400_or_the_end_and_never_more() {
    for nonsense in [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS client\r\n\r\n".to_vec(),
        b"GET\r\n\r\n".to_vec(),
        b"GET / HTTP/9.9\r\n\r\n".to_vec(),
        b"\0\0\0\0\r\n\r\n".to_vec(),
        format!("GET / HTTP/1.1\r\n{}\r\n", "X: y\r\n".repeat(500)).into_bytes(),
        format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(100_000)).into_bytes(),
    ] {
        let mut connection = Connection::tcp(server().addr()).await.unwrap();
        // The server may have had enough before all of it is sent.
        let _ = connection.send_bytes(&nonsense).await;
        match connection.read_response(SOON).await {
            Ok(response) => assert!((400..500).contains(&response.status), "{}", response.status),
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::UnexpectedEof, "{error}"),
        }
    }
    assert_eq!(status("GET", "/healthz", &[]).await, 200);
}

#[tokio::test]
async fn half_a_request_and_then_a_hang_up_is_simply_over() {
    for half in ["", "GET /healthz HTT", "GET /ws HTTP/1.1\r\nHost: here\r\n"] {
        let mut connection = Connection::tcp(server().addr()).await.unwrap();
        connection.send_bytes(half.as_bytes()).await.unwrap();
        connection.finish_sending().await.unwrap();
        assert_eq!(connection.read(SOON).await.unwrap(), Received::Eof, "after {half:?}");
    }
}

#[tokio::test]
async fn an_operator_is_known_by_the_token_alone() {
    let good = format!("Bearer {ADMIN_TOKEN}");
    let length = ("Content-Length", "0");
    assert_eq!(status("POST", "/admin/kick", &[length]).await, 401);
    assert_eq!(status("POST", "/admin/kick", &[length, ("Authorization", "Bearer wrong")]).await, 401);
    assert_eq!(status("POST", "/admin/drain", &[length, ("Authorization", "Basic x")]).await, 401);
    assert_eq!(status("POST", "/admin/kick", &[length, ("Authorization", &good)]).await, 400, "nobody is named");
    assert_eq!(status("GET", "/admin/kick", &[("Authorization", &good)]).await, 405);
}
