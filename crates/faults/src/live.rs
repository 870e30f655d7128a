//! FAULTS, live: scripts played on a whole server over real connections, while processes die and the network fails.
//!
//! ```text
//! Arena ── Server ($UMBRA_SERVER), Admin (`/admin/kill`)
//!   └ run: a Player a seat ── Proxy ──▶ Server       each step is asked and answered before the next one
//! ```

pub mod admin;
pub mod arena;
pub mod figures;
pub mod log;
pub mod player;
pub mod proxy;
pub mod server;
pub mod sweep;

pub use admin::Admin;
pub use arena::{Arena, RunError};
pub use proxy::Proxy;
pub use server::{Server, Start};
