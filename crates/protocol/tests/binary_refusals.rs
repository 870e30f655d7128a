//! What a binary frame of a client is told when it cannot be read, and what a client makes of a newer server's frames.

use umbra_protocol::*;

fn frame(reference: Option<u64>, message: ClientMessage) -> Vec<u8> {
    encode_client_binary(&ClientFrame { reference, ack: Some(3), message })
}

/// A frame with `ref` 7 and `ack` 3 whose message is these bytes.
fn raw(message: &[u8]) -> Vec<u8> {
    let mut bytes = bincode::serialize(&(Some(7u64), Some(3u64))).unwrap();
    bytes.extend_from_slice(message);
    bytes
}

/// Asserts that the message is refused under its `ref`, its `ack` kept.
fn assert_refused(bytes: &[u8], code: ErrorCode, named: &str) {
    match decode_client_binary(bytes) {
        Err(FrameError::Message { reference: Some(7), error, ack: Some(3) }) => {
            assert_eq!(error.code, code, "{error:?}");
            assert!(error.message.contains(named), "{}", error.message);
        }
        other => panic!("{named}: {other:?}"),
    }
}

#[test]
fn a_frame_without_ref_and_ack_is_answered_under_no_ref() {
    for bytes in [&[][..], &[1], &[1, 7, 0, 0, 0, 0, 0, 0, 0], &[2, 0], &[0, 9], &[0xff; 64]] {
        let error = decode_client_binary(bytes).unwrap_err();
        assert!(matches!(error, FrameError::Envelope { .. }), "{bytes:?} gave {error:?}");
        assert!(matches!(error.reply(), ServerFrame::Error { reference: None, .. }));
    }
}

#[test]
fn an_unknown_number_is_an_unknown_id() {
    let next = ClientMessage::IDS.len() as u32;
    assert_refused(&raw(&next.to_le_bytes()), ErrorCode::UnknownId, "no message has the number 13, expected 0 to 12");
    assert_refused(&raw(&u32::MAX.to_le_bytes()), ErrorCode::UnknownId, "4294967295");
}

#[test]
fn a_frame_that_ends_early_or_goes_on_is_refused_under_its_ref() {
    assert_refused(&raw(&[]), ErrorCode::BadMessage, "ends after its envelope");
    assert_refused(&raw(&[6, 0, 0]), ErrorCode::BadMessage, "ends after its envelope");
    let whole = frame(Some(7), ClientMessage::RoomReady { ready: true });
    assert_refused(&whole[..whole.len() - 1], ErrorCode::BadMessage, "ROOM_READY is malformed: it ends before");
    let longer = [&whole[..], &[0]].concat();
    assert_refused(&longer, ErrorCode::BadMessage, "ROOM_READY is malformed: bytes are left over");
}

#[test]
fn what_is_no_bool_no_text_no_variant_or_no_json_is_refused() {
    let kick = |uid: &[u8]| [&[8, 0, 0, 0][..], &(uid.len() as u64).to_le_bytes(), uid].concat();
    let action = |json: &[u8]| [&[11, 0, 0, 0][..], &(json.len() as u64).to_le_bytes(), json].concat();
    let bad = ErrorCode::BadMessage;
    assert_refused(&raw(&[7, 0, 0, 0, 2]), bad, "a bool is neither 0 nor 1");
    assert_refused(&raw(&[2, 0, 0, 0, 2]), bad, "marked neither 0 nor 1");
    assert_refused(&raw(&kick(&[0xff])), bad, "a string is not UTF-8");
    assert_refused(&raw(&[0, 0, 0, 0, 9, 0, 0, 0]), bad, "HELLO is malformed: it holds an unknown variant");
    for json in ["", "{", "hello", "1 2", "{\"a\":}"] {
        assert_refused(
            &raw(&action(json.as_bytes())),
            bad,
            "GAME_ACTION is malformed: it holds a text that is not JSON",
        );
    }
}

#[test]
fn a_length_is_not_believed_beyond_the_frame() {
    for claimed in [1u64, 1 << 20, 1 << 40, u64::MAX] {
        let chat = [&[12, 0, 0, 0][..], &claimed.to_le_bytes()].concat();
        assert_refused(&raw(&chat), ErrorCode::BadMessage, "it ends before it is complete");
    }
}

#[test]
fn the_ref_of_a_ping_is_dropped_even_from_its_refusal() {
    let ping = ClientMessage::Ping { client_time_ms: 1 };
    let bytes = frame(Some(7), ping);
    assert_eq!(decode_client_binary(&bytes).unwrap().reference, None);
    let cut = decode_client_binary(&bytes[..bytes.len() - 1]);
    assert!(matches!(cut, Err(FrameError::Message { reference: None, ack: Some(3), .. })), "{cut:?}");
}

#[test]
fn white_space_around_an_action_is_no_part_of_it() {
    let json = b" [1, 2]\n";
    let action = [&[11, 0, 0, 0][..], &(json.len() as u64).to_le_bytes(), json].concat();
    let ClientMessage::GameAction { action } = decode_client_binary(&raw(&action)).unwrap().message else { panic!() };
    assert_eq!(action.as_str(), "[1, 2]");
}

#[test]
fn a_client_can_skip_what_a_newer_server_says_and_still_count_it() {
    let unknown = |id: &str, seq| Err(ServerFrameError::Unknown { id: id.to_owned(), seq });
    let json = |text: &str| decode_server_json(text, |_| ReplyKind::Empty);
    assert_eq!(json(r#"{"id":"SKY_FELL","seq":9,"body":{"x":1}}"#), unknown("SKY_FELL", Some(9)));
    assert_eq!(json(r#"{"id":"SKY_FELL"}"#), unknown("SKY_FELL", None));
    let event = bincode::serialize(&(2u32, 9u64, Event::IDS.len() as u32, 1u8)).unwrap();
    assert_eq!(decode_server_binary(&event), unknown("event 15", Some(9)));
    let control = bincode::serialize(&(3u32, Control::IDS.len() as u32)).unwrap();
    assert_eq!(decode_server_binary(&control), unknown("control 3", None));
    assert_eq!(decode_server_binary(&[4, 0, 0, 0]), unknown("frame 4", None));
}

#[test]
fn a_client_takes_no_malformed_frame_for_a_newer_one() {
    for text in ["", "[]", "{}", r#"{"id":"CHAT","seq":1}"#, r#"{"id":"PONG"}"#, r#"{"id":"ERROR","ref":1,"body":{}}"#]
    {
        let read = decode_server_json(text, |_| ReplyKind::Empty);
        assert!(matches!(read, Err(ServerFrameError::Malformed { .. })), "{text} gave {read:?}");
    }
    for bytes in [&[][..], &[2, 0, 0, 0], &[3, 0, 0, 0, 1, 0, 0, 0, 0], &[0, 0, 0, 0, 2]] {
        let read = decode_server_binary(bytes);
        assert!(matches!(read, Err(ServerFrameError::Malformed { .. })), "{bytes:?} gave {read:?}");
    }
}

#[test]
fn the_answer_of_a_game_that_is_empty_reads_as_empty() {
    let read = decode_server_json(r#"{"id":"OK","ref":1,"body":{}}"#, |_| ReplyKind::Answer);
    assert_eq!(read, Ok(ServerFrame::Ok { reference: Some(1), body: OkBody::Empty }));
}

#[test]
fn the_answer_of_a_game_can_be_null() {
    let read = decode_server_json(r#"{"id":"OK","ref":1,"body":null}"#, |_| ReplyKind::Answer);
    let answer = OkBody::Answer(GameValue::trusted("null".to_owned()));
    assert_eq!(read, Ok(ServerFrame::Ok { reference: Some(1), body: answer }));
}

#[test]
fn a_client_is_asked_what_it_expects_under_the_ref_of_the_reply() {
    let expect = |reference| {
        if reference == Some(5) { ReplyKind::Rooms } else { ReplyKind::Empty }
    };
    let read = decode_server_json(r#"{"id":"OK","ref":5,"body":{"rooms":[]}}"#, expect);
    assert_eq!(read, Ok(ServerFrame::Ok { reference: Some(5), body: OkBody::Rooms(vec![]) }));
}
