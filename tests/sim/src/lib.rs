//! The server's own processes in a simulated runtime, and clients whose sockets the test plays.
//!
//! ```text
//! Server ── the root supervisor with journal, managers, users and rooms, in a World
//! Client ── a Port in the place of a socket: says what a client says, keeps what it is told
//! ```

mod client;
mod server;
pub mod tictactoe;

pub use client::{Client, Outcome, User};
pub use server::{Server, settings};
