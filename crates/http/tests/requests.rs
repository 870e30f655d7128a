//! HTTP, tests: which bytes are a request, and how those that are not are refused.

mod site;

use site::{assert_plain, refused, request};
use umbra_http::{BODY_BYTES_MAX, HEAD_BYTES_MAX, HEADERS_MAX, Parsed, parse};

/// A head of exactly `bytes` bytes.
fn head_of(bytes: usize) -> String {
    let (start, end) = ("GET / HTTP/1.1\r\nX: ", "\r\n\r\n");
    format!("{start}{}{end}", "x".repeat(bytes - start.len() - end.len()))
}

#[test]
fn a_request_is_whole_with_its_last_byte_and_not_before() {
    let text = "POST /admin/kick?x=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";
    for length in 0..text.len() {
        assert_eq!(parse(&text.as_bytes()[..length]), Parsed::NeedMore, "{length}");
    }
    assert!(matches!(parse(text.as_bytes()), Parsed::Request(_)));
}

#[test]
fn a_head_of_8_kib_is_taken_and_one_byte_more_is_431() {
    request(&head_of(HEAD_BYTES_MAX));
    let refused = refused(head_of(HEAD_BYTES_MAX + 1).as_bytes());
    assert_eq!(refused.status, 431);
    assert_plain(&refused);
}

#[test]
fn a_head_that_never_ends_is_refused_as_soon_as_it_cannot_fit() {
    let text = head_of(HEAD_BYTES_MAX * 2);
    assert_eq!(parse(&text.as_bytes()[..HEAD_BYTES_MAX - 1]), Parsed::NeedMore);
    assert_eq!(refused(&text.as_bytes()[..HEAD_BYTES_MAX]).status, 431);
}

#[test]
fn a_request_may_have_64_headers_and_65_are_431() {
    let with = |count: usize| format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(count));
    request(&with(HEADERS_MAX));
    let refused = refused(with(HEADERS_MAX + 1).as_bytes());
    assert_eq!(refused.status, 431);
    assert_plain(&refused);
}

#[test]
fn what_is_not_http_is_400_in_one_sentence() {
    let bad = [
        "hello\r\n\r\n",
        "GET\r\n\r\n",
        "GET /\r\n\r\n",
        "GET / HTTP/2.0\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "G\u{7}T / HTTP/1.1\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\0\u{1}",
    ];
    for text in bad {
        let refused = refused(text.as_bytes());
        assert_eq!(refused.status, 400, "{text:?}");
        assert_plain(&refused);
    }
}

#[test]
fn a_body_of_4_kib_is_taken_and_one_byte_more_is_413_before_it_arrives() {
    let head = |length: usize| format!("POST / HTTP/1.1\r\nContent-Length: {length}\r\n\r\n");
    request(&(head(BODY_BYTES_MAX) + &"x".repeat(BODY_BYTES_MAX)));
    assert_eq!(refused(head(BODY_BYTES_MAX + 1).as_bytes()).status, 413);
    assert_eq!(refused(b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n").status, 413);
}

#[test]
fn a_body_whose_end_could_be_read_in_two_ways_is_refused() {
    for lines in ["Content-Length: 1\r\nContent-Length: 2\r\n", "Content-Length: 1, 1\r\n", "Content-Length: +1\r\n"] {
        let refused = refused(format!("POST / HTTP/1.1\r\n{lines}\r\nabc").as_bytes());
        assert_eq!(refused.status, 400, "{lines:?}");
        assert_plain(&refused);
    }
    assert_eq!(refused(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n").status, 411);
}
