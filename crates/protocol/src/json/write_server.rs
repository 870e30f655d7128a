//! Server side: what a server says → the text of a frame.

use serde::Serialize;

use crate::{OkBody, ServerFrame};

/// Writes one frame: `id`, then `ref` or `seq` or neither, then `body`. A reply always has its `ref`, null when unknown.
pub fn encode_server_json(frame: &ServerFrame) -> String {
    match frame {
        ServerFrame::Ok { reference, body } => reply_json("OK", *reference, &ok_json(body)),
        ServerFrame::Error { reference, error } => reply_json("ERROR", *reference, &text(error)),
        ServerFrame::Event { seq, event } => event_json(event.id(), *seq, &body_json(event.id(), event)),
        ServerFrame::Control(control) => {
            let id = control.id();
            format!(r#"{{"id":"{id}","body":{}}}"#, body_json(id, control))
        }
    }
}

/// An event's frame around its body, which [`body_json`] made.
pub(crate) fn event_json(id: &str, seq: u64, body: &str) -> String {
    format!(r#"{{"id":"{id}","seq":{seq},"body":{body}}}"#)
}

/// The body of an enum whose variants serde knows by their id on the wire, as in `{"ID":BODY}`, or `"ID"` without one.
pub(crate) fn body_json(id: &str, message: &impl Serialize) -> String {
    let tagged = text(message);
    let body = tagged.strip_prefix(&format!(r#"{{"{id}":"#)).and_then(|rest| rest.strip_suffix('}'));
    body.unwrap_or("{}").to_owned()
}

fn reply_json(id: &str, reference: Option<u64>, body: &str) -> String {
    match reference {
        Some(reference) => format!(r#"{{"id":"{id}","ref":{reference},"body":{body}}}"#),
        None => format!(r#"{{"id":"{id}","ref":null,"body":{body}}}"#),
    }
}

fn ok_json(body: &OkBody) -> String {
    match body {
        OkBody::Empty => "{}".to_owned(),
        OkBody::Hello(hello) => text(hello),
        OkBody::Rooms(rooms) => format!(r#"{{"rooms":{}}}"#, text(rooms)),
        OkBody::Room(room) => format!(r#"{{"room":{}}}"#, text(room)),
        OkBody::Answer(answer) => text(answer),
    }
}

fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("keys are strings and every GameValue is JSON")
}
