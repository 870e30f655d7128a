//! RULES. The only chance a game may take: a generator that starts from the seed, lives in the state and goes into its snapshot.
//!
//! ```
//! use umbra_game::chance::{Chance, IndexedRandom, RngExt, SeedableRng, SliceRandom};
//!
//! let mut chance = Chance::seed_from_u64(7);
//! let mut cards = [1, 2, 3, 4];
//! cards.shuffle(&mut chance);
//! let die = chance.random_range(1..=6);
//! let first = ["ann", "ben"].choose(&mut chance);
//! # assert!((1..=6).contains(&die) && first.is_some());
//! ```
//!
//! ChaCha and not something smaller, because players see what comes out of it: from the cards of one round nobody may work out those of
//! the next. Its values, and those of `rand`'s shuffles, are the same on a 64-bit machine and in WebAssembly.

pub use rand::seq::{IndexedRandom, SliceRandom};
pub use rand::{RngExt, SeedableRng};
/// The seeded generator. Serialisable, so that a restored match goes on with the same values.
pub use rand_chacha::ChaCha8Rng as Chance;
