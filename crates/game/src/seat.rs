//! RULES. Who sits where, and through whose eyes a match is seen.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A place at the table, counted from 0. It says nothing about who sits there: users come and go in the room, seats are the game's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seat(pub u8);

impl fmt::Display for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Through whose eyes a match is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Viewer {
    /// The user on this seat, playing or already out. A seat that is not in the match sees what a spectator sees.
    Seat(Seat),
    /// Somebody without a seat: sees what everybody at the table may know.
    Spectator,
}
