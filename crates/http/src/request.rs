//! HTTP: from the bytes read so far to one whole request, or to the reply that refuses them.

use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use crate::reply::plain;

/// Bytes of a request's head, its empty line included. Past it: 431.
pub const HEAD_BYTES_MAX: usize = 8 * 1024;
/// Header lines of a request. Past it: 431.
pub const HEADERS_MAX: usize = 64;
/// Bytes of a request's body. Past it, even when only announced: 413.
pub const BODY_BYTES_MAX: usize = 4 * 1024;

/// What the bytes read so far amount to.
#[derive(Debug, PartialEq, Eq)]
pub enum Parsed {
    /// Not yet a whole request: read more and hand in all of it again. At most [`HEAD_BYTES_MAX`] and
    /// [`BODY_BYTES_MAX`] together are ever needed.
    NeedMore,
    /// One whole request.
    Request(Box<Request>),
    /// Not a request that this server takes: write these bytes and close.
    Bad(Vec<u8>),
}

/// One whole request.
#[derive(Debug, PartialEq, Eq)]
pub struct Request {
    pub(crate) method: Method,
    /// Without the query string.
    pub(crate) path: String,
    /// The x of HTTP/1.x.
    pub(crate) minor_version: u8,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// What the client has sent after the request without waiting for the reply.
    pub(crate) leftover: Vec<u8>,
}

/// Reads a request from all bytes of the connection so far. However they were cut into reads, the result is the same.
pub fn parse(bytes: &[u8]) -> Parsed {
    match read(bytes) {
        Ok(Some(request)) => Parsed::Request(Box::new(request)),
        Ok(None) => Parsed::NeedMore,
        Err((status, sentence)) => Parsed::Bad(plain(status, &sentence)),
    }
}

type Refusal = (StatusCode, String);

fn read(bytes: &[u8]) -> Result<Option<Request>, Refusal> {
    // The parser never sees more than a head may have, so that an early refusal does not depend on what came along.
    let head = &bytes[..bytes.len().min(HEAD_BYTES_MAX)];
    let mut lines = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut parsed = httparse::Request::new(&mut lines);
    let head_bytes = match parsed.parse(head).map_err(refusal)? {
        httparse::Status::Complete(head_bytes) => head_bytes,
        httparse::Status::Partial if head.len() == HEAD_BYTES_MAX => {
            let sentence = format!("the request's head is too large, expected at most {HEAD_BYTES_MAX} bytes");
            return Err((StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, sentence));
        }
        httparse::Status::Partial => return Ok(None),
    };
    let (Some(method), Some(target), Some(minor_version)) = (parsed.method, parsed.path, parsed.version) else {
        return Err(bad("the request line is incomplete, expected METHOD PATH HTTP/1.1"));
    };
    let method = Method::from_bytes(method.as_bytes()).map_err(|_| bad("the method is not one"))?;
    let path = target.split('?').next().unwrap_or_default().to_owned();
    let headers = headers(parsed.headers)?;

    let body_bytes = body_bytes(&headers)?;
    let rest = &bytes[head_bytes..];
    let Some((body, leftover)) = rest.split_at_checked(body_bytes) else { return Ok(None) };
    Ok(Some(Request { method, path, minor_version, headers, body: body.to_vec(), leftover: leftover.to_vec() }))
}

fn bad(sentence: &str) -> Refusal {
    (StatusCode::BAD_REQUEST, sentence.to_owned())
}

fn refusal(error: httparse::Error) -> Refusal {
    match error {
        httparse::Error::TooManyHeaders => {
            let sentence = format!("the request has too many headers, expected at most {HEADERS_MAX}");
            (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, sentence)
        }
        error => (StatusCode::BAD_REQUEST, format!("this is not a request of HTTP/1.1: {error}")),
    }
}

fn headers(lines: &[httparse::Header<'_>]) -> Result<HeaderMap, Refusal> {
    let mut headers = HeaderMap::with_capacity(lines.len());
    for line in lines {
        let name = HeaderName::from_bytes(line.name.as_bytes()).map_err(|_| bad("a header's name is not one"))?;
        let value = HeaderValue::from_bytes(line.value).map_err(|_| bad("a header's value is not one"))?;
        headers.append(name, value);
    }
    Ok(headers)
}

/// Exactly one plain `Content-Length` or none: two readings of where a request ends is how requests are smuggled.
fn body_bytes(headers: &HeaderMap) -> Result<usize, Refusal> {
    if headers.contains_key(TRANSFER_ENCODING) {
        let sentence = "a body in chunks is not taken, expected Content-Length";
        return Err((StatusCode::LENGTH_REQUIRED, sentence.to_owned()));
    }
    let mut lengths = headers.get_all(CONTENT_LENGTH).iter();
    let (Some(length), None) = (lengths.next(), lengths.next()) else {
        return if headers.contains_key(CONTENT_LENGTH) { Err(bad("Content-Length is there twice")) } else { Ok(0) };
    };
    let digits = length.to_str().ok().filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()));
    let digits = digits.ok_or_else(|| bad("Content-Length is not a whole number"))?;
    // More digits than a number holds are far past the limit all the same.
    let length = digits.parse().unwrap_or(usize::MAX);
    if length > BODY_BYTES_MAX {
        let sentence = format!("the request's body is too large, expected at most {BODY_BYTES_MAX} bytes");
        return Err((StatusCode::PAYLOAD_TOO_LARGE, sentence));
    }
    Ok(length)
}
