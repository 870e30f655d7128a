//! HTTP, tests: whatever arrives, and however it is cut, nothing panics and the result is the same.

mod site;

use proptest::prelude::*;
use umbra_http::{Parsed, Request, answer, parse};

/// What a reader finds that gets the bytes in pieces of these sizes: the first result that is not `NeedMore`.
fn read_in_pieces(bytes: &[u8], cuts: impl IntoIterator<Item = usize>) -> Parsed {
    for cut in cuts {
        let parsed = parse(&bytes[..cut.min(bytes.len())]);
        if parsed != Parsed::NeedMore {
            return parsed;
        }
    }
    parse(bytes)
}

/// The same apart from bytes behind the request, of which a reader has as many as happened to arrive.
fn without_leftover(parsed: Parsed) -> (Option<String>, Option<Vec<u8>>) {
    let shown = |request: &Request| {
        let text = format!("{request:?}");
        text[..text.rfind("leftover").unwrap()].to_owned()
    };
    match parsed {
        Parsed::NeedMore => (None, None),
        Parsed::Request(request) => (Some(shown(&request)), None),
        Parsed::Bad(reply) => (None, Some(reply)),
    }
}

/// Bytes that get further into the parser than noise does.
fn nearly_http() -> impl Strategy<Value = Vec<u8>> {
    let pieces = [
        "GET ",
        "POST ",
        "HEAD ",
        "/",
        "/ws",
        "/admin/kick",
        "?",
        " HTTP/1.1",
        " HTTP/1.0",
        "\r\n",
        "\r\n\r\n",
        "\n",
        "Host: h",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Version: 8",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol: umbra.v1.json",
        "Content-Length: 3",
        "Authorization: Bearer an admin's token",
        "{\"uid\": \"a\"}",
        ": ",
        "\u{0}",
        "é",
        "Transfer-Encoding: x",
    ];
    let piece = prop_oneof![
        8 => prop::sample::select(pieces.to_vec()).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..4),
        1 => (0_usize..9000).prop_map(|count| vec![b'x'; count]),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..9000)) {
        if let Parsed::Request(request) = parse(&bytes) {
            let _ = answer(*request, &site::site());
        }
    }

    #[test]
    fn what_is_nearly_http_never_panics_and_is_read_alike_however_it_is_cut(
        bytes in nearly_http(),
        cuts in prop::collection::vec(0_usize..9000, 0..8),
    ) {
        let whole = without_leftover(parse(&bytes));
        let mut cuts = cuts;
        cuts.sort_unstable();
        prop_assert_eq!(&without_leftover(read_in_pieces(&bytes, cuts)), &whole);
        if let Parsed::Request(request) = parse(&bytes) {
            let _ = answer(*request, &site::site());
        }
    }
}

#[test]
fn a_handshake_is_read_alike_byte_by_byte() {
    let bytes = b"GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                  Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\x81\x85";
    let whole = without_leftover(parse(bytes));
    assert!(whole.0.is_some());
    assert_eq!(without_leftover(read_in_pieces(bytes, 0..bytes.len())), whole);
}
