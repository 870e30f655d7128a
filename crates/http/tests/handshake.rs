//! HTTP, tests: what `/ws` needs to become a WebSocket, and what it answers otherwise.

mod site;

use site::{Reply, ask, assert_plain, reply, request, site};
use umbra_http::{Answer, Upgrade, answer};
use umbra_protocol::Subprotocol;

/// The handshake of RFC 6455, section 1.3.
const HEADERS: [&str; 5] = [
    "Host: server.example.com",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
];

fn handshake<'a>(headers: impl IntoIterator<Item = &'a str>) -> String {
    let lines: String = headers.into_iter().map(|line| format!("{line}\r\n")).collect();
    format!("GET /ws HTTP/1.1\r\n{lines}\r\n")
}

/// The handshake with the header of that name replaced by these lines.
fn with(name: &str, lines: &[&str]) -> String {
    let kept = HEADERS.into_iter().filter(|line| !line.starts_with(name));
    handshake(kept.chain(lines.iter().copied()))
}

fn upgrade(text: &str) -> Upgrade {
    match ask(text) {
        Answer::Upgrade(upgrade) => upgrade,
        other => panic!("{text:?} is not upgraded but {other:?}"),
    }
}

#[test]
fn the_handshake_of_the_standard_is_accepted_with_its_key() {
    let upgrade = upgrade(&handshake(HEADERS));
    let response = Reply::read(&upgrade.response);
    assert_eq!(response.status, 101);
    assert_eq!(response.header("Sec-WebSocket-Accept"), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    assert_eq!(response.header("Connection"), Some("Upgrade"));
    assert_eq!(response.header("Upgrade"), Some("websocket"));
    assert_eq!(response.body, b"");
    assert_eq!(upgrade.leftover, b"");
}

#[test]
fn bytes_behind_the_handshake_are_handed_on() {
    assert_eq!(upgrade(&(handshake(HEADERS) + "first frame")).leftover, b"first frame");
}

#[test]
fn headers_may_be_lists_in_any_case_and_the_query_is_ignored() {
    for text in [
        with("Connection", &["connection: keep-alive, UPGRADE"]),
        with("Connection", &["Connection: keep-alive", "Connection: upgrade"]),
        with("Upgrade", &["upgrade: WebSocket"]),
        handshake(HEADERS).replace("/ws", "/ws?room=8KQ2ZT"),
    ] {
        upgrade(&text);
    }
}

#[test]
fn without_any_one_of_its_headers_a_handshake_is_400() {
    for missing in ["Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"] {
        let reply = reply(&with(missing, &[]));
        assert_eq!(reply.status, 400, "{missing}");
        assert_plain(&reply);
        assert!(reply.text().contains(missing), "{}", reply.text());
    }
    assert_eq!(reply("GET /ws HTTP/1.1\r\nHost: h\r\n\r\n").status, 400);
}

#[test]
fn a_header_that_does_not_say_upgrade_is_400() {
    assert_eq!(reply(&with("Connection", &["Connection: keep-alive"])).status, 400);
    assert_eq!(reply(&with("Connection", &["Connection: upgraded"])).status, 400);
    assert_eq!(reply(&with("Upgrade", &["Upgrade: h2c"])).status, 400);
}

#[test]
fn another_version_is_426_naming_13() {
    for version in ["8", "14", "0", "013", "13, 8", "x"] {
        let reply = reply(&with("Sec-WebSocket-Version", &[&format!("Sec-WebSocket-Version: {version}")]));
        assert_eq!(reply.status, 426, "{version}");
        assert_eq!(reply.header("Sec-WebSocket-Version"), Some("13"));
        assert_plain(&reply);
    }
}

#[test]
fn a_key_that_is_not_16_bytes_in_base64_or_comes_twice_is_400() {
    let key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    for lines in [
        &["Sec-WebSocket-Key: "][..],
        &["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j"],
        &["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ"],
        &["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZWU="],
        &["Sec-WebSocket-Key: not base64 at all!!!!=="],
        &[key, key],
    ] {
        assert_eq!(reply(&with("Sec-WebSocket-Key", lines)).status, 400, "{lines:?}");
    }
}

#[test]
fn http_1_0_cannot_upgrade() {
    assert_eq!(reply(&handshake(HEADERS).replace("HTTP/1.1", "HTTP/1.0")).status, 400);
}

#[test]
fn the_first_offered_subprotocol_that_is_known_is_chosen_and_named() {
    for (offers, chosen, named) in [
        (&["umbra.v1.json"][..], Subprotocol::Json, "umbra.v1.json"),
        (&["umbra.v1.bincode"], Subprotocol::Bincode, "umbra.v1.bincode"),
        (&["umbra.v1.bincode, umbra.v1.json"], Subprotocol::Bincode, "umbra.v1.bincode"),
        (&["umbra.v9.json,umbra.v1.json , umbra.v1.bincode"], Subprotocol::Json, "umbra.v1.json"),
        (&["chat", "umbra.v1.bincode"], Subprotocol::Bincode, "umbra.v1.bincode"),
    ] {
        let lines: Vec<String> = offers.iter().map(|offer| format!("Sec-WebSocket-Protocol: {offer}")).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let upgrade = upgrade(&handshake(HEADERS.into_iter().chain(lines)));
        assert_eq!(upgrade.subprotocol, chosen, "{offers:?}");
        assert_eq!(Reply::read(&upgrade.response).header("Sec-WebSocket-Protocol"), Some(named));
    }
}

#[test]
fn who_offers_no_subprotocol_speaks_json_and_is_told_of_none() {
    let upgrade = upgrade(&handshake(HEADERS));
    assert_eq!(upgrade.subprotocol, Subprotocol::Json);
    assert_eq!(Reply::read(&upgrade.response).header("Sec-WebSocket-Protocol"), None);
}

#[test]
fn who_offers_only_unknown_subprotocols_gets_400_naming_both() {
    for offer in ["chat", "UMBRA.V1.JSON", "umbra.v2.json, mqtt"] {
        let line = format!("Sec-WebSocket-Protocol: {offer}");
        let reply = reply(&handshake(HEADERS.into_iter().chain([line.as_str()])));
        assert_eq!(reply.status, 400, "{offer}");
        assert!(reply.text().contains("umbra.v1.json") && reply.text().contains("umbra.v1.bincode"));
    }
}

#[test]
fn any_other_method_is_405_naming_get() {
    for method in ["POST", "HEAD", "PUT", "OPTIONS", "BREW"] {
        let text = handshake(HEADERS).replace("GET", method);
        let Answer::Reply(bytes) = answer(request(&text), &site()) else { panic!("{method} was upgraded") };
        let reply = Reply::read(&bytes);
        assert_eq!((reply.status, reply.header("Allow")), (405, Some("GET")), "{method}");
    }
}
