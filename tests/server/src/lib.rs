//! TESTS, whole server: the harness under `tests/`: a real runtime, real connections, players who play.
//!
//! ```text
//! Server ── $UMBRA_SERVER, on a free port, in a folder of its own
//!   ▲ ▲
//!   │ └── Wire     one connection that says what it is told; every byte and every event is kept
//!   └──── Player   umbra-client: a session that outlives its connections
//!           └ Table  a room with its players on their seats, ready or in a match
//! Bots ─── lunatic run umbra-bots.wasm: users that play by themselves
//! Proxy ── between either and the server: cuts, holds and releases connections
//! ```
//! Server and Proxy are the fault kit's (`crates/faults`).
//! Nobody here sleeps: whatever is waited for is an event, a reply or a line of the log, with a deadline generous enough
//! for a busy machine.

pub mod bots;
pub mod deadline;
pub mod player;
mod shared;
pub mod table;
pub mod tidy;
pub mod token;
pub mod wire;

pub use deadline::SOON;
pub use player::Player;
pub use shared::server;
pub use table::Table;
pub use umbra_faults::live::{Proxy, Server, Start, log, server};
pub use wire::Wire;
