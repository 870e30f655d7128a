//! RAW: one HTTP request, one response.

use std::io;
use std::time::Duration;

use bytes::{Buf, BytesMut};

use super::Connection;

/// How long a server may take over one request.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(10);
/// More header lines than any test sends or gets.
const HEADERS_MAX: usize = 64;

/// A response; of an upgrade the body is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// 200, 404 …
    pub status: u16,
    /// Names as they came, in order.
    pub headers: Vec<(String, String)>,
    /// The bytes after the headers.
    pub body: Vec<u8>,
}

impl Response {
    /// The first header of that name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The body as text, with marks in place of what is not UTF-8.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Takes the head of a response off the front of `buffer`, if it is whole.
    pub(super) fn parse_head(buffer: &mut BytesMut) -> io::Result<Option<Self>> {
        let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
        let mut parsed = httparse::Response::new(&mut headers);
        let invalid = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why.to_owned());
        let length = match parsed.parse(buffer).map_err(|error| invalid(&error.to_string()))? {
            httparse::Status::Complete(length) => length,
            httparse::Status::Partial => return Ok(None),
        };
        let status = parsed.code.ok_or_else(|| invalid("a response without a status"))?;
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        let headers = parsed.headers.iter().map(|header| (header.name.to_owned(), text(header.value))).collect();
        buffer.advance(length);
        Ok(Some(Self { status, headers, body: Vec::new() }))
    }
}

/// `GET path` on a connection of its own.
///
/// # Errors
/// The connection's, `InvalidData` for what is not HTTP, `TimedOut` after ten seconds.
pub async fn get(addr: &str, path: &str) -> io::Result<Response> {
    request(addr, "GET", path, &[]).await
}

/// A request without a body on a connection of its own, with `Host` and `Connection: close` unless `headers` has them.
///
/// # Errors
/// As [`get`].
pub async fn request(addr: &str, method: &str, path: &str, headers: &[(&str, &str)]) -> io::Result<Response> {
    let mut connection = Connection::tcp(addr).await?;
    connection.send_bytes(&head(addr, method, path, &[("Connection", "close")], headers)).await?;
    connection.read_response(RESPONSE_TIMEOUT).await
}

/// The head of a request: `Host`, then `standard` but for what `headers` has too, then `headers`.
pub(super) fn head(
    addr: &str,
    method: &str,
    path: &str,
    standard: &[(&str, &str)],
    headers: &[(&str, &str)],
) -> Vec<u8> {
    let given = |name: &str| headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name));
    let standard = [("Host", addr)].into_iter().chain(standard.iter().copied()).filter(|(name, _)| !given(name));
    let mut head = format!("{method} {path} HTTP/1.1\r\n");
    for (name, value) in standard.chain(headers.iter().copied()) {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    head.into_bytes()
}
