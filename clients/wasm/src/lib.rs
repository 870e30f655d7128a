//! CLIENT, browser's home: one session with an Umbra server that outlives its connections, for pages, over their own WebSocket.
//!
//! ```text
//! page ──send──▶ UmbraClient ── Home (Machine, timer) ──▶ Line (a WebSocket of the browser) ──▶ server
//!      ◀─promise─            ◀─────── onEvent ─────────                                     ◀──
//! ```
//! The page speaks in the protocol's own words, as objects: what it sends is checked here as the server would check it, and travels
//! as `umbra.v1.bincode`. Types for all of it come with the package (`types.d.ts`, part of `umbra_client.d.ts`).

#[cfg(target_arch = "wasm32")]
mod client;
#[cfg(target_arch = "wasm32")]
mod home;
#[cfg(target_arch = "wasm32")]
mod line;
pub mod options;

#[cfg(target_arch = "wasm32")]
pub use client::UmbraClient;

/// The types of everything that passes between a page and its client, as TypeScript.
pub const TYPES: &str = include_str!("types.d.ts");
