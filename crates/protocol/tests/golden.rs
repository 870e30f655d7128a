//! The bytes of every frame, kept in git: a change of the wire is a visible diff or a failing test.
//!
//! `UPDATE_GOLDEN=1` rewrites the file; what it is good for to others is in `golden/README.md`.

mod codes;
mod frames;
mod kinds;
mod names;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use frames::{client_frames, events, server_frames};
use kinds::kind_of;
use serde_json::value::RawValue;
use umbra_protocol::*;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/frames.json");

#[derive(serde::Deserialize)]
struct Golden {
    client: BTreeMap<String, Entry>,
    server: BTreeMap<String, Entry>,
}

#[derive(serde::Deserialize)]
struct Entry {
    json: Box<RawValue>,
    #[serde(rename = "bincodeHex")]
    bincode_hex: String,
}

#[test]
fn every_frame_has_the_bytes_that_are_kept_in_git() {
    let client = client_frames()
        .into_iter()
        .map(|(name, frame)| (name.to_owned(), encode_client_json(&frame), encode_client_binary(&frame)));
    let server = server_frames().into_iter().map(|(name, frame)| {
        let (text, bytes) = (encode_server_json(&frame), encode_server_binary(&frame));
        (name, text, bytes)
    });
    let now = format!("{{\n\"client\": {},\n\"server\": {}\n}}\n", table(client), table(server));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(PATH, &now).expect("the golden folder is in the checkout");
    }
    let kept = std::fs::read_to_string(PATH).expect("golden/frames.json is in the checkout");
    for (kept, now) in kept.lines().zip(now.lines()) {
        assert_eq!(kept, now, "the wire changed; on purpose: UPDATE_GOLDEN=1");
    }
    assert_eq!(kept.len(), now.len(), "frames came or went; on purpose: UPDATE_GOLDEN=1");
}

#[test]
fn every_golden_client_frame_reads_back_as_what_was_written() {
    let golden = golden();
    for (name, frame) in client_frames() {
        let entry = &golden.client[name];
        assert_eq!(decode_client_json(entry.json.get()), Ok(frame.clone()), "{name}");
        assert_eq!(decode_client_binary(&from_hex(&entry.bincode_hex)), Ok(frame), "{name}");
    }
}

#[test]
fn every_golden_server_frame_reads_back_as_what_was_written() {
    let golden = golden();
    for (name, frame) in server_frames() {
        let entry = &golden.server[&name];
        let expect = |_| kind_of(&frame);
        assert_eq!(decode_server_json(entry.json.get(), expect), Ok(frame.clone()), "{name}");
        assert_eq!(decode_server_binary(&from_hex(&entry.bincode_hex)), Ok(frame), "{name}");
    }
}

#[test]
fn every_kind_of_message_is_among_the_golden_frames() {
    let client: BTreeSet<_> = client_frames().iter().map(|(_, frame)| frame.message.id()).collect();
    assert_eq!(client, BTreeSet::from(ClientMessage::IDS));
    let told: BTreeSet<_> = events().iter().map(|(_, event)| event.id()).collect();
    assert_eq!(told, BTreeSet::from(Event::IDS));
    let server = server_frames();
    for id in Control::IDS {
        assert!(server.iter().any(|(name, _)| name == id), "{id}");
    }
}

#[test]
fn ids_are_listed_in_the_order_of_the_binary_variants() {
    for (name, frame) in client_frames() {
        let number = u32_at(&bincode::serialize(&frame.message).unwrap(), 0);
        assert_eq!(ClientMessage::IDS[number], frame.message.id(), "{name}");
    }
    for (name, event) in events() {
        let number = u32_at(&bincode::serialize(&event).unwrap(), 0);
        assert_eq!(Event::IDS[number], event.id(), "{name}");
    }
    for (name, frame) in server_frames() {
        if let ServerFrame::Control(control) = frame {
            let number = u32_at(&bincode::serialize(&control).unwrap(), 0);
            assert_eq!(Control::IDS[number], control.id(), "{name}");
        }
    }
}

#[test]
fn binary_frames_are_what_plain_bincode_writes() {
    for (name, frame) in client_frames() {
        assert_eq!(encode_client_binary(&frame), bincode::serialize(&frame).unwrap(), "{name}");
    }
    for (name, frame) in server_frames() {
        assert_eq!(encode_server_binary(&frame), bincode::serialize(&frame).unwrap(), "{name}");
    }
}

#[test]
fn an_event_encoded_once_gives_the_same_frames_as_one_encoded_for_its_receiver() {
    for (name, event) in events() {
        let encoded = EncodedEvent::new(&event);
        for seq in [1, 42, limits::INTEGER_MAX] {
            let frame = ServerFrame::Event { seq, event: event.clone() };
            assert_eq!(encoded.json_frame(seq), encode_server_json(&frame), "{name}");
            assert_eq!(encoded.binary_frame(seq), encode_server_binary(&frame), "{name}");
        }
        assert_eq!(encoded.id(), event.id());
        assert!(encoded.is(event.id()) && !encoded.is("GAME") && !encoded.is(""), "{name}");
        assert!(encoded.bytes_len() > encoded.id().len(), "{name}");
    }
}

#[test]
fn a_cut_frame_is_refused_and_never_taken_for_another() {
    let golden = golden();
    for (name, entry) in &golden.client {
        let (text, bytes) = (entry.json.get(), from_hex(&entry.bincode_hex));
        for cut in (0..text.len()).filter(|&cut| text.is_char_boundary(cut)) {
            let refused = decode_client_json(&text[..cut]);
            assert!(matches!(refused, Err(FrameError::Envelope { .. })), "{name} cut at {cut}: {refused:?}");
        }
        for cut in 0..bytes.len() {
            assert!(decode_client_binary(&bytes[..cut]).is_err(), "{name} cut at {cut}");
        }
    }
    for (name, entry) in &golden.server {
        let (text, bytes) = (entry.json.get(), from_hex(&entry.bincode_hex));
        for cut in (0..text.len()).filter(|&cut| text.is_char_boundary(cut)) {
            assert!(decode_server_json(&text[..cut], |_| ReplyKind::Empty).is_err(), "{name} cut at {cut}");
        }
        for cut in 0..bytes.len() {
            assert!(decode_server_binary(&bytes[..cut]).is_err(), "{name} cut at {cut}");
        }
    }
}

fn golden() -> Golden {
    let text = std::fs::read_to_string(PATH).expect("golden/frames.json is in the checkout");
    serde_json::from_str(&text).expect("golden/frames.json has the form of golden/README.md")
}

fn table(frames: impl Iterator<Item = (String, String, Vec<u8>)>) -> String {
    let rows: Vec<String> = frames
        .map(|(name, json, bytes)| {
            format!("  {name:?}: {{\n    \"json\": {json},\n    \"bincodeHex\": \"{}\"\n  }}", to_hex(&bytes))
        })
        .collect();
    format!("{{\n{}\n}}", rows.join(",\n"))
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a String takes everything");
        hex
    })
}

fn from_hex(hex: &str) -> Vec<u8> {
    let byte = |i| u8::from_str_radix(&hex[i..i + 2], 16).expect("golden hex is pairs of hex digits");
    (0..hex.len()).step_by(2).map(byte).collect()
}

fn u32_at(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes")) as usize
}
