//! SCENARIOS: what every home of the client core must do when a server drops, repeats, stalls and restarts, as data.
//!
//! ```text
//!   list/*  ── Scenario { steps } ──▶ play ──▶ Stage ─┬─ Twin                 no connection, no waiting
//!                                                     └─ Live ─┬─ Server      plays the scripted part, over real TCP
//!                                                              └─ Program     one home each: tokio, a browser, lunatic
//! ```
//! One scenario is played against the twin in microseconds and against each home for real. A home adds a [`Program`] and calls
//! [`play_all`]; nothing of a scenario is written twice.

mod checks;
pub mod cost;
pub mod list;
mod live;
#[cfg(not(target_arch = "wasm32"))]
mod native;
mod play;
mod server;
mod step;
mod twin;
pub mod words;

pub use live::{Live, Program};
#[cfg(not(target_arch = "wasm32"))]
pub use native::Port;
pub use play::{Stage, play, play_all};
pub use server::{Listen, Server, Wire};
pub use step::{Scenario, Step};
pub use twin::Twin;
