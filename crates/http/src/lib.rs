//! HTTP: what happens on a connection before it is a WebSocket, as pure functions over bytes.
//!
//! The socket's reader hands every byte it has so far to [`parse`] until a request is whole, and the request to
//! [`answer`], which says what to do: write a reply and close, go on as a WebSocket, or do what an operator asks.
//! Nothing in here reads, writes, waits or keeps anything.
//!
//! One request a connection: every reply carries `Connection: close`. Query strings are ignored on all paths.
//! `Origin` is not checked: a page of any site may connect, as it has to bring a token or a name of its own, and there
//! is no cookie that a browser would add by itself.

mod admin;
mod asset;
mod reply;
mod request;
mod route;
mod target;
mod upgrade;

pub use admin::AdminAsk;
pub use asset::Asset;
pub use http::StatusCode;
pub use reply::{json, plain};
pub use request::{BODY_BYTES_MAX, HEAD_BYTES_MAX, HEADERS_MAX, Parsed, Request, parse};
pub use route::{Answer, Site, answer};
pub use target::Target;
pub use upgrade::Upgrade;
