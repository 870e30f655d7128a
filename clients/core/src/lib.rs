//! CLIENT CORE: one session with an Umbra server that outlives its connections, as a pure twin. No socket, no clock, no task.
//!
//! ```text
//!   program ──send──▶ Machine ──Effect──▶ home ──bytes──▶ server
//!           ◀──tell──         ◀──payload──     ◀──bytes──
//! ```
//! Its *homes* carry it and decide nothing: `umbra-client` (a task of tokio), `umbra-client-wasm` (a page in a browser) and
//! `umbra-client-lunatic` (a process of lunatic). A home owns the connection, the clock and the randomness; it hands in what
//! happens and the time, and performs each [`Effect`] in order. What a home has to do, whole:
//!
//! | what happens | what to call |
//! |---|---|
//! | the program wants to be online | [`Machine::connect`] |
//! | the program asks for something | [`Machine::send`] |
//! | the WebSocket is open | [`Machine::opened`] |
//! | a message came | [`Machine::take`] |
//! | a ping or pong came | [`Machine::heard`] |
//! | the connection, or the attempt, has ended | [`Machine::lost`] |
//! | [`Machine::deadline`] is reached | [`Machine::elapsed`] |
//!
//! ```
//! use std::time::Duration;
//! use umbra_client_core::protocol::{Hello, Subprotocol};
//! use umbra_client_core::{Effect, Machine, encode};
//!
//! let hello = Hello::Guest { user_name: "Ann".into() };
//! let mut machine = Machine::new(hello, true, 7).speaking(Subprotocol::Bincode);
//! machine.connect(Duration::ZERO);
//! let Some(Effect::Open(connection)) = machine.effect() else { unreachable!() };
//! // … the home opens a WebSocket …
//! machine.opened(connection);
//! let Some(Effect::Transmit(_, frame)) = machine.effect() else { unreachable!() };
//! assert_eq!(frame.message.id(), "HELLO");
//! let payload = encode(machine.subprotocol(), &frame);
//! # assert!(matches!(payload, umbra_client_core::Payload::Binary(_)));
//! ```

mod event;
mod json;
mod machine;
mod wire;

pub use event::{ClientError, ClientEvent, Ending};
pub use json::body_json;
pub use machine::{
    ACK_DELAY, ACK_EVENTS_MAX, ANSWER_TIMEOUT, BACKOFF_FIRST, BACKOFF_MOST, Backoff, ConnectionId, DRAIN_WAIT_MOST,
    Effect, GOOD_CONNECTION, Loss, Machine, SERVER_FULL_WAIT, SIGN_IN_TIMEOUT, Saved,
};
pub use umbra_protocol as protocol;
pub use wire::{MESSAGE_BYTES_MAX, Payload, encode};
