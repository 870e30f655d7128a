//! What passes between the listener and a native edge, where there is one.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};
use umbra_http::Asset;
use umbra_machine::settings::Settings;
use umbra_otp::Handle;

use super::SocketMessage;
use crate::process::inspect::Inspector;
use crate::process::operator::Task;

/// The version of everything on docs/socket-protocol.md. An edge refuses a guest of another.
pub const EDGE_PROTOCOL: u32 = 2;

/// What wakes a native edge.
#[derive(Debug, Serialize, Deserialize)]
pub enum EdgeMessage {
    /// From the listener: own the connections that come to `settings.bind`. Answered with [`ListenerMessage::Opened`] or
    /// [`ListenerMessage::Refused`]. An address that is open stays open, for a listener that comes after another.
    Open {
        /// [`EDGE_PROTOCOL`] of the guest.
        protocol: u32,
        /// Who is answered, and does what only a process of the guest can.
        listener: Handle<ListenerMessage>,
        /// All settings.
        settings: Box<Settings>,
        /// The page.
        assets: Vec<Asset>,
    },
    /// From the listener: the server stops. Accept nobody new at this address.
    Close {
        /// As it stood in the settings.
        bind: SocketAddr,
    },
    /// Somebody asks what is held here.
    Inspect(Inspector),
}

/// What wakes a listener that has given its port to a native edge.
#[derive(Debug, Serialize, Deserialize)]
pub enum ListenerMessage {
    /// From the edge: it accepts connections here.
    Opened {
        /// Where.
        address: SocketAddr,
    },
    /// From the edge: it cannot.
    Refused {
        /// A sentence for the operator.
        why: String,
    },
    /// From a connection of the edge: an operator asks for something that takes a process of the guest.
    Operate {
        /// What.
        task: Task,
        /// Who carries the answer back.
        socket: Handle<SocketMessage>,
    },
    /// End: the server stops.
    Stop,
}
