//! RULES. The trait that a game is: everything an author writes, and nothing of rooms, users or clocks.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Absence, Answer, Late, OptionRefused, Out, Refusal, Seat, Turn, Viewer};

/// A room game, as pure functions over its state.
///
/// Everything is deterministic: no clock, no I/O, no hash map whose order could show, and no chance but a
/// [`Chance`](crate::chance::Chance) that starts from the seed and lives in the state. The room keeps a match alive across crashes by
/// playing the same actions on the same seed again, so a game that is not deterministic loses its matches.
///
/// Three courtesies are kept for every game before its functions are called, so that it need not check them itself:
/// - [`apply`](Game::apply) is called only while the match is not over, only with a seat that is still in the match, and, when there is
///   a turn, only with a seat that has it;
/// - [`skip`](Game::skip) is called only with a seat that the turn is waiting for;
/// - [`flee`](Game::flee) is called once at most for each seat, and not after the outcome.
pub trait Game: 'static {
    /// The game's name on the wire: lower case, no spaces.
    const NAME: &'static str;
    /// How many seats must be taken for a match to start, from 1.
    const MIN_SEATS: u8;
    /// How many seats a room of this game can have.
    const MAX_SEATS: u8;
    /// How many seats a room gets when its creator did not say.
    const DEFAULT_SEATS: u8 = Self::MAX_SEATS;
    /// The shapes of an action, as they are shown to a client whose action could not be read, e.g. `{"type":"PLACE","cell":0..8}`.
    const ACTIONS: &'static str;
    /// What the room does about an offline seat whose turn it is.
    const ABSENCE: Absence = Absence::Skip;
    /// What the room does about a seat that has not acted by the deadline.
    const LATE: Late = Late::Skip;

    /// What the creator of a room may choose: a struct with `rename_all = "camelCase"` and `deny_unknown_fields`, no field of which is
    /// ever skipped; [`NoOptions`](crate::NoOptions) for none. A match sees its options in [`set_up`](Game::set_up) only and keeps in
    /// its state what it needs of them.
    type Options: Serialize + DeserializeOwned + Default + Clone;
    /// The whole match. It never leaves the server; snapshots of it are JSON, so keys of maps are strings or numbers.
    type State: Serialize + DeserializeOwned + Clone + PartialEq + Debug;
    /// What a seat may ask for: an enum tagged with `type` in UPPER_SNAKE.
    type Action: DeserializeOwned;
    /// What the table is told: an enum tagged with `type` in UPPER_SNAKE.
    type Event: Serialize;
    /// What one viewer sees of the match: a type of its own, never the state.
    type View: Serialize;
    /// How the match ended: an object with `result`.
    type Outcome: Serialize;

    /// Refuses values that are of the right type and yet not acceptable, naming the option. [`OptionRefused::outside`] helps.
    fn check_options(_options: &Self::Options) -> Result<(), OptionRefused> {
        Ok(())
    }

    /// Whether the match starts by itself as soon as every seat is taken.
    fn auto_start(_options: &Self::Options) -> bool {
        false
    }

    /// Sets up a match. `seats` are the taken ones, ascending, with gaps where nobody sits; at least [`MIN_SEATS`](Game::MIN_SEATS) of
    /// them. Same arguments, same state.
    fn set_up(options: &Self::Options, seats: &[Seat], seed: u64) -> Self::State;

    /// Whose turn it is. `None` when anyone may act at any time; after the outcome it is not asked for.
    fn turn(_state: &Self::State) -> Option<Turn> {
        None
    }

    /// Carries out an action, or refuses it.
    ///
    /// # Errors
    /// The refusal tells this seat what was wrong. A refused action leaves the state exactly as it was: check first, then change.
    fn apply(
        state: &mut Self::State,
        seat: Seat,
        action: Self::Action,
        out: &mut Out<Self::Event>,
    ) -> Result<Answer, Refusal>;

    /// The seat's part of the turn passes without an action, because it is offline or late. It must not be waited for in this turn any
    /// more. The default, for games without turns, does nothing.
    fn skip(_state: &mut Self::State, _seat: Seat, _out: &mut Out<Self::Event>) {}

    /// The seat has left the match by force and gets no turn ever again.
    fn flee(state: &mut Self::State, seat: Seat, out: &mut Out<Self::Event>);

    /// What this viewer may know, and never more: the only way out of the state. Somebody who has fled watches like a spectator; a
    /// seat that never was in the match is to be answered as a spectator too.
    fn view(state: &Self::State, viewer: Viewer) -> Self::View;

    /// How the match ended; `None` while it goes on. Once there, it never changes.
    fn outcome(state: &Self::State) -> Option<Self::Outcome>;

    /// The outcome of a match that the room ends because nobody came back: `"result": "ABANDONED"`.
    fn abandoned(state: &Self::State) -> Self::Outcome;
}
