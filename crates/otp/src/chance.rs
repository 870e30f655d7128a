//! The only place where randomness comes from. Pure parts take it as an argument; shells take it from here.

use crate::host;

/// A number nobody can guess; in a simulated runtime, one that follows from the world's seed.
///
/// # Panics
/// If the runtime has no randomness: without it no secret could be made, and nothing may go on.
pub fn random() -> u64 {
    host::random()
}
