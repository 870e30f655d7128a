//! EDGE, processes: how a native process speaks to the others of its node.

use std::sync::Arc;

use serde::Serialize;
use umbra::process::USER_MANAGER;
use umbra::process::messages::UserManagerMessage;
use umbra_otp::{Handle, ProcessId, foreign};
use umbra_runtime::{DataMessage, Environment, Message, Node, Processes, Registry, Signal, buffers};

/// The node around a native process.
#[derive(Clone)]
pub(crate) struct Neighbours {
    pub(crate) environment: Arc<Processes>,
    registry: Registry,
    user_manager: Arc<str>,
}

impl Neighbours {
    pub(crate) fn of(node: &Node) -> Self {
        let user_manager = foreign::key::<UserManagerMessage>(USER_MANAGER).into();
        Self { environment: node.environment.clone(), registry: node.registry.clone(), user_manager }
    }

    /// Puts a message into the mailbox of a process, behind those that were sent to it from here before. False if there is
    /// no such process any more.
    pub(crate) fn send<M: Serialize>(&self, to: &Handle<M>, message: &M) -> bool {
        let Some(process) = self.environment.get_process(ProcessId::of(to).0) else { return false };
        let body = foreign::encode(message, buffers::take());
        process.send(Signal::Message(Message::Data(DataMessage::new_from_vec(None, body))));
        true
    }

    /// The user manager, unless it is just being restarted.
    pub(crate) fn user_manager(&self) -> Option<Handle<UserManagerMessage>> {
        // Names are given a handful of times in a node's life. Should one be given just now, it is asked again soon.
        let (node, id) = *self.registry.try_read().ok()?.get(&*self.user_manager)?;
        self.environment.get_process(id).map(|_| foreign::handle(node, ProcessId(id)))
    }
}

/// Where messages to the process of that number go.
pub(crate) fn handle<M>(id: u64) -> Handle<M> {
    foreign::handle(0, ProcessId(id))
}
