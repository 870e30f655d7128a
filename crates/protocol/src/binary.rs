//! The encoding of `umbra.v1.bincode`: binary frames, the message types as bincode 1.3 writes them.
//!
//! Integers little-endian at full width, variants as `u32`, lengths as `u64`: what `bincode::serialize` does. Reading is
//! stricter than `bincode::deserialize`: no byte may be left over, and nothing longer than the frame is believed.

use bincode::{DefaultOptions, ErrorKind, Options};
use serde::de::DeserializeOwned;

use crate::checks::{Envelope, bad_message};
use crate::{
    ClientFrame, ClientMessage, Control, ErrorCode, Event, FrameError, ServerFrame, ServerFrameError, WireError,
};

/// The number of `PING` among the client messages.
const PING: u32 = 1;
/// The number of [`ServerFrame::Event`].
pub(crate) const EVENT_FRAME: u32 = 2;
/// The number of [`ServerFrame::Control`].
const CONTROL_FRAME: u32 = 3;

fn options() -> impl Options {
    DefaultOptions::new().with_fixint_encoding()
}

/// The bytes of a message type. Sizes are the caller's business: there is no limit to write.
pub(crate) fn bytes(value: &impl serde::Serialize) -> Vec<u8> {
    options().serialize(value).expect("plain data of known length always encodes")
}

/// Writes one frame of a client.
pub fn encode_client_binary(frame: &ClientFrame) -> Vec<u8> {
    bytes(frame)
}

/// Reads one binary frame of a client under the same checks as [`crate::decode_client_json`].
///
/// # Errors
/// [`FrameError::Envelope`] when `ref` and `ack` cannot be read, else [`FrameError::Message`].
pub fn decode_client_binary(frame: &[u8]) -> Result<ClientFrame, FrameError> {
    let (reference, ack, mut message) = read_envelope(frame).map_err(|error| FrameError::Envelope {
        message: format!("the frame has no envelope, {}, expected `ref` and `ack` as bincode", describe(&error)),
    })?;
    let kind: Option<u32> = options().deserialize_from(&mut message).ok();
    let mut envelope = Envelope::new(reference)?;
    if kind == Some(PING) {
        envelope = envelope.nameless();
    }
    let envelope = envelope.acknowledging(ack)?;
    let message = read_message(frame, kind).map_err(|error| envelope.refuse(error))?;
    envelope.around(message)
}

type Prefix<'a> = (Option<u64>, Option<u64>, &'a [u8]);

fn read_envelope(frame: &[u8]) -> bincode::Result<Prefix<'_>> {
    let mut rest = frame;
    let (reference, ack) = options().deserialize_from(&mut rest)?;
    Ok((reference, ack, rest))
}

fn read_message(frame: &[u8], kind: Option<u32>) -> Result<ClientMessage, WireError> {
    let Some(kind) = kind else {
        return Err(bad_message("the frame ends after its envelope, expected the number of a message"));
    };
    let Some(id) = ClientMessage::IDS.get(kind as usize) else {
        let sentence = format!("no message has the number {kind}, expected 0 to {}", ClientMessage::IDS.len() - 1);
        return Err(WireError::new(ErrorCode::UnknownId, sentence));
    };
    let refused = |error: bincode::Error| bad_message(format!("the body of {id} is malformed: {}", describe(&error)));
    read::<ClientFrame>(frame).map(|frame| frame.message).map_err(refused)
}

/// Writes one frame of a server.
pub fn encode_server_binary(frame: &ServerFrame) -> Vec<u8> {
    bytes(frame)
}

/// Reads one binary frame of a server; it says by itself what it answers.
///
/// # Errors
/// [`ServerFrameError::Unknown`] is to be skipped, [`ServerFrameError::Malformed`] is not a frame of this protocol.
pub fn decode_server_binary(frame: &[u8]) -> Result<ServerFrame, ServerFrameError> {
    read(frame).map_err(|error| unknown(frame).unwrap_or_else(|| ServerFrameError::malformed(describe(&error))))
}

/// What a newer server may send: a kind of frame, of event or of control message that was appended since.
fn unknown(mut frame: &[u8]) -> Option<ServerFrameError> {
    let rest = &mut frame;
    let kind: u32 = options().deserialize_from(&mut *rest).ok()?;
    let (what, number, known, seq) = match kind {
        EVENT_FRAME => {
            let (seq, event): (u64, u32) = options().deserialize_from(rest).ok()?;
            ("event", event, Event::IDS.len(), Some(seq))
        }
        CONTROL_FRAME => ("control", options().deserialize_from(rest).ok()?, Control::IDS.len(), None),
        other => ("frame", other, CONTROL_FRAME as usize + 1, None),
    };
    (number as usize >= known).then(|| ServerFrameError::Unknown { id: format!("{what} {number}"), seq })
}

fn read<T: DeserializeOwned>(frame: &[u8]) -> bincode::Result<T> {
    options().with_limit(frame.len() as u64).deserialize(frame)
}

/// What was wrong with the bytes, in a few words.
fn describe(error: &ErrorKind) -> &'static str {
    match error {
        ErrorKind::Io(_) | ErrorKind::SizeLimit => "it ends before it is complete",
        ErrorKind::InvalidUtf8Encoding(_) => "a string is not UTF-8",
        ErrorKind::InvalidBoolEncoding(_) => "a bool is neither 0 nor 1",
        ErrorKind::InvalidTagEncoding(_) => "an optional value is marked neither 0 nor 1",
        // bincode itself reports bytes left over as a custom error, as serde does unknown variants.
        ErrorKind::Custom(reason) if reason.contains("remaining") => "bytes are left over at its end",
        ErrorKind::Custom(reason) if reason.contains("variant") => "it holds an unknown variant",
        _ => "it holds a text that is not JSON",
    }
}
