//! CLIENT, lunatic's home: one session with an Umbra server that outlives its connections, in processes of its own.
//!
//! ```text
//! program ──Client──▶ session ────bytes────▶ server
//!         ◀──Told───  (Machine,              │
//!                      writes)   ◀─messages─ reader
//!                                            (one a connection: connects, upgrades, then blocks in `read`)
//! ```
//! A process cannot wait for its mailbox and a connection at once, so a client is two: the *session* waits in its mailbox, holds
//! the [`Machine`](umbra_client_core::Machine) and is the only one that writes; a *reader* a connection is blocked in connecting
//! and reading, and is killed to end them. The program is a third process and hears of everything as messages of its own type.
//!
//! ```ignore
//! #[derive(Serialize, Deserialize)]
//! enum Message { Told(Told), … }
//! impl From<Told> for Message { … }
//!
//! let client = Client::start(&mut inbox, Config::guest("ws://127.0.0.1:4000/ws", "Ann"))?;
//! client.ask(1, ClientMessage::RoomQuickJoin { spec });
//! loop {
//!     match inbox.receive() {
//!         Incoming::Message(Message::Told(Told::Answer { asked: 1, result })) => …,
//!         Incoming::Message(Message::Told(Told::Event(event))) => …,
//! ```

mod client;
mod gate;
mod messages;
mod reader;
mod session;
mod wire;

pub use client::{Client, Config, Identity};
pub use messages::Told;
pub use umbra_client_core as core;
