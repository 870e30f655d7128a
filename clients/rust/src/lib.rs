//! CLIENT, native home: one session with an Umbra server that outlives its connections, in a task of tokio.
//!
//! ```text
//! Client ──send──▶ umbra_client_core::Machine ──Effect──▶ task ──▶ Socket ──▶ server
//! Events ◀──Tell──  (twin: no I/O, no clock)  ◀──take────      ◀──
//! ```
//! [`Client`] is for programs that play. [`raw`] is for tests and tools that must say what no proper client would.
//!
//! ```no_run
//! # async fn example() -> Result<(), umbra_client::ClientError> {
//! use umbra_client::{Client, ClientEvent};
//!
//! let client = Client::builder("ws://127.0.0.1:4000/ws").name("Ann").connect().await?;
//! let room = client.quick_join("tictactoe").await?;
//! println!("{} in seat {:?} of {}", client.hello().user_name, room.my_seat, room.room_id);
//! let events = client.events();
//! while let Some(event) = events.next().await {
//!     if let ClientEvent::Event { seq, event } = event {
//!         println!("{seq}: {}", event.id());
//!     }
//! }
//! # Ok(()) }
//! ```

mod actions;
mod builder;
mod client;
mod driver;
pub mod raw;
mod socket;

pub use builder::Builder;
pub use client::{Client, Events};
pub use umbra_client_core::{ClientError, ClientEvent, Ending, Saved};
pub use umbra_protocol as protocol;
pub use umbra_protocol::Subprotocol;
