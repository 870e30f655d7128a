//! EDGE: its own process, which opens ports for the guest's listener and keeps them when that dies.

use std::collections::HashMap;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::Arc;

use log::{error, warn};
use umbra::process::inspect::Inspection;
use umbra::process::messages::{EDGE_PROTOCOL, EdgeMessage, ListenerMessage};
use umbra_http::Asset;
use umbra_machine::settings::Settings;
use umbra_otp::{Handle, ProcessId, foreign};
use umbra_runtime::DeathReason;

use crate::connections::Connections;
use crate::door::{Door, Site};
use crate::life::{Incoming, Life};
use crate::node::Neighbours;

/// The process. Its end closes every port; connections live on.
pub(crate) async fn run(mut life: Life, neighbours: Neighbours, connections: Arc<Connections>) {
    let mut edge = Edge { neighbours, connections, doors: HashMap::new() };
    loop {
        for signal in poll_fn(|context| life.poll_signals(context)).await {
            match life.take(signal) {
                Some(Incoming::Message(message)) if foreign::is_message(message.tag) => {
                    match foreign::decode(&message.buffer) {
                        Ok(message) => edge.message(message).await,
                        Err(why) => error!("the edge got a garbled message: {why}"),
                    }
                }
                // It monitors nobody, and what is not a message of its own is not for it.
                Some(Incoming::Message(_) | Incoming::Down(_)) | None => {}
                Some(Incoming::Kill) => return life.end(DeathReason::Failure),
            }
        }
    }
}

struct Edge {
    neighbours: Neighbours,
    connections: Arc<Connections>,
    /// Open ports, by the address in the settings.
    doors: HashMap<SocketAddr, Door>,
}

impl Edge {
    async fn message(&mut self, message: EdgeMessage) {
        match message {
            EdgeMessage::Open { protocol, listener, settings, assets } => {
                let answer = match self.open(protocol, listener, *settings, assets).await {
                    Ok(address) => ListenerMessage::Opened { address },
                    Err(why) => ListenerMessage::Refused { why },
                };
                if !self.neighbours.send(&listener, &answer) {
                    warn!("a listener that asked for a port is gone before it has one");
                }
            }
            EdgeMessage::Close { bind } => {
                self.doors.remove(&bind);
            }
            EdgeMessage::Inspect(inspector) => {
                self.neighbours.send(&inspector, &Inspection::Edge { connections: self.connections.list() });
            }
        }
    }

    async fn open(
        &mut self,
        protocol: u32,
        listener: Handle<ListenerMessage>,
        settings: Settings,
        assets: Vec<Asset>,
    ) -> Result<SocketAddr, String> {
        if protocol != EDGE_PROTOCOL {
            return Err(format!("the guest speaks version {protocol} to its edge, expected {EDGE_PROTOCOL}"));
        }
        let bind = settings.bind;
        let site = Site::new(&self.neighbours, &self.connections, settings, assets, ProcessId::of(&listener))?;
        if let Some(door) = self.doors.get(&bind) {
            door.serve(site);
            return Ok(door.address());
        }
        let door = Door::open(bind, site).await;
        let door = door.map_err(|error| format!("cannot listen on {bind} ({error}), expected a free port"))?;
        let address = door.address();
        self.doors.insert(bind, door);
        Ok(address)
    }
}
