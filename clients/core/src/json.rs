//! JSON: what a client tells, for homes whose programs are not written in Rust.
//!
//! ```json
//! {"type":"event","id":"CHAT","seq":3,"body":{"uid":"…","userName":"Bob","text":"hi"}}
//! {"type":"sync","epoch":1,"room":null}
//! {"type":"offline","code":null,"retryInMs":120}
//! {"type":"closed","reason":"refused","message":"sign-in refused: …","code":"BAD_TOKEN"}
//! ```

use serde_json::{Value, json};
use umbra_protocol::{OkBody, ServerFrame, encode_server_json};

use crate::{ClientError, ClientEvent, Ending};

impl ClientEvent {
    /// As one JSON object with a `type`.
    pub fn to_json(&self) -> String {
        match self {
            // As it came on the wire: what a game defines is copied as text and never taken apart here.
            Self::Event { seq, event } => {
                typed("event", &encode_server_json(&ServerFrame::Event { seq: *seq, event: event.clone() }))
            }
            Self::Sync { epoch, room } => {
                let room = room.as_ref().map_or_else(|| "null".to_owned(), |room| body_of(OkBody::Room(room.clone())));
                format!(r#"{{"type":"sync","epoch":{epoch},"room":{room}}}"#)
            }
            Self::Online { resumed } => json!({"type": "online", "resumed": resumed}).to_string(),
            Self::Offline { code, retry_in } => {
                let retry_in_ms = retry_in.map(|wait| millis(wait.as_millis()));
                json!({"type": "offline", "code": code, "retryInMs": retry_in_ms}).to_string()
            }
            Self::Draining { reconnect_after } => {
                json!({"type": "draining", "reconnectAfterMs": millis(reconnect_after.as_millis())}).to_string()
            }
            Self::Unknown { id } => json!({"type": "unknown", "id": id}).to_string(),
            Self::Unreadable { why } => json!({"type": "unreadable", "message": why}).to_string(),
            Self::Misread(error) => {
                json!({"type": "misread", "code": error.code, "message": error.message}).to_string()
            }
            Self::Closed(ending) => {
                let mut told = ending.to_value();
                told["type"] = "closed".into();
                told.to_string()
            }
        }
    }
}

impl Ending {
    fn to_value(&self) -> Value {
        let (reason, code) = match self {
            Self::Caller => ("caller", Value::Null),
            Self::Replaced => ("replaced", Value::Null),
            Self::Refused(error) => ("refused", json!(error.code)),
            Self::Code(code) => ("code", json!(code)),
            Self::Unreachable(_) => ("unreachable", Value::Null),
            Self::Unreadable(_) => ("unreadable", Value::Null),
        };
        json!({"reason": reason, "code": code, "message": self.to_string()})
    }
}

impl ClientError {
    /// As one JSON object: `code` is the server's error code, or one of `LOST`, `UNREADABLE`, `CLOSED`, `NOT_AN_ACTION`,
    /// `UNEXPECTED_ANSWER`; `message` is a sentence.
    pub fn to_json(&self) -> String {
        let code = match self {
            Self::Refused(error) => json!(error.code),
            Self::Lost => json!("LOST"),
            Self::Unreadable => json!("UNREADABLE"),
            Self::Closed(_) => json!("CLOSED"),
            Self::NotAnAction(_) => json!("NOT_AN_ACTION"),
            Self::UnexpectedAnswer => json!("UNEXPECTED_ANSWER"),
        };
        let message = match self {
            Self::Refused(error) => error.message.clone(),
            Self::Lost | Self::Unreadable | Self::Closed(_) | Self::NotAnAction(_) | Self::UnexpectedAnswer => {
                self.to_string()
            }
        };
        json!({"code": code, "message": message}).to_string()
    }
}

/// The body of an `OK` as it stands on the wire.
pub fn body_json(body: OkBody) -> String {
    let frame = encode_server_json(&ServerFrame::Ok { reference: Some(1), body });
    let body = frame.strip_prefix(r#"{"id":"OK","ref":1,"body":"#).and_then(|rest| rest.strip_suffix('}'));
    body.unwrap_or("{}").to_owned()
}

fn body_of(room: OkBody) -> String {
    let body = body_json(room);
    let room = body.strip_prefix(r#"{"room":"#).and_then(|rest| rest.strip_suffix('}'));
    room.unwrap_or("null").to_owned()
}

fn typed(kind: &str, object: &str) -> String {
    format!(r#"{{"type":"{kind}",{}"#, object.strip_prefix('{').unwrap_or(object))
}

fn millis(ms: u128) -> u64 {
    u64::try_from(ms).unwrap_or(u64::MAX)
}
