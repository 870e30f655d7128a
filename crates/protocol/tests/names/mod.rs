//! Names, numbers and limits that no single frame shows, kept in git beside the golden frames for clients in other languages.
//!
//! None of it is written down twice: variants are asked for by their numbers in the binary encoding until there is none, and
//! what may be left out is found by leaving it out. `UPDATE_GOLDEN=1` rewrites the file.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use umbra_protocol::*;

use crate::frames::client_frames;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/names.json");

#[test]
fn every_name_number_and_limit_is_what_is_kept_in_git() {
    let now = format!("{:#}\n", names());
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(PATH, &now).expect("the golden folder is in the checkout");
    }
    let kept = std::fs::read_to_string(PATH).expect("golden/names.json is in the checkout");
    assert_eq!(kept, now, "the wire changed; on purpose: UPDATE_GOLDEN=1");
}

#[test]
fn every_variant_of_an_enum_is_found_by_its_number() {
    assert_eq!(variants::<SkipReason>(), [SkipReason::Offline, SkipReason::Timeout]);
    assert_eq!(variants::<CloseCode>().last(), Some(&CloseCode::ServerFull));
}

fn names() -> Value {
    json!({
        "subprotocols": [SUBPROTOCOL_JSON, SUBPROTOCOL_BINCODE],
        "clientMessages": ClientMessage::IDS,
        "optionalFields": optional_fields(),
        "joinAs": variants::<JoinAs>(),
        "events": Event::IDS,
        "controls": Control::IDS,
        "phases": variants::<Phase>(),
        "leaveReasons": variants::<LeaveReason>(),
        "skipReasons": variants::<SkipReason>(),
        "dissolveReasons": variants::<DissolveReason>(),
        "errorCodes": variants::<ErrorCode>(),
        "closeCodes": variants::<CloseCode>().into_iter().map(close_code).collect::<Vec<_>>(),
        "limits": {
            "userNameCharsMax": limits::USER_NAME_CHARS_MAX,
            "uidCharsMax": limits::UID_CHARS_MAX,
            "chatCharsMax": limits::CHAT_CHARS_MAX,
            "badFramesMax": limits::BAD_FRAMES_MAX,
            "repliesKept": limits::REPLIES_KEPT,
            "gameValueDepthMax": limits::GAME_VALUE_DEPTH_MAX,
            "integerMax": limits::INTEGER_MAX,
        },
    })
}

/// Every variant of an enum without fields, in the order of the binary encoding.
fn variants<T: DeserializeOwned>() -> Vec<T> {
    (0u32..).map_while(|number| bincode::deserialize(&number.to_le_bytes()).ok()).collect()
}

fn close_code(close: CloseCode) -> Value {
    json!({ "code": close.code(), "name": in_capitals(&close), "reconnect": close.reconnect() })
}

/// The name of a variant, `TooBig` as `TOO_BIG`.
fn in_capitals(variant: &impl Serialize) -> String {
    let name = serde_json::to_value(variant).expect("a variant is a name");
    let words = name.as_str().expect("a variant is a name").chars().enumerate().flat_map(|(at, letter)| {
        let gap = (at > 0 && letter.is_uppercase()).then_some('_');
        gap.into_iter().chain([letter.to_ascii_uppercase()])
    });
    words.collect()
}

/// By message: the fields of its body without which some frame of it is still read.
fn optional_fields() -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut found: BTreeMap<&'static str, BTreeSet<String>> =
        ClientMessage::IDS.into_iter().map(|id| (id, BTreeSet::new())).collect();
    for (_, frame) in client_frames() {
        let whole: Map<String, Value> =
            serde_json::from_str(&encode_client_json(&frame)).expect("a frame is a JSON object");
        let fields = whole["body"].as_object().expect("a body is an object");
        for field in fields.keys() {
            let mut without = whole.clone();
            without["body"].as_object_mut().expect("a body is an object").remove(field);
            if decode_client_json(&json!(without).to_string()).is_ok() {
                found.entry(frame.message.id()).or_default().insert(field.clone());
            }
        }
    }
    found
}
