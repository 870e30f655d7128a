//! RULES. The same game as the room sees it: no types of any game, JSON text in both directions.

use crate::{Absence, Late, OptionRefused, OptionsText, Played, Refusal, Seat, Turn, Viewer};

/// The rules of one game: what a room asks before there is a match.
pub trait Rules: Send + Sync {
    /// The game's name on the wire.
    fn name(&self) -> &'static str;
    /// How many seats must be taken for a match to start.
    fn min_seats(&self) -> u8;
    /// How many seats a room can have.
    fn max_seats(&self) -> u8;
    /// How many seats a room has when its creator did not say.
    fn default_seats(&self) -> u8;

    /// The full options for what a client gave: `None`, or the text of a JSON object.
    ///
    /// # Errors
    /// Unknown option, wrong type, `null`, or a value that the game refuses; the error names it.
    fn options(&self, given: Option<&str>) -> Result<OptionsText, OptionRefused>;

    /// Whether the match starts by itself as soon as every seat is taken.
    ///
    /// # Panics
    /// When `options` did not come from [`options`](Rules::options).
    fn auto_start(&self, options: &str) -> bool;

    /// Starts a match for the taken `seats`, ascending.
    ///
    /// # Panics
    /// When `options` did not come from [`options`](Rules::options), or `seats` are not ascending, or too few or too many.
    fn start(&self, options: &str, seats: &[Seat], seed: u64) -> Box<dyn Match>;

    /// Brings a match back from what [`Match::snapshot`] gave.
    ///
    /// # Errors
    /// Options or snapshot are not of this version of this game: the match cannot go on.
    fn restore(&self, options: &str, snapshot: &[u8]) -> Result<Box<dyn Match>, RestoreError>;
}

/// One match, from set-up to outcome. All texts are compact JSON.
pub trait Match {
    /// Whose turn it is; `None` when anyone may act at any time, and after the outcome.
    fn turn(&self) -> Option<Turn>;
    /// What to do about an offline seat whose turn it is.
    fn absence(&self) -> Absence;
    /// What to do about a seat that has not acted by the deadline.
    fn late(&self) -> Late;

    /// Carries out an action.
    ///
    /// # Errors
    /// The action is malformed, unknown or not possible now, the match is over, or the seat has no turn. The match is unchanged.
    fn apply(&mut self, seat: Seat, action: &str) -> Result<Played, Refusal>;

    /// Passes the seat's turn without an action. Nothing happens when the turn is not waiting for that seat.
    fn skip(&mut self, seat: Seat) -> Played;

    /// Takes the seat out of the match. Nothing happens when it is out already or the match is over.
    fn flee(&mut self, seat: Seat) -> Played;

    /// What this viewer may know.
    fn view(&self, viewer: Viewer) -> String;
    /// How the match ended; `None` while it goes on.
    fn outcome(&self) -> Option<String>;
    /// The outcome to announce when the room ends the match because nobody came back.
    fn abandoned(&self) -> String;
    /// Everything that [`Rules::restore`] needs to go on with an equal match.
    fn snapshot(&self) -> Vec<u8>;
}

/// Why a match could not be brought back. The room it belonged to can only end it.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The options are not acceptable to this version of the game.
    #[error("options of the match: {0}")]
    Options(#[from] OptionRefused),
    /// The bytes are not a snapshot of this version of the game.
    #[error("snapshot of the match: {0}")]
    Snapshot(#[from] serde_json::Error),
}
