//! What a text frame of a client is told when it cannot be read: under which `ref`, with which code, naming what.

use umbra_protocol::*;

/// The refusal of a frame whose envelope stands: `ref`, code, sentence.
fn refused(text: &str) -> (Option<u64>, ErrorCode, String) {
    match decode_client_json(text) {
        Err(FrameError::Message { reference, error, .. }) => (reference, error.code, error.message),
        other => panic!("{text} gave {other:?}"),
    }
}

/// Asserts that the body of a message with `ref` 7 is refused as `BAD_MESSAGE` with exactly this sentence, under its
/// `ref` unless it is a `PING`.
fn assert_body(id: &str, body: &str, sentence: &str) {
    let text = format!(r#"{{"id":"{id}","ref":7,"body":{body}}}"#);
    let reference = (id != "PING").then_some(7);
    assert_eq!(refused(&text), (reference, ErrorCode::BadMessage, sentence.to_owned()), "{text}");
}

fn read(text: &str) -> ClientFrame {
    decode_client_json(text).unwrap_or_else(|error| panic!("{text} gave {error:?}"))
}

#[test]
fn a_frame_without_an_envelope_is_answered_under_no_ref() {
    let deep = "[".repeat(10_000);
    for text in [
        "",
        " ",
        "hello",
        "{",
        "{} {}",
        "\u{feff}{}",
        "7",
        "null",
        "[]",
        "\"HELLO\"",
        r#"{"ref":1}"#,
        r#"{"id":5,"ref":1}"#,
        r#"{"id":null}"#,
        r#"{"id":"PING","id":"PING"}"#,
        r#"{"id":"\ud800"}"#,
        r#"{"id":"PING",}"#,
        "{'id':'PING'}",
        &deep,
    ] {
        let error = decode_client_json(text).expect_err(text);
        assert!(matches!(error, FrameError::Envelope { .. }), "{text} gave {error:?}");
        let ServerFrame::Error { reference: None, error } = error.reply() else { panic!("{text}") };
        assert_eq!(error.code, ErrorCode::BadMessage);
        assert!(error.message.contains("expected"), "{}", error.message);
    }
}

#[test]
fn an_unknown_id_is_named_and_answered_under_its_ref() {
    let (reference, code, sentence) = refused(r#"{"id":"ROOM_EXPLODE","ref":7,"body":{}}"#);
    assert_eq!((reference, code), (Some(7), ErrorCode::UnknownId));
    assert!(sentence.starts_with("no message has the id `ROOM_EXPLODE`, expected one of HELLO, PING,"), "{sentence}");
    assert_eq!(refused(r#"{"id":"room_leave"}"#).1, ErrorCode::UnknownId);
    let endless = format!(r#"{{"id":"{}","ref":7}}"#, "X".repeat(9000));
    assert!(refused(&endless).2.len() < 300);
}

#[test]
fn a_ref_is_an_integer_from_1_to_the_largest_that_every_json_parser_holds() {
    for bad in ["0", "-1", "1.0", "1e3", "\"7\"", "null", "true", "[]", "9007199254740992", "1e400", &"9".repeat(50)] {
        let (reference, code, sentence) = refused(&format!(r#"{{"id":"ROOM_LEAVE","ref":{bad},"ack":4}}"#));
        assert_eq!((reference, code), (None, ErrorCode::BadMessage), "{bad}");
        assert!(sentence.contains("field `ref` is") && sentence.contains("expected an integer from 1"), "{sentence}");
    }
    for good in [1, limits::INTEGER_MAX] {
        assert_eq!(read(&format!(r#"{{"id":"ROOM_LEAVE","ref":{good}}}"#)).reference, Some(good));
    }
}

#[test]
fn every_message_but_hello_and_ping_needs_a_ref() {
    let bodies =
        r#"{"userName":"A","clientTimeMs":1,"game":"relay","roomId":"A","ready":true,"uid":"u","action":1,"text":"t"}"#;
    for id in ClientMessage::IDS {
        let text = format!(r#"{{"id":"{id}","body":{bodies}}}"#);
        if id == "HELLO" || id == "PING" {
            assert_eq!(read(&text).reference, None, "{id}");
        } else {
            let (reference, code, sentence) = refused(&text);
            assert_eq!((reference, code), (None, ErrorCode::BadMessage), "{id}");
            assert!(sentence.contains("field `ref` is missing"), "{sentence}");
        }
    }
}

#[test]
fn the_ref_of_a_ping_is_checked_and_dropped() {
    assert_eq!(read(r#"{"id":"PING","ref":9,"body":{"clientTimeMs":1}}"#).reference, None);
    assert!(refused(r#"{"id":"PING","ref":0,"body":{"clientTimeMs":1}}"#).2.contains("`ref`"));
    assert_eq!(refused(r#"{"id":"PING","ref":9,"body":{}}"#).0, None, "a refused PING uses up no ref");
    assert_eq!(read(r#"{"id":"HELLO","ref":9,"body":{"userName":"A"}}"#).reference, Some(9));
}

#[test]
fn an_ack_is_an_integer_from_0_and_counts_even_when_the_message_is_refused() {
    for bad in ["-1", "1.5", "\"4\"", "null", "9007199254740992"] {
        let (reference, code, sentence) = refused(&format!(r#"{{"id":"ROOM_LEAVE","ref":7,"ack":{bad}}}"#));
        assert_eq!((reference, code), (Some(7), ErrorCode::BadMessage), "{bad}");
        assert!(sentence.contains("field `ack` is"), "{sentence}");
    }
    for good in [0, limits::INTEGER_MAX] {
        assert_eq!(read(&format!(r#"{{"id":"ROOM_LEAVE","ref":7,"ack":{good}}}"#)).ack, Some(good));
    }
    let error = decode_client_json(r#"{"id":"ROOM_READY","ref":7,"ack":4}"#).unwrap_err();
    assert!(matches!(error, FrameError::Message { ack: Some(4), .. }), "{error:?}");
}

#[test]
fn a_body_is_an_object_or_left_out() {
    assert_eq!(read(r#"{"id":"ROOM_LEAVE","ref":7}"#), read(r#"{"id":"ROOM_LEAVE","ref":7,"body":{}}"#));
    assert_body("ROOM_LEAVE", "null", "field `body` is null, expected an object");
    assert_body("ROOM_READY", "[true]", "field `body` is an array, expected an object");
    assert_body("ROOM_READY", "\"x\"", "field `body` is a string, expected an object");
}

#[test]
fn unknown_fields_are_ignored_wherever_they_stand() {
    let plain = read(r#"{"id":"ROOM_READY","ref":7,"body":{"ready":true}}"#);
    let rich = r#"{"x":1,"x":[{}],"id":"ROOM_READY","seq":-1,"ref":7,"body":{"y":null,"y":{"ready":0},"ready":true}}"#;
    assert_eq!(read(rich), plain);
    assert_eq!(read(r#"{"\u0069d":"ROOM_READY","ref":7,"body":{"re\u0061dy":true}}"#), plain);
}

#[test]
fn a_field_that_stands_twice_is_refused() {
    assert_body("ROOM_READY", r#"{"ready":true,"ready":true}"#, "field `body.ready` stands twice, expected once");
    assert!(refused(r#"{"id":"ROOM_LEAVE","ref":7,"ref":8}"#).2.contains("field `ref` stands twice"));
    assert!(refused(r#"{"id":"ROOM_LEAVE","ref":7,"body":{},"body":{}}"#).2.contains("field `body` stands twice"));
}

#[test]
fn a_missing_field_is_named() {
    assert_body("PING", "{}", "field `body.clientTimeMs` is missing, expected an integer of 64 bits");
    assert_body("ROOM_CREATE", "{}", "field `body.game` is missing, expected a string");
    assert_body("ROOM_QUICK_JOIN", "{}", "field `body.game` is missing, expected a string");
    assert_body("ROOM_JOIN", "{}", "field `body.roomId` is missing, expected a string");
    assert_body("ROOM_READY", "{}", "field `body.ready` is missing, expected true or false");
    assert_body("ROOM_KICK", "{}", "field `body.uid` is missing, expected a string");
    assert_body("GAME_ACTION", "{}", "field `body.action` is missing, expected any JSON value");
    assert_body("CHAT_SEND", "{}", "field `body.text` is missing, expected a string");
    assert_body("HELLO", r#"{"session":"s"}"#, "field `body.epoch` is missing, expected an integer from 0");
    assert_body("HELLO", r#"{"session":"s","epoch":1}"#, "field `body.lastSeq` is missing, expected an integer from 0");
    let (_, _, nobody) = refused(r#"{"id":"HELLO","ref":7}"#);
    for field in ["userName", "token", "session"] {
        assert!(nobody.contains(field), "{nobody}");
    }
}

#[test]
fn an_ill_typed_field_is_named_and_null_is_no_substitute_for_leaving_it_out() {
    assert_body(
        "PING",
        r#"{"clientTimeMs":12.5}"#,
        "field `body.clientTimeMs` is 12.5, expected an integer of 64 bits",
    );
    assert_body("ROOM_LIST", r#"{"game":null}"#, "field `body.game` is null, expected a string");
    assert_body("ROOM_CREATE", r#"{"game":7}"#, "field `body.game` is 7, expected a string");
    assert_body("ROOM_CREATE", r#"{"game":"g","seats":"4"}"#, "field `body.seats` is a string, expected an integer");
    assert_body("ROOM_CREATE", r#"{"game":"g","seats":2.5}"#, "field `body.seats` is 2.5, expected an integer");
    assert_body("ROOM_CREATE", r#"{"game":"g","seats":null}"#, "field `body.seats` is null, expected an integer");
    assert_body("ROOM_CREATE", r#"{"game":"g","private":1}"#, "field `body.private` is 1, expected true or false");
    assert_body(
        "ROOM_CREATE",
        r#"{"game":"g","options":[]}"#,
        "field `body.options` is no object, expected a JSON object",
    );
    assert_body(
        "ROOM_CREATE",
        r#"{"game":"g","options":null}"#,
        "field `body.options` is no object, expected a JSON object",
    );
    assert_body("ROOM_JOIN", r#"{"roomId":{}}"#, "field `body.roomId` is an object, expected a string");
    let words = "field `body.as` is another word, expected \"player\" or \"spectator\"";
    assert_body("ROOM_JOIN", r#"{"roomId":"A","as":"Player"}"#, words);
    assert_body(
        "ROOM_JOIN",
        r#"{"roomId":"A","as":{"player":null}}"#,
        "field `body.as` is an object, expected a string",
    );
    assert_body("ROOM_READY", r#"{"ready":"true"}"#, "field `body.ready` is a string, expected true or false");
    assert_body("ROOM_KICK", r#"{"uid":false}"#, "field `body.uid` is false, expected a string");
    assert_body("CHAT_SEND", r#"{"text":["x"]}"#, "field `body.text` is an array, expected a string");
    let half = "field `body.text` is a string with half a surrogate pair, expected a string";
    assert_body("CHAT_SEND", r#"{"text":"\ud83d"}"#, half);
    assert_body("HELLO", r#"{"userName":7}"#, "field `body.userName` is 7, expected a string");
    assert_body("HELLO", r#"{"token":null,"userName":"A"}"#, "field `body.token` is null, expected a string");
    let digits = format!(r#"{{"text":{}}}"#, "9".repeat(9000));
    assert_body("CHAT_SEND", &digits, "field `body.text` is a long number, expected a string");
}

#[test]
fn a_number_of_seats_that_no_game_can_have_is_bad_options_like_one_that_this_game_has_not() {
    for seats in ["-1", "256", "1000"] {
        let text = format!(r#"{{"id":"ROOM_QUICK_JOIN","ref":7,"body":{{"game":"relay","seats":{seats}}}}}"#);
        let (reference, code, sentence) = refused(&text);
        assert_eq!((reference, code), (Some(7), ErrorCode::BadOptions));
        assert!(sentence.contains(&format!("field `body.seats` is {seats}")), "{sentence}");
    }
    for seats in [0, 255] {
        let text = format!(r#"{{"id":"ROOM_QUICK_JOIN","ref":7,"body":{{"game":"relay","seats":{seats}}}}}"#);
        let ClientMessage::RoomQuickJoin { spec } = read(&text).message else { panic!("{text}") };
        assert_eq!(spec.seats, Some(seats));
    }
}

#[test]
fn of_several_credentials_the_strongest_decides() {
    let hello = |body: &str| match read(&format!(r#"{{"id":"HELLO","body":{body}}}"#)).message {
        ClientMessage::Hello(hello) => hello,
        other => panic!("{other:?}"),
    };
    let all = hello(r#"{"userName":1,"token":2,"session":"s","epoch":3,"lastSeq":4}"#);
    assert_eq!(all, Hello::Resume { session: "s".into(), epoch: 3, last_seq: 4 });
    assert_eq!(hello(r#"{"userName":1,"token":"t"}"#), Hello::Token { token: "t".into() });
    assert_eq!(hello(r#"{"userName":""}"#), Hello::Guest { user_name: String::new() });
}
