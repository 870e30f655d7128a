//! What both encodings demand of a client's message, once its shape has been read.
//!
//! Each codec knows only its own syntax. Ranges, lengths and the rule who needs a `ref` stand here once, so that no
//! client can reach through one encoding what the other refuses.

use crate::limits::{CHAT_CHARS_MAX, GAME_VALUE_DEPTH_MAX, INTEGER_MAX};
use crate::{ClientFrame, ClientMessage, ErrorCode, FrameError, GameValue, Hello, RoomId, RoomSpec, WireError};

/// What surrounds a message: whom to answer, and what has arrived.
#[derive(Clone, Copy)]
pub(crate) struct Envelope {
    reference: Option<u64>,
    ack: Option<u64>,
}

impl Envelope {
    /// With the `ref` as it came.
    pub fn new(reference: Option<u64>) -> Result<Self, FrameError> {
        let nameless = Self { reference: None, ack: None };
        match reference {
            Some(n) if n == 0 || n > INTEGER_MAX => Err(nameless.refuse(out_of_range("ref", n, 1))),
            _ => Ok(Self { reference, ..nameless }),
        }
    }

    /// Without the `ref`: the one of a `PING` names no action, so not even an error repeats it.
    pub fn nameless(self) -> Self {
        Self { reference: None, ..self }
    }

    /// With the `ack` as it came.
    pub fn acknowledging(self, ack: Option<u64>) -> Result<Self, FrameError> {
        match ack {
            Some(n) if n > INTEGER_MAX => Err(self.refuse(out_of_range("ack", n, 0))),
            _ => Ok(Self { ack, ..self }),
        }
    }

    /// The refusal of what is inside.
    pub fn refuse(self, error: WireError) -> FrameError {
        FrameError::Message { reference: self.reference, error, ack: self.ack }
    }

    /// The whole frame, when the message passes the checks.
    pub fn around(self, mut message: ClientMessage) -> Result<ClientFrame, FrameError> {
        let needs_ref = !matches!(message, ClientMessage::Hello(_) | ClientMessage::Ping { .. });
        if needs_ref && self.reference.is_none() {
            let sentence = format!("field `ref` is missing, expected an integer from 1 to {INTEGER_MAX}");
            return Err(self.refuse(bad_message(sentence)));
        }
        check(&mut message).map_err(|error| self.refuse(error))?;
        Ok(ClientFrame { reference: self.reference, ack: self.ack, message })
    }
}

/// A `BAD_MESSAGE` with its sentence.
pub(crate) fn bad_message(sentence: impl Into<String>) -> WireError {
    WireError::new(ErrorCode::BadMessage, sentence)
}

fn out_of_range(field: &str, found: u64, least: u64) -> WireError {
    bad_message(format!("field `{field}` is {found}, expected an integer from {least} to {INTEGER_MAX}"))
}

fn check(message: &mut ClientMessage) -> Result<(), WireError> {
    match message {
        ClientMessage::Hello(Hello::Resume { epoch, last_seq, .. }) => {
            for (field, n) in [("body.epoch", *epoch), ("body.lastSeq", *last_seq)] {
                if n > INTEGER_MAX {
                    return Err(out_of_range(field, n, 0));
                }
            }
            Ok(())
        }
        ClientMessage::RoomCreate { spec, .. } | ClientMessage::RoomQuickJoin { spec } => check_options(spec),
        ClientMessage::RoomJoin { room_id, .. } => {
            // People type ids by hand. Whether such a room exists is not for the codec to say.
            *room_id = RoomId(room_id.0.trim().to_ascii_uppercase().into());
            Ok(())
        }
        ClientMessage::GameAction { action } => check_depth("body.action", action),
        ClientMessage::ChatSend { text } => check_chat(text),
        ClientMessage::Hello(Hello::Guest { .. } | Hello::Token { .. })
        | ClientMessage::Ping { .. }
        | ClientMessage::RoomList { .. }
        | ClientMessage::RoomLeave
        | ClientMessage::RoomReady { .. }
        | ClientMessage::RoomKick { .. }
        | ClientMessage::RoomDissolve
        | ClientMessage::GameStart => Ok(()),
    }
}

fn check_options(spec: &RoomSpec) -> Result<(), WireError> {
    let Some(options) = &spec.options else {
        return Ok(());
    };
    if !options.as_str().starts_with('{') {
        return Err(bad_message("field `body.options` is no object, expected a JSON object"));
    }
    check_depth("body.options", options)
}

fn check_depth(field: &str, value: &GameValue) -> Result<(), WireError> {
    let depth = value.depth();
    if depth > GAME_VALUE_DEPTH_MAX {
        let sentence = format!("field `{field}` is nested {depth} deep, expected at most {GAME_VALUE_DEPTH_MAX}");
        return Err(bad_message(sentence));
    }
    Ok(())
}

fn check_chat(text: &str) -> Result<(), WireError> {
    let expected = format!("expected 1 to {CHAT_CHARS_MAX} characters");
    if text.trim().is_empty() {
        return Err(bad_message(format!("field `body.text` is blank, {expected}")));
    }
    let length = text.chars().count();
    if length > CHAT_CHARS_MAX {
        return Err(bad_message(format!("field `body.text` has {length} characters, {expected}")));
    }
    Ok(())
}
