//! What holds for every message: it survives both encodings, and no input whatever makes a reader panic.

mod any;
mod codes;
mod kinds;

use proptest::prelude::{ProptestConfig, Strategy, any as arbitrary, prop_assert_eq, proptest};
use umbra_protocol::*;

/// Text that begins like a frame, so that more than the envelope's first check sees it.
fn near_frame() -> impl Strategy<Value = String> {
    let id = proptest::sample::select(ClientMessage::IDS.to_vec());
    let field = proptest::sample::select(vec![
        "userName",
        "token",
        "session",
        "epoch",
        "lastSeq",
        "clientTimeMs",
        "game",
        "seats",
        "private",
        "options",
        "roomId",
        "as",
        "ready",
        "uid",
        "action",
        "text",
    ]);
    let body = proptest::collection::vec((field, any::json()), 0..5);
    (id, any::json(), body).prop_map(|(id, reference, fields)| {
        let fields: Vec<String> = fields.into_iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        format!(r#"{{"id":"{id}","ref":{reference},"body":{{{}}}}}"#, fields.join(","))
    })
}

/// A refusal has to be one that can be sent: whatever came in, the reply is a sound frame of ours, and a short one.
fn assert_answerable(read: Result<ClientFrame, FrameError>) {
    if let Err(error) = read {
        let reply = encode_server_json(&error.reply());
        assert!(reply.len() < 600, "{reply}");
        assert_eq!(decode_server_json(&reply, |_| ReplyKind::Empty), Ok(error.reply()));
    }
}

proptest! {
    // A failing case is printed whole; as a test of its own it says more than a seed in a file.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_rooms_id_comes_out_of_its_number_as_it_went_in_and_no_other_number_is_one(random: u64, number: u64, text: String) {
        let room_id = RoomId::from_random(random);
        prop_assert_eq!(room_id.packed().and_then(PackedRoomId::unpacked), Some(room_id));
        let number = PackedRoomId(number);
        prop_assert_eq!(number.unpacked().is_none_or(|room_id| room_id.packed() == Some(number)), true);
        let text = RoomId(text.into());
        prop_assert_eq!(text.packed().is_some(), text.0.len() <= 7);
        prop_assert_eq!(text.packed().and_then(PackedRoomId::unpacked).is_none_or(|back| back == text), true);
    }

    #[test]
    fn a_client_frame_survives_both_encodings(frame in any::client_frame()) {
        prop_assert_eq!(decode_client_json(&encode_client_json(&frame)), Ok(frame.clone()));
        prop_assert_eq!(decode_client_binary(&encode_client_binary(&frame)), Ok(frame));
    }

    #[test]
    fn a_server_frame_survives_both_encodings((frame, kind) in any::server_frame()) {
        prop_assert_eq!(decode_server_json(&encode_server_json(&frame), |_| kind), Ok(frame.clone()));
        prop_assert_eq!(decode_server_binary(&encode_server_binary(&frame)), Ok(frame));
    }

    #[test]
    fn an_event_encoded_once_equals_the_same_event_encoded_in_its_frame(event in any::event(), seq in 1u64..) {
        let encoded = EncodedEvent::new(&event);
        let frame = ServerFrame::Event { seq, event };
        prop_assert_eq!(encoded.json_frame(seq), encode_server_json(&frame));
        prop_assert_eq!(encoded.binary_frame(seq), encode_server_binary(&frame));
    }

    #[test]
    fn an_encoded_event_passes_between_processes_unchanged(event in any::event()) {
        let encoded = EncodedEvent::new(&event);
        let bytes = bincode::serialize(&encoded).unwrap();
        prop_assert_eq!(bincode::deserialize::<EncodedEvent>(&bytes).unwrap(), encoded);
    }

    #[test]
    fn no_text_makes_a_reader_panic(text in ".*") {
        assert_answerable(decode_client_json(&text));
        let _ = decode_server_json(&text, |_| ReplyKind::Hello);
    }

    #[test]
    fn no_json_makes_a_reader_panic(json in any::json()) {
        assert_answerable(decode_client_json(&json.to_string()));
        let _ = decode_server_json(&json.to_string(), |_| ReplyKind::Room);
    }

    #[test]
    fn whatever_fields_a_message_holds_it_is_read_or_refused_with_a_short_answer(text in near_frame()) {
        assert_answerable(decode_client_json(&text));
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(arbitrary::<u8>(), 0..200)) {
        assert_answerable(decode_client_binary(&bytes));
        let _ = decode_server_binary(&bytes);
    }

    #[test]
    fn no_flipped_bit_makes_a_reader_panic(frame in any::client_frame(), at in arbitrary::<proptest::sample::Index>(), bit in 0..8) {
        let mut bytes = encode_client_binary(&frame);
        let at = at.index(bytes.len());
        bytes[at] ^= 1u8 << bit;
        assert_answerable(decode_client_binary(&bytes));
        let _ = decode_server_binary(&bytes);
    }

    #[test]
    fn whatever_passes_one_encoding_passes_the_other(text in near_frame()) {
        if let Ok(frame) = decode_client_json(&text) {
            prop_assert_eq!(decode_client_binary(&encode_client_binary(&frame)), Ok(frame));
        }
    }
}
