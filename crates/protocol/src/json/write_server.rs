//! Server side: what a server says → the text of a frame.

use serde::Serialize;

use crate::{Event, OkBody, ServerFrame};

/// Writes one frame: `id`, then `ref` or `seq` or neither, then `body`. A reply always has its `ref`, null when unknown.
pub fn encode_server_json(frame: &ServerFrame) -> String {
    match frame {
        ServerFrame::Ok { reference, body: OkBody::Empty } => reply_json("OK", *reference, "{}"),
        ServerFrame::Ok { reference, body } => reply_json("OK", *reference, &ok_json(body)),
        ServerFrame::Error { reference, error } => reply_json("ERROR", *reference, &text(error)),
        ServerFrame::Event { seq, event } => {
            let mut frame = event_head(event.id());
            frame.push_str(itoa::Buffer::new().format(*seq));
            event_body(&mut frame, event);
            frame
        }
        ServerFrame::Control(control) => {
            let id = control.id();
            format!(r#"{{"id":"{id}","body":{}}}"#, body_json(id, control))
        }
    }
}

const EVENT_ID: &str = r#"{"id":""#;
const EVENT_SEQ: &str = r#"","seq":"#;

/// Bytes that most events fit into, in all encodings that they get.
const EVENT_BYTES: usize = 512;

/// An event's frame up to its `seq`, with room for the rest of most.
pub(crate) fn event_head(id: &str) -> String {
    let mut head = String::with_capacity(EVENT_BYTES);
    [EVENT_ID, id, EVENT_SEQ].into_iter().for_each(|part| head.push_str(part));
    head
}

/// The id that [`event_head`] was made of; nothing if it is none.
pub(crate) fn id_bytes_in_head(head: &[u8]) -> &[u8] {
    let id = head.strip_prefix(EVENT_ID.as_bytes()).and_then(|rest| rest.strip_suffix(EVENT_SEQ.as_bytes()));
    id.unwrap_or_default()
}

/// Writes an event's frame from behind its `seq`.
pub(crate) fn event_body(frame: &mut String, event: &Event) {
    frame.push_str(r#","body":"#);
    match event {
        // Most are this one, and what it holds is JSON already.
        Event::GameEvent { event } => {
            [r#"{"event":"#, event.as_str(), "}"].into_iter().for_each(|part| frame.push_str(part))
        }
        _ => frame.push_str(&body_json(event.id(), event)),
    }
    frame.push('}');
}

/// The body of an enum whose variants serde knows by their id on the wire, as in `{"ID":BODY}`, or `"ID"` without one.
pub(crate) fn body_json(id: &str, message: &impl Serialize) -> String {
    let mut tagged = text(message);
    let body = tagged.strip_prefix(r#"{""#).and_then(|rest| rest.strip_prefix(id)?.strip_prefix(r#"":"#));
    let Some(begins_at) = body.filter(|body| body.ends_with('}')).map(|body| tagged.len() - body.len()) else {
        return "{}".to_owned();
    };
    tagged.truncate(tagged.len() - 1);
    tagged.drain(..begins_at);
    tagged
}

fn reply_json(id: &str, reference: Option<u64>, body: &str) -> String {
    let mut number = itoa::Buffer::new();
    let reference = reference.map_or("null", |reference| number.format(reference));
    [r#"{"id":""#, id, r#"","ref":"#, reference, r#","body":"#, body, "}"].concat()
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
