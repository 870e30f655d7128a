//! RULES. What a room game is: seats, turns, actions, views and an outcome, with no clock, no I/O and no chance but a seeded one.
//!
//! Where we are: `socket → user → **room** → user → socket`. The room owns the clock and the roster and asks a match what an action
//! means. It does so through [`Rules`] and [`Match`], which know no type of any game: everything of a game's own crosses that line as
//! compact JSON text. Authors implement the typed side, [`Game`]; [`rules`] turns the one into the other.
//!
//! ```text
//! author:  impl Game for MyGame ──► rules::<MyGame>() ──► Catalog ──► room:  &dyn Rules ──► Box<dyn Match>
//!          typed, pure                (table.rs)                             JSON text in, JSON text out
//! ```
//!
//! [`conformance`] is the other half of the contract: random play that a game must survive, in a few lines of its own tests.

/// The README, so that its example is compiled and played.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;

mod answer;
mod catalog;
pub mod chance;
pub mod conformance;
mod erased;
mod game;
mod options;
mod seat;
mod table;
mod turn;

pub use answer::{Answer, Audience, Out, Played, Refusal};
pub use catalog::Catalog;
pub use erased::{Match, RestoreError, Rules};
pub use game::Game;
pub use options::{NoOptions, OptionRefused, OptionsText};
pub use seat::{Seat, Viewer};
pub use table::rules;
pub use turn::{Absence, Late, Turn};
