//! FAULTS, sim: scripts played on the server's own processes in a simulated runtime: with a clock that nobody waits for, in
//! any schedule, and with any process killed before any of its calls.
//!
//! ```text
//! World (umbra-otp) ── the real root, journal, managers, users, rooms
//!    └ Client a seat: a port in the place of a socket, with the socket's own twin
//! ```
//! What is not simulated: connections, their processes, and the network. For those there is [`live`](crate::live).

mod client;
mod play;
mod server;

pub use client::{Client, Outcome, User};
pub use play::{Kill, Played, Process, play};
pub use server::{Server, settings};
