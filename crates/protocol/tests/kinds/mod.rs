//! Tables that the types do not offer by themselves: error codes by name, replies by kind.

use umbra_protocol::*;

/// Every error code under its name on the wire, in the order of the binary encoding.
pub const ERROR_CODES: [(&str, ErrorCode); 24] = [
    ("BAD_MESSAGE", ErrorCode::BadMessage),
    ("UNKNOWN_ID", ErrorCode::UnknownId),
    ("STALE_REF", ErrorCode::StaleRef),
    ("NOT_AUTHENTICATED", ErrorCode::NotAuthenticated),
    ("BAD_TOKEN", ErrorCode::BadToken),
    ("BAD_NAME", ErrorCode::BadName),
    ("UNKNOWN_GAME", ErrorCode::UnknownGame),
    ("BAD_OPTIONS", ErrorCode::BadOptions),
    ("ROOM_NOT_FOUND", ErrorCode::RoomNotFound),
    ("ROOM_FULL", ErrorCode::RoomFull),
    ("ROOM_IN_GAME", ErrorCode::RoomInGame),
    ("ALREADY_IN_ROOM", ErrorCode::AlreadyInRoom),
    ("NOT_IN_ROOM", ErrorCode::NotInRoom),
    ("NOT_HOST", ErrorCode::NotHost),
    ("NOT_READY", ErrorCode::NotReady),
    ("NOT_ENOUGH_PLAYERS", ErrorCode::NotEnoughPlayers),
    ("GAME_NOT_RUNNING", ErrorCode::GameNotRunning),
    ("NOT_YOUR_TURN", ErrorCode::NotYourTurn),
    ("ILLEGAL_ACTION", ErrorCode::IllegalAction),
    ("SPECTATOR", ErrorCode::Spectator),
    ("RATE_LIMITED", ErrorCode::RateLimited),
    ("SERVER_FULL", ErrorCode::ServerFull),
    ("SERVER_DRAINING", ErrorCode::ServerDraining),
    ("INTERNAL", ErrorCode::Internal),
];

/// What a client has to expect to read the reply in JSON.
pub fn kind_of(frame: &ServerFrame) -> ReplyKind {
    match frame {
        ServerFrame::Ok { body: OkBody::Hello(_), .. } => ReplyKind::Hello,
        ServerFrame::Ok { body: OkBody::Rooms(_), .. } => ReplyKind::Rooms,
        ServerFrame::Ok { body: OkBody::Room(_), .. } => ReplyKind::Room,
        ServerFrame::Ok { body: OkBody::Answer(_), .. } => ReplyKind::Answer,
        ServerFrame::Ok { body: OkBody::Empty, .. } => ReplyKind::Empty,
        ServerFrame::Error { .. } | ServerFrame::Event { .. } | ServerFrame::Control(_) => ReplyKind::Empty,
    }
}
