//! HTTP: whether a request may become a WebSocket (RFC 6455, section 4.2), and which encoding it will speak.

use data_encoding::BASE64;
use http::header::{CONNECTION, HOST, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE};
use http::{HeaderMap, HeaderName, StatusCode};
use tungstenite::handshake::derive_accept_key;
use umbra_protocol::{SUBPROTOCOL_BINCODE, SUBPROTOCOL_JSON, Subprotocol};

use crate::reply::Reply;
use crate::request::Request;

/// A connection that goes on as a WebSocket.
#[derive(Debug, PartialEq, Eq)]
pub struct Upgrade {
    /// The encoding the two sides agreed on.
    pub subprotocol: Subprotocol,
    /// To be written before any frame.
    pub response: Vec<u8>,
    /// Bytes that came after the request: the beginning of the client's first frame.
    pub leftover: Vec<u8>,
}

const KEY_BYTES: usize = 16;

/// The request's method and path have been checked.
pub(crate) fn decide(request: Request) -> Result<Upgrade, Reply> {
    let headers = &request.headers;
    if request.minor_version < 1 {
        return Err(bad("a WebSocket needs HTTP/1.1"));
    }
    if !headers.contains_key(HOST) {
        return Err(bad("the header Host is missing"));
    }
    if !tokens(headers, CONNECTION).any(|token| token.eq_ignore_ascii_case("upgrade")) {
        return Err(bad("this path is for WebSockets, expected the header Connection: Upgrade"));
    }
    if !tokens(headers, UPGRADE).any(|token| token.eq_ignore_ascii_case("websocket")) {
        return Err(bad("this path is for WebSockets, expected the header Upgrade: websocket"));
    }
    match single(headers, SEC_WEBSOCKET_VERSION) {
        Some("13") => {}
        Some(_) => {
            let sentence = "this version of WebSocket is not spoken here, expected Sec-WebSocket-Version: 13";
            return Err(Reply::sentence(StatusCode::UPGRADE_REQUIRED, sentence)
                .with("Upgrade", "websocket")
                .with("Sec-WebSocket-Version", "13"));
        }
        None => return Err(bad("expected the header Sec-WebSocket-Version: 13, once")),
    }
    let key = single(headers, SEC_WEBSOCKET_KEY).filter(|key| is_key(key));
    let key = key.ok_or_else(|| bad("expected the header Sec-WebSocket-Key, once, 16 bytes in base64"))?;
    let chosen = choose(tokens(headers, SEC_WEBSOCKET_PROTOCOL))?;

    let mut response = format!(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {}\r\n",
        derive_accept_key(key.as_bytes())
    );
    if let Some(known) = chosen {
        response += &format!("Sec-WebSocket-Protocol: {}\r\n", known.name());
    }
    response += "\r\n";
    let subprotocol = chosen.unwrap_or(Subprotocol::Json);
    Ok(Upgrade { subprotocol, response: response.into_bytes(), leftover: request.leftover })
}

fn bad(sentence: &str) -> Reply {
    Reply::sentence(StatusCode::BAD_REQUEST, sentence)
}

/// The entries of a header that is a list, over however many lines it was sent in.
fn tokens(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).filter(|token| !token.is_empty())
}

/// The value of a header that may be there only once.
fn single(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut lines = headers.get_all(name).iter();
    match (lines.next(), lines.next()) {
        (Some(line), None) => line.to_str().ok(),
        _ => None,
    }
}

fn is_key(text: &str) -> bool {
    BASE64.decode(text.as_bytes()).is_ok_and(|bytes| bytes.len() == KEY_BYTES)
}

/// The first one offered that is known; `None` when nothing was offered.
fn choose<'a>(offered: impl Iterator<Item = &'a str>) -> Result<Option<Subprotocol>, Reply> {
    let mut any = false;
    for name in offered {
        any = true;
        if let Some(known) = Subprotocol::from_name(name) {
            return Ok(Some(known));
        }
    }
    if any {
        let sentence = format!("no offered subprotocol is known, expected {SUBPROTOCOL_JSON} or {SUBPROTOCOL_BINCODE}");
        return Err(bad(&sentence));
    }
    Ok(None)
}
