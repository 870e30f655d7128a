//! EDGE: owns the connections of a node natively.
//!
//! Where we are: `**socket** → user → room → user → **socket**`. A guest on stock lunatic accepts connections itself, with
//! two processes for each. Where this edge is installed, it finds a process of the name `edge` when it starts and asks
//! that to open its port instead; each connection is then a native process of the node: in its table, with a mailbox,
//! links and monitors, to be killed and inspected like any other, but without a memory of its own, on a tokio socket.
//! To users it speaks what is in docs/socket-protocol.md, so they never learn which of the two it is; and both are shells
//! around the same twin ([`umbra_machine::socket`]) and the same framing, so neither does a client.
//!
//! ```text
//! Node::new(&runtime) → edge::install(&node) → node.start(…)
//! ```
//!
//! Reading order: [`mailbox`], [`life`], [`node`] (what a native process is); [`listen`], [`door`] (the edge's own process,
//! accepting); [`connection`] (one connection), with [`outlet`], [`alarm`] and [`stream`] under it.

mod alarm;
mod connection;
mod connections;
mod door;
mod life;
mod listen;
mod mailbox;
mod node;
mod outlet;
mod stream;
mod tls;

use std::path::Path;
use std::sync::Arc;

use umbra::process::EDGE;
use umbra::process::messages::EdgeMessage;
use umbra_otp::foreign;
use umbra_runtime::{Environment as _, Node, Signal};

use connections::Connections;
use life::Life;
use node::Neighbours;

/// The edge of one node.
pub struct Edge {
    id: u64,
    neighbours: Neighbours,
    connections: Arc<Connections>,
}

impl Edge {
    /// How many connections there are.
    pub fn connections(&self) -> usize {
        self.connections.count()
    }

    /// Ends the edge's process, and with it every open port. Connections go on until they end by themselves.
    pub fn close(&self) {
        self.neighbours.environment.send(self.id, Signal::Kill);
    }
}

/// Puts an edge into a node whose guest has not started, on the tokio runtime that this is called on.
pub async fn install(node: &Node) -> Edge {
    let neighbours = Neighbours::of(node);
    let life = Life::start(&neighbours.environment);
    let id = life.id();
    node.registry.write().await.insert(foreign::key::<EdgeMessage>(EDGE), (0, id));
    let connections = Arc::new(Connections::default());
    tokio::spawn(listen::run(life, neighbours.clone(), connections.clone()));
    Edge { id, neighbours, connections }
}

/// Whether TLS could be done with these files, as it is when a port is opened.
///
/// # Errors
/// A sentence for the operator.
pub fn check_tls(certificate: &Path, key: &Path) -> Result<(), String> {
    tls::load(certificate, key).map(|_| ())
}

/// A number that nobody can guess.
fn random() -> u64 {
    // Invariant: the kernel always has randomness; without it no secret could be made, and nothing may go on.
    getrandom::u64().expect("the kernel provides randomness")
}

/// Unix milliseconds, the clock of the twins.
fn now_ms() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
