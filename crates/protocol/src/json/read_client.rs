//! Server side: the text of a frame → what a client says.

use super::fields::Fields;
use crate::checks::{Envelope, bad_message};
use crate::{
    ClientFrame, ClientMessage, ErrorCode, FrameError, GameValue, Hello, JoinAs, RoomId, RoomSpec, Uid, WireError,
};

const TEXT: &str = "a string";
const COUNT: &str = "an integer from 0";
const REF: &str = "an integer from 1";
const ANY_INTEGER: &str = "an integer of 64 bits";
const TRUTH: &str = "true or false";
const OBJECT: &str = "an object";
/// How much of an unknown id an error repeats, in characters.
const ID_QUOTED_CHARS: usize = 40;

/// Reads one text frame of a client and checks shape, ranges and lengths; whether the message makes sense now is for
/// user and room to say.
///
/// # Errors
/// See [`FrameError`]: its two kinds differ in what follows from them.
pub fn decode_client_json(text: &str) -> Result<ClientFrame, FrameError> {
    let no_envelope = |message: String| FrameError::Envelope { message };
    let fields = Fields::of_frame(text).map_err(|sentence| no_envelope(sentence.to_owned()))?;
    let id: String = fields.required("id", TEXT).map_err(|error| no_envelope(error.message))?;

    let unread = |error| FrameError::Message { reference: None, error, ack: None };
    let mut envelope = Envelope::new(fields.optional("ref", REF).map_err(unread)?)?;
    if id == "PING" {
        envelope = envelope.nameless();
    }
    let ack = fields.optional("ack", COUNT).map_err(|error| envelope.refuse(error))?;
    let envelope = envelope.acknowledging(ack)?;
    let body = fields.body().map_err(|error| envelope.refuse(error))?;
    let message = read_message(&id, &body).map_err(|error| envelope.refuse(error))?;
    envelope.around(message)
}

fn read_message(id: &str, body: &Fields<'_>) -> Result<ClientMessage, WireError> {
    Ok(match id {
        "HELLO" => ClientMessage::Hello(read_hello(body)?),
        "PING" => ClientMessage::Ping { client_time_ms: body.required("clientTimeMs", ANY_INTEGER)? },
        "ROOM_LIST" => ClientMessage::RoomList { game: body.optional("game", TEXT)? },
        "ROOM_CREATE" => ClientMessage::RoomCreate {
            spec: read_spec(body)?,
            private: body.optional("private", TRUTH)?.unwrap_or(false),
        },
        "ROOM_JOIN" => {
            ClientMessage::RoomJoin { room_id: RoomId(body.required("roomId", TEXT)?), join_as: read_join_as(body)? }
        }
        "ROOM_QUICK_JOIN" => ClientMessage::RoomQuickJoin { spec: read_spec(body)? },
        "ROOM_LEAVE" => ClientMessage::RoomLeave,
        "ROOM_READY" => ClientMessage::RoomReady { ready: body.required("ready", TRUTH)? },
        "ROOM_KICK" => ClientMessage::RoomKick { uid: Uid(body.required("uid", TEXT)?) },
        "ROOM_DISSOLVE" => ClientMessage::RoomDissolve,
        "GAME_START" => ClientMessage::GameStart,
        "GAME_ACTION" => ClientMessage::GameAction { action: body.required("action", "any JSON value")? },
        "CHAT_SEND" => ClientMessage::ChatSend { text: body.required("text", TEXT)? },
        unknown => return Err(unknown_id(unknown)),
    })
}

/// The strongest credential that is there decides; the weaker ones beside it are not looked at.
fn read_hello(body: &Fields<'_>) -> Result<Hello, WireError> {
    if body.has("session") {
        Ok(Hello::Resume {
            session: body.required("session", TEXT)?,
            epoch: body.required("epoch", COUNT)?,
            last_seq: body.required("lastSeq", COUNT)?,
        })
    } else if body.has("token") {
        Ok(Hello::Token { token: body.required("token", TEXT)? })
    } else if body.has("userName") {
        Ok(Hello::Guest { user_name: body.required("userName", TEXT)? })
    } else {
        let sentence = "HELLO says nobody, expected one of the fields `body.userName`, `body.token`, `body.session`";
        Err(bad_message(sentence))
    }
}

fn read_spec(body: &Fields<'_>) -> Result<RoomSpec, WireError> {
    Ok(RoomSpec {
        game: body.required("game", TEXT)?,
        seats: read_seats(body)?,
        options: body.optional::<GameValue>("options", OBJECT)?,
    })
}

/// An integer that no seat count of any game can be is as wrong as one outside this game's range, and said alike.
fn read_seats(body: &Fields<'_>) -> Result<Option<u8>, WireError> {
    let Some(seats) = body.optional::<i64>("seats", "an integer")? else {
        return Ok(None);
    };
    match u8::try_from(seats) {
        Ok(seats) => Ok(Some(seats)),
        Err(_) => {
            let sentence = format!("field `body.seats` is {seats}, expected a number of seats that the game has");
            Err(WireError::new(ErrorCode::BadOptions, sentence))
        }
    }
}

fn read_join_as(body: &Fields<'_>) -> Result<JoinAs, WireError> {
    match body.optional::<String>("as", TEXT)?.as_deref() {
        None | Some("player") => Ok(JoinAs::Player),
        Some("spectator") => Ok(JoinAs::Spectator),
        Some(_) => Err(bad_message("field `body.as` is another word, expected \"player\" or \"spectator\"")),
    }
}

fn unknown_id(id: &str) -> WireError {
    let quoted: String = id.chars().take(ID_QUOTED_CHARS).collect();
    let known = ClientMessage::IDS.join(", ");
    WireError::new(ErrorCode::UnknownId, format!("no message has the id `{quoted}`, expected one of {known}"))
}
