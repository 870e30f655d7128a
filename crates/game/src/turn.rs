//! RULES. Whose turn it is, as the game tells it; until when, and what has passed, is the room's to know.

use crate::Seat;

/// One turn: the room shows it to everybody and starts its clock from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Names this turn within the match. It grows whenever a new turn begins and never otherwise: the room announces a turn, and sets
    /// its deadline, exactly when this number has changed.
    pub serial: u32,
    /// Who has the turn, ascending; the same from its first moment to its last, but for those who flee.
    pub seats: Vec<Seat>,
    /// Those of `seats` who have not acted yet, ascending. Skips go to these, and the turn is over when nobody is left in it.
    pub waiting: Vec<Seat>,
    /// The game's word for what is to be done, in UPPER_SNAKE.
    pub phase: &'static str,
    /// How long the turn may last, in milliseconds; `None` means for ever.
    pub limit_ms: Option<u64>,
}

/// What the room does about an offline seat whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// Its turn is skipped at once.
    Skip,
    /// It is waited for, as if it were online, until the turn's deadline.
    Wait,
}

/// What the room does about a seat that has not acted by the deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Late {
    /// Its turn is skipped.
    Skip,
    /// It is out of the match, as if it had fled.
    Forfeit,
}
