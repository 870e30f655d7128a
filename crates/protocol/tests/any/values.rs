//! Any id, any name, any JSON.

use proptest::collection::vec;
use proptest::prelude::*;
use umbra_protocol::*;

pub fn phase() -> impl Strategy<Value = Phase> {
    prop_oneof![Just(Phase::Waiting), Just(Phase::InGame)]
}

pub fn seat() -> impl Strategy<Value = Seat> {
    any::<u8>().prop_map(Seat)
}

pub fn uid() -> impl Strategy<Value = Uid> {
    any::<String>().prop_map(|uid| Uid(uid.into()))
}

pub fn room_id() -> impl Strategy<Value = RoomId> {
    any::<u64>().prop_map(RoomId::from_random)
}

pub fn user_name() -> impl Strategy<Value = UserName> {
    "[a-z茶 ]{0,22}[A-Z🦀]".prop_map(|text| UserName::parse(&text).expect("the pattern allows only allowed names"))
}

/// Any JSON, up to five deep.
pub fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<f64>().prop_map(serde_json::Value::from),
        any::<String>().prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(5, 24, 4, |inner| {
        let fields = proptest::collection::hash_map(any::<String>(), inner.clone(), 0..4);
        prop_oneof![
            vec(inner, 0..4).prop_map(serde_json::Value::from),
            fields.prop_map(|fields| serde_json::Value::Object(fields.into_iter().collect())),
        ]
    })
}

pub fn value() -> impl Strategy<Value = GameValue> {
    json().prop_map(|json| GameValue::trusted(json.to_string()))
}

/// A value where none is told from `null`.
pub fn something() -> impl Strategy<Value = GameValue> {
    value().prop_filter("null reads as none", |value| value.as_str() != "null")
}

pub fn object() -> impl Strategy<Value = GameValue> {
    vec((any::<String>(), json()), 0..3).prop_map(|fields| {
        let object = serde_json::Value::Object(fields.into_iter().collect());
        GameValue::trusted(object.to_string())
    })
}
