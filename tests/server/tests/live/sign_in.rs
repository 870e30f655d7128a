//! Section 3: who may sign in. Tokens of the game's own backend, guests, names.

use serde_json::json;
use umbra_protocol::{ClientMessage, ErrorCode, Hello, Subprotocol, Uid};
use umbra_server_tests::server::JWT_SECRET;
use umbra_server_tests::token::{in_seconds, of_user, signed};
use umbra_server_tests::{Server, Wire, server};

use crate::servers::both;

async fn refused(server: &Server, subprotocol: Subprotocol, hello: Hello) -> (ErrorCode, u16) {
    let mut wire = Wire::open(server.addr(), subprotocol).await;
    let error = wire.hello(hello).await.unwrap_err();
    (error.code, wire.closed().await)
}

#[tokio::test]
async fn a_token_of_the_backend_says_who_somebody_is() {
    both(async |subprotocol| {
        let mut wire = Wire::open(server().addr(), subprotocol).await;
        let sub = format!("42-{subprotocol:?}");
        let hello = wire.hello(Hello::Token { token: of_user(&sub, " 小明 ") }).await.unwrap();
        assert_eq!((hello.uid, hello.user_name.as_str()), (Uid(sub.into()), "小明"));
        assert_eq!((hello.resumed, hello.epoch, hello.last_ref, hello.room), (false, 1, 0, None));
        assert_eq!((hello.heartbeat_ms, hello.grace_ms), (15_000, 0));
    })
    .await;
}

#[tokio::test]
async fn a_bad_expired_or_foreign_token_ends_the_connection() {
    let claims = |exp: i64| json!({"sub": "mallory", "name": "Mallory", "exp": exp});
    let good = signed(&claims(in_seconds(3600)), JWT_SECRET);
    let (message, _) = good.rsplit_once('.').unwrap();
    let unsigned = data_encoding::BASE64URL_NOPAD.encode(br#"{"alg":"none"}"#);
    let body = message.split_once('.').unwrap().1;
    for (what, token) in [
        ("no token at all", "not a token".to_owned()),
        ("empty", String::new()),
        ("expired", signed(&claims(in_seconds(-1)), JWT_SECRET)),
        ("foreign", signed(&claims(in_seconds(3600)), "somebody else's key, of 32 bytes and more")),
        ("of another algorithm", format!("{unsigned}.{body}.")),
        ("with the signature of another", format!("{message}.{}", of_user("a", "b").rsplit_once('.').unwrap().1)),
        ("without an end", signed(&json!({"sub": "mallory", "name": "Mallory"}), JWT_SECRET)),
        ("without a name", signed(&json!({"sub": "mallory", "exp": in_seconds(60)}), JWT_SECRET)),
        ("of nobody", signed(&json!({"name": "Mallory", "exp": in_seconds(60)}), JWT_SECRET)),
        ("with a uid too long", of_user(&"x".repeat(65), "Mallory")),
        ("with a name too long", of_user("mallory", &"x".repeat(25))),
    ] {
        let hello = Hello::Token { token };
        assert_eq!(refused(server(), Subprotocol::Json, hello).await, (ErrorCode::BadToken, 4003), "{what}");
    }
}

#[tokio::test]
async fn a_bad_or_foreign_session_token_ends_the_connection() {
    both(async |subprotocol| {
        let (_wire, hello) = Wire::guest(server(), subprotocol, "Ann").await;
        let mut changed = hello.session.clone();
        let last = changed.pop().unwrap();
        changed.push(if last == 'A' { 'Q' } else { 'A' });
        // A token of the backend is no session, even when it is good.
        for session in [changed, "nonsense".to_owned(), of_user("ann", "Ann")] {
            let hello = Hello::Resume { session, epoch: 1, last_seq: 0 };
            assert_eq!(refused(server(), subprotocol, hello).await, (ErrorCode::BadToken, 4003));
        }
        // Nor is a session a token of the backend.
        let hello = Hello::Token { token: hello.session };
        assert_eq!(refused(server(), subprotocol, hello).await, (ErrorCode::BadToken, 4003));
    })
    .await;
}

#[tokio::test]
async fn where_guests_are_not_admitted_a_token_is_needed_and_the_connection_stays() {
    let server = Server::with_settings(&[("guests", "false")]);
    both(async |subprotocol| {
        let mut wire = Wire::open(server.addr(), subprotocol).await;
        let error = wire.hello(Hello::Guest { user_name: "Ann".into() }).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::NotAuthenticated);
        let token = of_user(&format!("ann-{subprotocol:?}"), "Ann");
        assert_eq!(wire.hello(Hello::Token { token }).await.unwrap().user_name.as_str(), "Ann");
    })
    .await;
}

#[tokio::test]
async fn a_name_has_one_to_twenty_four_characters_after_trimming() {
    both(async |subprotocol| {
        for (name, good) in [
            ("x".to_owned(), true),
            ("名".repeat(24), true),
            (format!("  {}  ", "x".repeat(24)), true),
            (String::new(), false),
            ("   ".to_owned(), false),
            ("名".repeat(25), false),
            ("a\u{7}b".to_owned(), false),
        ] {
            let mut wire = Wire::open(server().addr(), subprotocol).await;
            match wire.hello(Hello::Guest { user_name: name.clone() }).await {
                Ok(hello) => assert!(good && hello.user_name.as_str() == name.trim(), "{name:?}"),
                Err(error) => assert!(!good && error.code == ErrorCode::BadName, "{name:?}: {error:?}"),
            }
            if !good {
                // Another name may follow on the same connection.
                assert!(wire.hello(Hello::Guest { user_name: "Ann".into() }).await.is_ok());
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_second_hello_is_refused_and_changes_nothing() {
    both(async |subprotocol| {
        let (mut wire, _) = Wire::guest(server(), subprotocol, "Ann").await;
        let error = wire.hello(Hello::Guest { user_name: "Eve".into() }).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::BadMessage);
        assert!(wire.ask(ClientMessage::RoomList { game: None }).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn before_hello_everything_else_is_refused() {
    both(async |subprotocol| {
        let mut wire = Wire::open(server().addr(), subprotocol).await;
        let refused = wire.ask(ClientMessage::RoomList { game: None }).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::NotAuthenticated);
        wire.say_frame(None, None, ClientMessage::Ping { client_time_ms: 1 }).await;
        assert_eq!(wire.answer_without_ref().await.unwrap_err().code, ErrorCode::NotAuthenticated);
        assert!(wire.hello(Hello::Guest { user_name: "Ann".into() }).await.is_ok());
    })
    .await;
}
