//! RAW: a connection that says exactly what it is told, for tests of the server's border and for load tools.
//!
//! Nothing here answers, retries or keeps state: a ping stays unanswered unless the caller sends the pong.

mod connection;
mod frame;
mod http;

pub use connection::{Connection, OpenError};
pub use frame::{Frame, Opcode, Received};
pub use http::{Response, get, request};
