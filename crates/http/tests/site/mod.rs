//! HTTP, tests: a small site, requests as text, and replies taken apart.
#![allow(dead_code, reason = "each test file uses the part it needs")]

use std::io::Write as _;
use std::sync::LazyLock;

use flate2::Compression;
use flate2::write::GzEncoder;
use umbra_http::{Answer, Asset, Parsed, Request, Site, answer, parse};

pub const PAGE: &str = "<!doctype html><title>Umbra</title>";
pub const SCRIPT: &str = "export const answer = 42;";
pub const ADMIN_TOKEN: &str = "an admin's token";

fn packed(text: &str) -> &'static [u8] {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap().leak()
}

static ASSETS: LazyLock<[Asset; 2]> = LazyLock::new(|| {
    let page = ("index.html", "text/html; charset=utf-8", "W/\"1\"", PAGE);
    let script = ("games/play.js", "text/javascript; charset=utf-8", "W/\"2\"", SCRIPT);
    [page, script].map(|(path, content_type, etag, text)| Asset {
        path: path.into(),
        content_type: content_type.into(),
        etag: etag.into(),
        gzip: packed(text).into(),
    })
});

/// The site with its admin paths.
pub fn site() -> Site<'static> {
    Site { assets: &*ASSETS, admin_token: Some(ADMIN_TOKEN), chaos: false }
}

/// A reply taken apart by the parser that clients use.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn read(bytes: &[u8]) -> Self {
        let mut lines = [httparse::EMPTY_HEADER; 32];
        let mut parsed = httparse::Response::new(&mut lines);
        let head = parsed.parse(bytes).expect("a reply is HTTP").unwrap();
        let text =
            |line: &httparse::Header<'_>| (line.name.to_owned(), String::from_utf8(line.value.to_vec()).unwrap());
        let headers = parsed.headers.iter().map(text).collect();
        Self { status: parsed.code.unwrap(), headers, body: bytes[head..].to_vec() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// One whole request out of its text.
pub fn request(text: &str) -> Request {
    match parse(text.as_bytes()) {
        Parsed::Request(request) => *request,
        other => panic!("{text:?} is no request but {other:?}"),
    }
}

/// What the site answers to the request.
pub fn ask(text: &str) -> Answer {
    answer(request(text), &site())
}

/// The reply to a request that is to get one.
pub fn reply(text: &str) -> Reply {
    match ask(text) {
        Answer::Reply(bytes) => Reply::read(&bytes),
        other => panic!("{text:?} got no reply but {other:?}"),
    }
}

/// The reply to bytes that are to be refused before they are a request.
pub fn refused(bytes: &[u8]) -> Reply {
    match parse(bytes) {
        Parsed::Bad(reply) => Reply::read(&reply),
        other => panic!("not refused but {other:?}"),
    }
}

/// Whether the reply says no more than one plain sentence, and says it in the right form.
pub fn assert_plain(reply: &Reply) {
    assert_eq!(reply.header("Content-Type"), Some("text/plain; charset=utf-8"));
    assert_eq!(reply.header("Connection"), Some("close"));
    assert_eq!(reply.header("Content-Length"), Some(reply.body.len().to_string().as_str()));
    assert!(!reply.text().is_empty() && !reply.text().contains('\n'), "{reply:?}");
}
