//! Limits of the wire that no setting changes. Each: name, unit, and what happens past it.

/// Characters of a user name after trimming; past it `BAD_NAME`.
pub const USER_NAME_CHARS_MAX: usize = 24;
/// Characters of a uid (the `sub` of a token); past it `BAD_TOKEN`.
pub const UID_CHARS_MAX: usize = 64;
/// Characters of a chat line; past it (or empty) `BAD_MESSAGE`.
pub const CHAT_CHARS_MAX: usize = 500;
/// Frames in a row without an envelope (not JSON, no `id`, no object); at this many the connection closes with 4005.
pub const BAD_FRAMES_MAX: u32 = 20;
/// Replies kept in a session for actions that are sent again; an older `ref` gets `STALE_REF`.
pub const REPLIES_KEPT: usize = 64;
/// Nesting of a [`crate::GameValue`]; past it `BAD_MESSAGE`, since other clients' parsers would have to follow it.
pub const GAME_VALUE_DEPTH_MAX: usize = 64;
/// The largest `ref`, `ack`, `epoch` or `seq`: what every JSON parser holds exactly (2^53 - 1); past it `BAD_MESSAGE`.
pub const INTEGER_MAX: u64 = (1 << 53) - 1;
