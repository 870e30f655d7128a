//! TWINS: every decision of the server as plain structs. Inputs and `now` go in, effects come out; nothing in here owns
//! a socket, a clock, a mailbox or a process, so all of it is tested natively in microseconds.

pub mod connection;
pub mod directory;
pub mod heartbeat;
pub mod journal;
pub mod pace;
pub mod rate_limit;
pub mod receipts;
pub mod room;
pub mod session;
pub mod settings;
pub mod sign_in;
pub mod socket;
pub mod token;
