//! The server's own processes in a simulated runtime ([`umbra_faults::sim`]), at a game that is written down here.

pub mod tictactoe;

pub use umbra_faults::sim::{Client, Server, settings};
