//! Client side: the text of a frame → what the server says.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::tagged::Tagged;
use crate::{Control, Event, OkBody, ReplyKind, RoomSnapshot, RoomSummary, ServerFrame, ServerFrameError};

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(rename = "ref")]
    reference: Option<u64>,
    seq: Option<u64>,
    #[serde(borrow, default = "no_body")]
    body: &'a RawValue,
}

fn no_body() -> &'static RawValue {
    serde_json::from_str("{}").expect("an empty object is JSON")
}

#[derive(Deserialize)]
struct RoomsBody {
    rooms: Vec<RoomSummary>,
}

#[derive(Deserialize)]
struct RoomBody {
    room: Box<RoomSnapshot>,
}

/// Reads one text frame of a server. The `OK`s do not say what they answer: `expect` tells it of a `ref`.
///
/// # Errors
/// [`ServerFrameError::Unknown`] is to be skipped, [`ServerFrameError::Malformed`] is not a frame of this protocol.
pub fn decode_server_json(
    text: &str,
    expect: impl Fn(Option<u64>) -> ReplyKind,
) -> Result<ServerFrame, ServerFrameError> {
    let Envelope { id, reference, seq, body } = parse(text)?;
    let body = body.get();
    match (id.as_ref(), seq) {
        ("OK", _) => Ok(ServerFrame::Ok { reference, body: read_ok(expect(reference), body)? }),
        ("ERROR", _) => Ok(ServerFrame::Error { reference, error: parse(body)? }),
        (id, Some(seq)) if Event::IDS.contains(&id) => {
            let event = Event::deserialize(Tagged { id, body }).map_err(ServerFrameError::malformed)?;
            Ok(ServerFrame::Event { seq, event })
        }
        (id, None) if Control::IDS.contains(&id) => {
            let control = Control::deserialize(Tagged { id, body }).map_err(ServerFrameError::malformed)?;
            Ok(ServerFrame::Control(control))
        }
        (id, seq) => Err(ServerFrameError::Unknown { id: id.to_owned(), seq }),
    }
}

fn read_ok(kind: ReplyKind, body: &str) -> Result<OkBody, ServerFrameError> {
    Ok(match kind {
        ReplyKind::Empty => OkBody::Empty,
        ReplyKind::Hello => OkBody::Hello(parse(body)?),
        ReplyKind::Rooms => OkBody::Rooms(parse::<RoomsBody>(body)?.rooms),
        ReplyKind::Room => OkBody::Room(parse::<RoomBody>(body)?.room),
        ReplyKind::Answer if body == "{}" => OkBody::Empty,
        ReplyKind::Answer => OkBody::Answer(parse(body)?),
    })
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, ServerFrameError> {
    serde_json::from_str(text).map_err(ServerFrameError::malformed)
}
