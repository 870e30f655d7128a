//! HTTP, tests: what operators may ask, and that nobody else may.

mod site;

use site::{ADMIN_TOKEN, Reply, ask, assert_plain, reply, request};
use umbra_http::{AdminAsk, Answer, Site, Target, answer};
use umbra_protocol::{RoomId, Uid};

fn post(path: &str, authorization: &str, body: &str) -> String {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nAuthorization: {authorization}\r\nContent-Length: {length}\r\n\r\n{body}")
}

fn authorized(path: &str, body: &str) -> String {
    post(path, &format!("Bearer {ADMIN_TOKEN}"), body)
}

#[test]
fn an_operator_may_drain_and_kick() {
    assert_eq!(ask(&authorized("/admin/drain", "")), Answer::Admin(AdminAsk::Drain));
    let kick = Answer::Admin(AdminAsk::Kick(Uid("u-1".into())));
    assert_eq!(ask(&authorized("/admin/kick", r#"{"uid": "u-1", "why": "spam"}"#)), kick);
    assert_eq!(ask(&post("/admin/drain?x", &format!("bEARER {ADMIN_TOKEN}"), "")), Answer::Admin(AdminAsk::Drain));
}

#[test]
fn without_the_right_token_it_is_401_whatever_the_body() {
    let nearly = &ADMIN_TOKEN[..ADMIN_TOKEN.len() - 1];
    for authorization in [
        "",
        "Bearer",
        "Bearer ",
        "Digest an admin's token",
        "Bearer wrong",
        &format!("Bearer {nearly}"),
        &format!("Bearer {ADMIN_TOKEN}x"),
        ADMIN_TOKEN,
    ] {
        for path in ["/admin/drain", "/admin/kick"] {
            let reply = reply(&post(path, authorization, "{}"));
            assert_eq!((reply.status, reply.header("WWW-Authenticate")), (401, Some("Bearer")), "{authorization}");
            assert_plain(&reply);
        }
    }
    assert_eq!(reply("POST /admin/drain HTTP/1.1\r\n\r\n").status, 401);
}

#[test]
fn without_a_configured_token_there_is_no_admin() {
    let site = Site { admin_token: None, ..site::site() };
    for text in [
        authorized("/admin/drain", ""),
        post("/admin/kick", "Bearer ", ""),
        "GET /admin/drain HTTP/1.1\r\n\r\n".to_owned(),
    ] {
        let Answer::Reply(bytes) = answer(request(&text), &site) else { panic!("{text:?} was let through") };
        assert_eq!(Reply::read(&bytes).status, 404, "{text:?}");
    }
}

#[test]
fn a_kick_without_a_readable_uid_is_400() {
    let longest = format!(r#"{{"uid": "{}"}}"#, "ü".repeat(64));
    assert!(matches!(ask(&authorized("/admin/kick", &longest)), Answer::Admin(AdminAsk::Kick(_))));
    let too_long = format!(r#"{{"uid": "{}"}}"#, "u".repeat(65));
    for body in ["", "{}", "[]", r#"{"uid": 7}"#, r#"{"uid": ""}"#, r#"{"uid": "a"} more"#, &too_long] {
        let reply = reply(&authorized("/admin/kick", body));
        assert_eq!(reply.status, 400, "{body}");
        assert_plain(&reply);
    }
}

#[test]
fn other_methods_are_405_and_other_paths_404() {
    for path in ["/admin/drain", "/admin/kick"] {
        let reply = reply(&authorized(path, "").replace("POST", "GET"));
        assert_eq!((reply.status, reply.header("Allow")), (405, Some("POST")));
    }
    for path in ["/admin", "/admin/", "/admin/stop"] {
        assert_eq!(reply(&authorized(path, "")).status, 404, "{path}");
    }
}

#[test]
fn tests_may_end_processes_and_look_at_them_where_that_is_switched_on_and_nowhere_else() {
    let kill = |target: &str| authorized("/admin/kill", &format!(r#"{{"target": "{target}"}}"#));
    let list = format!("GET /admin/processes HTTP/1.1\r\nAuthorization: Bearer {ADMIN_TOKEN}\r\n\r\n");
    for request in [kill("journal"), list.clone()] {
        assert_eq!(reply(&request).status, 404);
    }
    let asked = |request: &str| {
        let site = Site { chaos: true, ..site::site() };
        answer(site::request(request), &site)
    };
    assert_eq!(asked(&list), Answer::Admin(AdminAsk::Processes));
    let targets = [
        ("room:8KQ2ZT", Target::Room(RoomId("8KQ2ZT".into()))),
        ("user:guest-1", Target::User(Uid("guest-1".into()))),
        ("socket:a:b", Target::Socket(Uid("a:b".into()))),
        ("roomManager", Target::RoomManager),
        ("userManager", Target::UserManager),
        ("journal", Target::Journal),
        ("listener", Target::Listener),
    ];
    for (name, target) in targets {
        assert_eq!(asked(&kill(name)), Answer::Admin(AdminAsk::Kill(target)));
    }
    for name in ["", "root", "room", "Journal", "table:1"] {
        assert!(matches!(asked(&kill(name)), Answer::Reply(bytes) if bytes.starts_with(b"HTTP/1.1 400")), "{name}");
    }
}
