//! Every limit that a codec keeps, at n and at n + 1, in both encodings.

use umbra_protocol::limits::{CHAT_CHARS_MAX, GAME_VALUE_DEPTH_MAX, INTEGER_MAX, USER_NAME_CHARS_MAX};
use umbra_protocol::*;

/// The same frame read from both encodings: they have to agree on whether it passes, and on the code if not.
fn read(message: ClientMessage) -> Result<ClientMessage, (ErrorCode, String)> {
    let frame = ClientFrame { reference: Some(7), ack: Some(3), message };
    let json = decode_client_json(&encode_client_json(&frame));
    let binary = decode_client_binary(&encode_client_binary(&frame));
    assert_eq!(json, binary);
    match json {
        Ok(frame) => Ok(frame.message),
        Err(FrameError::Message { reference, error, ack }) => {
            assert_eq!((reference, ack), (Some(7), Some(3)));
            Err((error.code, error.message))
        }
        Err(error) => panic!("the envelope is sound, yet {error:?}"),
    }
}

fn assert_refused(message: ClientMessage, named: &str) {
    let (code, sentence) = read(message).expect_err(named);
    assert_eq!(code, ErrorCode::BadMessage);
    assert!(sentence.contains(named), "{sentence}");
}

fn chat(text: String) -> ClientMessage {
    ClientMessage::ChatSend { text }
}

#[test]
fn a_chat_line_has_1_to_500_characters_whatever_their_bytes() {
    for character in ["a", "茶", "🦀"] {
        for length in [1, CHAT_CHARS_MAX] {
            let line = chat(character.repeat(length));
            assert_eq!(read(line.clone()), Ok(line));
        }
        assert_refused(chat(character.repeat(CHAT_CHARS_MAX + 1)), "`body.text` has 501 characters");
    }
}

#[test]
fn a_chat_line_without_anything_to_see_counts_as_empty() {
    for blank in ["", " ", "\n\t", "\u{3000}"] {
        assert_refused(chat(blank.to_owned()), "`body.text` is blank");
    }
    let spaced = chat(" hi ".to_owned());
    assert_eq!(read(spaced.clone()), Ok(spaced), "what is there is passed on as it is");
}

#[test]
fn an_action_is_nested_at_most_64_deep() {
    let arrays = |depth: usize| GameValue::trusted("[".repeat(depth) + &"]".repeat(depth));
    let objects = |depth: usize| GameValue::trusted("{\"\":".repeat(depth) + "0" + &"}".repeat(depth));
    for nested in [arrays, objects] {
        let action = ClientMessage::GameAction { action: nested(GAME_VALUE_DEPTH_MAX) };
        assert_eq!(read(action.clone()), Ok(action));
        let action = nested(GAME_VALUE_DEPTH_MAX + 1);
        assert_refused(ClientMessage::GameAction { action }, "`body.action` is nested 65 deep");
        assert_refused(ClientMessage::GameAction { action: nested(5000) }, "`body.action` is nested 5000 deep");
    }
}

#[test]
fn options_are_an_object_nested_at_most_64_deep() {
    let nested = |depth: usize| GameValue::trusted("{\"a\":".repeat(depth) + "0" + &"}".repeat(depth));
    let quick = |options| {
        let spec = RoomSpec { game: "relay".into(), seats: None, options: Some(options) };
        ClientMessage::RoomQuickJoin { spec }
    };
    let create = |options| {
        let spec = RoomSpec { game: "relay".into(), seats: None, options: Some(options) };
        ClientMessage::RoomCreate { spec, private: false }
    };
    for message in [&quick as &dyn Fn(GameValue) -> ClientMessage, &create] {
        let deepest = message(nested(GAME_VALUE_DEPTH_MAX));
        assert_eq!(read(deepest.clone()), Ok(deepest));
        assert_refused(message(nested(GAME_VALUE_DEPTH_MAX + 1)), "`body.options` is nested 65 deep");
        for other in ["[]", "7", "\"{}\"", "null"] {
            assert_refused(message(GameValue::trusted(other.to_owned())), "`body.options` is no object");
        }
    }
}

#[test]
fn depth_counts_arrays_and_objects_and_not_what_strings_say() {
    for (text, depth) in [
        ("7", 0),
        ("\"[[\"", 0),
        ("[]", 1),
        ("[[],[]]", 2),
        (r#"{"a":[{}]}"#, 3),
        (r#"["\"[[", "\\", [1]]"#, 2),
        (r#"{"[":"}"}"#, 1),
    ] {
        assert_eq!(GameValue::trusted(text.to_owned()).depth(), depth, "{text}");
    }
}

#[test]
fn refs_acks_epochs_and_seqs_end_at_2_to_the_53_less_1() {
    let resume = |epoch, last_seq| ClientMessage::Hello(Hello::Resume { session: "s".into(), epoch, last_seq });
    for good in [resume(0, 0), resume(INTEGER_MAX, INTEGER_MAX)] {
        assert_eq!(read(good.clone()), Ok(good));
    }
    assert_refused(resume(INTEGER_MAX + 1, 0), "`body.epoch` is 9007199254740992");
    assert_refused(resume(0, INTEGER_MAX + 1), "`body.lastSeq` is 9007199254740992");
    for (reference, ack, named) in [
        (Some(0), None, "`ref` is 0"),
        (Some(INTEGER_MAX + 1), None, "`ref` is 9007199254740992"),
        (None, None, "`ref` is missing"),
        (Some(1), Some(INTEGER_MAX + 1), "`ack` is 9007199254740992"),
    ] {
        let frame = ClientFrame { reference, ack, message: ClientMessage::RoomLeave };
        let refused = decode_client_json(&encode_client_json(&frame)).expect_err(named);
        assert_eq!(decode_client_binary(&encode_client_binary(&frame)), Err(refused.clone()));
        assert!(refused.to_string().contains(named), "{refused}");
    }
    let highest =
        ClientFrame { reference: Some(INTEGER_MAX), ack: Some(INTEGER_MAX), message: ClientMessage::RoomLeave };
    assert_eq!(decode_client_binary(&encode_client_binary(&highest)), Ok(highest));
}

#[test]
fn a_room_id_is_trimmed_and_raised_to_capitals_and_otherwise_left_to_the_lobby() {
    for (typed, read_as) in [(" 8kq2zt\n", "8KQ2ZT"), ("8KQ2ZT", "8KQ2ZT"), ("", ""), ("no such room", "NO SUCH ROOM")]
    {
        let join = |id: &str| ClientMessage::RoomJoin { room_id: RoomId(id.into()), join_as: JoinAs::Player };
        assert_eq!(read(join(typed)), Ok(join(read_as)));
    }
}

#[test]
fn a_name_has_1_to_24_characters_after_trimming_and_no_control_characters() {
    for good in ["a", " a ", &"茶".repeat(USER_NAME_CHARS_MAX), &format!("  {}  ", "x".repeat(USER_NAME_CHARS_MAX))] {
        assert_eq!(UserName::parse(good).expect(good).as_str(), good.trim());
    }
    for (bad, why) in [
        ("", NameRefused::Length(0)),
        (" \t", NameRefused::Length(0)),
        (&*"茶".repeat(USER_NAME_CHARS_MAX + 1), NameRefused::Length(25)),
        ("a\nb", NameRefused::ControlCharacter),
        ("a\u{7f}", NameRefused::ControlCharacter),
    ] {
        assert_eq!(UserName::parse(bad), Err(why));
    }
}
