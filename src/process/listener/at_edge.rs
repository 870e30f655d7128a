//! The listener's process where a native edge owns the connections: it has the edge open the port, and does for it what
//! only a process of the guest can.
//!
//! The edge keeps the port when this process dies, for the next one: nobody who connects meanwhile is refused.

use std::time::Duration;

use umbra_otp::{Handle, Inbox, Incoming, ProcessId, ProcessLimits, exit_failed, names, spawn};

use super::{ListenerArgs, say_ready};
use crate::assets::ASSETS;
use crate::log;
use crate::process::messages::{EDGE_PROTOCOL, EdgeMessage, ListenerMessage, SocketMessage};
use crate::process::operator::{self, OperatorArgs, Task};
use crate::process::{LISTENER, edge};

/// How long this process may take to end when the server stops.
pub const STOP_DEADLINE: Duration = Duration::from_secs(1);

/// The process.
pub fn run(args: ListenerArgs, mut inbox: Inbox<ListenerMessage>) {
    let ListenerArgs { settings, ack } = args;
    log::set_level(settings.log_level);
    let Some(edge) = edge() else { return ack.refused("the native edge has ended") };
    inbox.monitor(edge);
    let limits = ProcessLimits { memory_bytes: Some(settings.socket_memory_bytes), may_spawn: false };
    edge.send(EdgeMessage::Open {
        protocol: EDGE_PROTOCOL,
        listener: inbox.this(),
        settings: Box::new(settings.clone()),
        assets: ASSETS.to_vec(),
    });
    loop {
        match inbox.receive() {
            Incoming::Message(ListenerMessage::Opened { address }) => {
                names::register(LISTENER, ProcessId::this().handle::<()>());
                ack.started();
                say_ready(&settings, address);
            }
            Incoming::Message(ListenerMessage::Refused { why }) => {
                // To the operator at once: when this is the start of the server, the log's process ends with it, unheard.
                eprintln!("umbra: {why}");
                return ack.refused(why);
            }
            Incoming::Message(ListenerMessage::Operate { task, socket }) => operate(task, socket, &limits),
            Incoming::Message(ListenerMessage::Stop) => return edge.send(EdgeMessage::Close { bind: settings.bind }),
            Incoming::Down(id) if id == ProcessId::of(&edge) => {
                exit_failed("the native edge has ended, and every connection with it");
            }
            Incoming::Down(_) | Incoming::LinkDied(_) => {}
            Incoming::Garbled(why) => lunatic_log::error!("the listener got a garbled message: {why}"),
        }
    }
}

fn operate(task: Task, socket: Handle<SocketMessage>, limits: &ProcessLimits) {
    if let Err(error) = spawn(OperatorArgs { task, socket }, operator::run, limits) {
        socket.send(SocketMessage::Operator(operator::no_process(&error.to_string())));
    }
}
