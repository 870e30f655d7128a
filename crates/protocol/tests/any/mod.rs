//! Any message whatever, for the properties: every variant, every field over its whole allowed range.

mod client;
mod rooms;
mod server;
mod values;

pub use client::client_frame;
pub use server::{event, server_frame};
pub use values::json;
