//! Every error code by its name, in a list that is not made from the type it checks.

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
