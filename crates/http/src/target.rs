//! HTTP: which process a test wants dead.

use serde::{Deserialize, Serialize};
use umbra_protocol::{RoomId, Uid};

/// One process of the server, as `POST /admin/kill` names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// `room:<roomId>`
    Room(RoomId),
    /// `user:<uid>`
    User(Uid),
    /// `socket:<uid>`: the connection of that user.
    Socket(Uid),
    /// `roomManager`
    RoomManager,
    /// `userManager`
    UserManager,
    /// `journal`
    Journal,
    /// `listener`
    Listener,
}

impl Target {
    /// What a target looks like, for an error.
    pub(crate) const EXPECTED: &str =
        "room:<roomId>, user:<uid>, socket:<uid>, roomManager, userManager, journal or listener";

    /// The target of that name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        match (name, name.split_once(':')) {
            ("roomManager", _) => Some(Self::RoomManager),
            ("userManager", _) => Some(Self::UserManager),
            ("journal", _) => Some(Self::Journal),
            ("listener", _) => Some(Self::Listener),
            (_, Some(("room", id))) => Some(Self::Room(RoomId(id.into()))),
            (_, Some(("user", uid))) => Some(Self::User(Uid(uid.into()))),
            (_, Some(("socket", uid))) => Some(Self::Socket(Uid(uid.into()))),
            _ => None,
        }
    }
}
