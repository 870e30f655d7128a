//! CLIENT: one session with an Umbra server that outlives its connections.
//!
//! ```text
//! Client ──send──▶ Machine (twin: refs, acks, resume, backoff) ──Effect──▶ task ──▶ Socket ──▶ server
//! Events ◀──Tell──          no I/O, no clock               ◀──received──      ◀──
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
mod event;
pub mod machine;
pub mod raw;
mod socket;

pub use builder::Builder;
pub use client::{Client, Events};
pub use event::{ClientError, ClientEvent, Ending};
pub use machine::Saved;
pub use umbra_protocol as protocol;
pub use umbra_protocol::Subprotocol;
