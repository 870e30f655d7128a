//! HTTP, tests: the page, its files, the health check, and every other path.

mod site;

use std::io::Read as _;

use flate2::read::GzDecoder;
use site::{PAGE, SCRIPT, WASM_PAGE, assert_plain, reply};

fn get(path: &str, headers: &str) -> site::Reply {
    reply(&format!("GET {path} HTTP/1.1\r\nHost: h\r\n{headers}\r\n"))
}

#[test]
fn the_root_is_the_page_with_the_headers_that_protect_it() {
    for path in ["/", "/?room=8KQ2ZT", "/index.html"] {
        let reply = get(path, "");
        assert_eq!((reply.status, reply.text()), (200, PAGE), "{path}");
        assert_eq!(reply.header("Content-Type"), Some("text/html; charset=utf-8"));
        assert_eq!(reply.header("Content-Length"), Some(PAGE.len().to_string().as_str()));
        assert_eq!(reply.header("Connection"), Some("close"));
        let policy = reply.header("Content-Security-Policy").unwrap();
        assert!(policy.contains("default-src 'self'") && policy.contains("connect-src 'self' ws: wss:"), "{policy}");
        assert_eq!(reply.header("X-Content-Type-Options"), Some("nosniff"));
        assert_eq!(reply.header("Referrer-Policy"), Some("no-referrer"));
    }
}

#[test]
fn only_the_page_whose_client_is_webassembly_may_compile_it() {
    let policy = |path| get(path, "").header("Content-Security-Policy").unwrap().to_owned();
    for path in ["/wasm", "/wasm/"] {
        assert_eq!((get(path, "").status, get(path, "").text()), (200, WASM_PAGE));
        assert!(policy(path).contains("script-src 'self' 'wasm-unsafe-eval';"), "{}", policy(path));
        assert!(policy(path).contains("connect-src 'self' ws: wss:"), "{}", policy(path));
    }
    for path in ["/", "/games/play.js"] {
        assert!(!policy(path).contains("unsafe"), "{}", policy(path));
    }
}

#[test]
fn a_file_in_a_folder_is_served_with_its_type() {
    let reply = get("/games/play.js?v=2", "");
    assert_eq!((reply.status, reply.text()), (200, SCRIPT));
    assert_eq!(reply.header("Content-Type"), Some("text/javascript; charset=utf-8"));
}

#[test]
fn who_takes_gzip_gets_it_and_who_does_not_gets_the_same_file_inflated() {
    for accepts in ["gzip", "br, GZIP;q=0.5", "deflate, gzip"] {
        let reply = get("/", &format!("Accept-Encoding: {accepts}\r\n"));
        assert_eq!(reply.header("Content-Encoding"), Some("gzip"), "{accepts}");
        let mut inflated = String::new();
        GzDecoder::new(reply.body.as_slice()).read_to_string(&mut inflated).unwrap();
        assert_eq!(inflated, PAGE);
        assert_eq!(reply.header("Content-Length"), Some(reply.body.len().to_string().as_str()));
    }
    for accepts in ["identity", "gzip;q=0", "gzip; q=0.0", "xgzip", "br"] {
        let reply = get("/", &format!("Accept-Encoding: {accepts}\r\n"));
        assert_eq!((reply.header("Content-Encoding"), reply.text()), (None, PAGE), "{accepts}");
        assert_eq!(reply.header("Vary"), Some("Accept-Encoding"));
    }
}

#[test]
fn who_has_the_file_already_gets_304_without_a_body() {
    let etag = get("/", "").header("ETag").unwrap().to_owned();
    for known in [etag.as_str(), "\"1\"", "W/\"0\", W/\"1\"", "*"] {
        let reply = get("/", &format!("If-None-Match: {known}\r\n"));
        assert_eq!((reply.status, reply.text()), (304, ""), "{known}");
        assert_eq!(reply.header("ETag"), Some(etag.as_str()));
    }
    assert_eq!(get("/", "If-None-Match: W/\"2\"\r\n").status, 200);
}

#[test]
fn head_is_answered_as_get_without_the_body() {
    for path in ["/", "/games/play.js", "/healthz", "/nothing"] {
        let got = get(path, "");
        let head = reply(&format!("HEAD {path} HTTP/1.1\r\nHost: h\r\n\r\n"));
        assert_eq!((head.status, head.body.as_slice()), (got.status, &b""[..]), "{path}");
        assert_eq!(head.headers, got.headers, "{path}");
    }
}

#[test]
fn the_health_check_says_ok() {
    for version in ["1.0", "1.1"] {
        let reply = reply(&format!("GET /healthz HTTP/{version}\r\n\r\n"));
        assert_eq!((reply.status, reply.text()), (200, "ok"));
        assert_plain(&reply);
    }
}

#[test]
fn every_other_path_is_404_whatever_the_method() {
    for path in ["/nothing", "/ws/", "/WS", "/games", "/games/", "/../index.html", "//", "*", "/healthz/", "http://h/"]
    {
        for method in ["GET", "POST", "DELETE"] {
            let reply = reply(&format!("{method} {path} HTTP/1.1\r\n\r\n"));
            assert_eq!(reply.status, 404, "{method} {path}");
            assert_plain(&reply);
        }
    }
}

#[test]
fn a_wrong_method_on_a_known_path_is_405_naming_the_right_ones() {
    for path in ["/", "/index.html", "/games/play.js", "/healthz"] {
        for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
            let reply = reply(&format!("{method} {path} HTTP/1.1\r\n\r\n"));
            assert_eq!((reply.status, reply.header("Allow")), (405, Some("GET, HEAD")), "{method} {path}");
            assert_plain(&reply);
        }
    }
}
