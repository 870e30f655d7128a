//! Every process of the server: what it can be told, what it keeps, and the twin that decides for it.

pub mod alarm;
pub mod inspect;
pub mod journal;
#[cfg(target_arch = "wasm32")]
pub mod listener;
pub mod messages;
pub mod operator;
pub mod room;
pub mod room_manager;
pub mod root;
pub mod sign_in;
#[cfg(target_arch = "wasm32")]
pub mod socket;
pub mod user;
pub mod user_manager;

use umbra_otp::{Handle, names};

use messages::{EdgeMessage, JournalMessage, RoomManagerMessage, UserManagerMessage};

/// The registered name of the user manager.
pub const USER_MANAGER: &str = "userManager";
/// The registered name of a native edge, where there is one: it owns the connections.
pub const EDGE: &str = "edge";
/// The registered name of the listener, which others only look for.
pub const LISTENER: &str = "listener";
/// The registered name of the journal.
pub const JOURNAL: &str = "journal";
/// The registered name of the room manager.
pub const ROOM_MANAGER: &str = "roomManager";

/// The user manager, unless it is just being restarted.
pub fn user_manager() -> Option<Handle<UserManagerMessage>> {
    names::whereis(USER_MANAGER)
}

/// The room manager, unless it is just being restarted.
pub fn room_manager() -> Option<Handle<RoomManagerMessage>> {
    names::whereis(ROOM_MANAGER)
}

/// The journal, unless it is just being restarted.
pub fn journal() -> Option<Handle<JournalMessage>> {
    names::whereis(JOURNAL)
}

/// The native edge, where the program that runs this node has put one.
pub fn edge() -> Option<Handle<EdgeMessage>> {
    names::whereis(EDGE)
}

/// A number nobody can guess.
pub fn random() -> u64 {
    umbra_otp::random()
}
