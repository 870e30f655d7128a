//! RULES. The conformance kit: random play that every game must survive, for a few lines in the game's own tests.
//!
//! ```
//! # use umbra_game::{Answer, Game, NoOptions, Out, Refusal, Seat, Viewer};
//! # struct Count;
//! # #[derive(serde::Serialize)] #[serde(tag = "type")] enum Event {}
//! # #[derive(serde::Serialize)] struct Outcome { result: &'static str }
//! # impl Game for Count {
//! #     const NAME: &'static str = "count"; const MIN_SEATS: u8 = 1; const MAX_SEATS: u8 = 4; const ACTIONS: &'static str = "1";
//! #     type Options = NoOptions; type State = u8; type Action = u8; type Event = Event; type View = u8; type Outcome = Outcome;
//! #     fn set_up(_: &NoOptions, _: &[Seat], _: u64) -> u8 { 0 }
//! #     fn apply(state: &mut u8, _: Seat, add: u8, _: &mut Out<Event>) -> Result<Answer, Refusal> {
//! #         if add != 1 { return Err(Refusal::illegal("expected 1")); }
//! #         *state += 1; Ok(Answer::NONE)
//! #     }
//! #     fn flee(state: &mut u8, _: Seat, _: &mut Out<Event>) { *state = 9; }
//! #     fn view(state: &u8, _: Viewer) -> u8 { *state }
//! #     fn outcome(state: &u8) -> Option<Outcome> { (*state >= 9).then_some(Outcome { result: "OVER" }) }
//! #     fn abandoned(_: &u8) -> Outcome { Outcome { result: "ABANDONED" } }
//! # }
//! use umbra_game::chance::Chance;
//! use umbra_game::conformance::{Length, Probe, assert_conforms};
//!
//! struct Anybody; // plays `Count`: whoever acts adds 1, and the match is over at 9
//!
//! impl Probe for Anybody {
//!     type Game = Count;
//!     const LENGTH: Length = Length::EndsWithin(200);
//!
//!     fn legal(_state: &u8, _seat: Seat, _chance: &mut Chance) -> Option<u8> {
//!         Some(1)
//!     }
//!     fn illegal(_state: &u8, _seat: Seat, _chance: &mut Chance) -> Option<u8> {
//!         Some(2)
//!     }
//! }
//!
//! # fn main() {
//! assert_conforms::<Anybody>(); // as a #[test]
//! # }
//! ```
//!
//! The rules, each one a variant of [`Broken`], hold after every step of every playout. A failure names the seed and the step;
//! `UMBRA_SEED=<seed>` plays the same playout again. Secrets are the game's to point out: a game that hides anything gives
//! [`Probe::scramble`] and [`Probe::secrets`], and without them the kit cannot see a leak.
//!
//! What the kit cannot judge: whether the rules are the right ones. That is for the game's own tests.

mod examine;
mod failure;
mod playout;
mod probe;
mod refusals;
mod replay;
mod secrets;
mod table_options;
mod turns;

pub use failure::{Broken, Failure};
pub use probe::{Length, Probe};

use crate::chance::{Chance, RngExt, SeedableRng};

/// How many playouts [`assert_conforms`] makes.
pub const PLAYOUTS: u32 = 150;

/// Plays [`PLAYOUTS`] random matches, from a seed that is new each time.
///
/// # Panics
/// When the game breaks a rule: with the rule, the seed and the step.
pub fn assert_conforms<P: Probe>() {
    let given = std::env::var("UMBRA_SEED").ok();
    let checked = match given {
        // Invariant of the one who set it: a seed as it was printed.
        Some(seed) => check_one::<P>(seed.parse().expect("UMBRA_SEED is a number")),
        None => check::<P>(PLAYOUTS, fresh_seed()),
    };
    if let Err(failure) = checked {
        panic!("{failure}");
    }
}

/// Plays `playouts` random matches whose seeds come from `seed`.
///
/// # Errors
/// The first rule that was broken, and where.
pub fn check<P: Probe>(playouts: u32, seed: u64) -> Result<(), Failure> {
    table_options::check::<P::Game>()?;
    let mut seeds = Chance::seed_from_u64(seed);
    (0..playouts).try_for_each(|_| check_one::<P>(seeds.random()))
}

/// Plays the one match that a failure named.
///
/// # Errors
/// The first rule that was broken, and where.
pub fn check_one<P: Probe>(seed: u64) -> Result<(), Failure> {
    playout::run::<P>(seed)
}

/// The one number here that is not repeatable, which is why every failure prints its own seed.
fn fresh_seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one("umbra")
}
