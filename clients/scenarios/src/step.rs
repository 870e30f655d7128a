//! SCENARIOS: of what a scenario is made.

use std::time::Duration;

use umbra_client_core::protocol::{ClientFrame, ClientMessage, Hello, OkBody, ServerFrame};
use umbra_client_core::{ClientError, ClientEvent};

/// One story, from the first connection to the last word.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// A sentence: what must hold.
    pub name: &'static str,
    /// How the client signs in at first.
    pub hello: Hello,
    /// How long the server may leave an action without an answer.
    pub answer_timeout: Duration,
    /// What happens, one after the other.
    pub steps: Vec<Step>,
}

/// What happens, or must happen. Connections are counted from 0 in the order in which they come; where none is named it is the
/// newest.
#[derive(Clone, Debug)]
pub enum Step {
    // What the server does, or hears.
    /// A connection comes, and is let in.
    Accepts,
    /// A connection comes, and is dropped before it is a WebSocket.
    Refuses,
    /// The next message is this one. `PING`s before it are answered and passed over.
    Hears(ClientFrame),
    /// A `PING` comes that acknowledges this event.
    HearsPing {
        /// The `seq` that it must carry.
        ack: u64,
    },
    /// Says this.
    Says(ServerFrame),
    /// Says something that only a newer server knows: an event with this number.
    SaysUnknown {
        /// Its number.
        seq: u64,
    },
    /// Says something that nobody can read.
    SaysNonsense,
    /// Says this on an older connection, if that still takes anything.
    SaysOn(usize, ServerFrame),
    /// Closes with this code.
    Closes(u16),
    /// Closes an older connection with this code, if that still takes anything.
    ClosesOn(usize, u16),
    /// Drops the connection without a word.
    Cuts,
    /// The client has hung up, with this code or without a word.
    IsLeft(Option<u16>),

    // What the program does, or is told.
    /// Wants to be online.
    Connects,
    /// Asks for something. What is asked for is counted from 1, as `ref`s are.
    Asks(ClientMessage),
    /// Is told this next. Of how long a wait will be, and of why something cannot be read, only that it is said must agree.
    IsTold(ClientEvent),
    /// The action with this number is answered, once, with this.
    IsAnswered(u64, Result<OkBody, ClientError>),
    /// Is done.
    Leaves,
}
