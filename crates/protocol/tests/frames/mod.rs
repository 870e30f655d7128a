//! One frame of every kind there is, with the name it has among the golden frames.

mod client;
mod events;
mod samples;
mod server;

pub use client::client_frames;
pub use events::events;
pub use server::server_frames;
