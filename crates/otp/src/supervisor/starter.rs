//! Between a supervisor and a child that is being started: the supervisor's side ([`Starter`]) and the child's ([`Ack`]).

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Child, ChildTag, Handle, Inbox, ProcessId, ProcessLimits, SpawnError};

/// What a supervisor can be told.
#[derive(Debug, Serialize, Deserialize)]
pub enum SupervisorMessage {
    /// A child is ready. Sent by [`Ack::started`].
    Started(StartId),
    /// A child cannot start. Sent by [`Ack::refused`].
    Refused(StartId, String),
    /// Stop all children, the last first, and end normally.
    Stop,
}

/// Which attempt to start a child an answer belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartId(pub(super) u64);

/// A child's answer to its start, to be given in its argument. A child that never gives it is killed at its start deadline.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Ack {
    supervisor: Handle<SupervisorMessage>,
    start: StartId,
}

impl Ack {
    /// The child is ready: its names are registered, its port is open. The next child is started.
    pub fn started(self) {
        self.supervisor.send(SupervisorMessage::Started(self.start));
    }

    /// The child cannot start, and why. It should return now; it counts as a failure all the same.
    pub fn refused(self, why: impl fmt::Display) {
        self.supervisor.send(SupervisorMessage::Refused(self.start, why.to_string()));
    }
}

/// Starts one child for a supervisor.
pub struct Starter<'a> {
    pub(super) inbox: &'a mut Inbox<SupervisorMessage>,
    pub(super) start: StartId,
}

/// A child whose process exists and whose answer is awaited.
pub struct Started {
    pub(super) id: ProcessId,
    pub(super) tag: ChildTag,
    /// Asks the child, in its own language, to stop. None if it has no ears.
    pub(super) stop: Option<Box<dyn Fn()>>,
}

impl Starter<'_> {
    /// What the child needs to answer: put it into its argument.
    pub fn ack(&self) -> Ack {
        Ack { supervisor: self.inbox.this(), start: self.start }
    }

    /// Starts the child. `stop` makes the message that asks it to end.
    pub fn link<A, M>(
        &mut self,
        argument: A,
        entry: fn(A, Inbox<M>),
        limits: &ProcessLimits,
        stop: fn() -> M,
    ) -> Result<Started, SpawnError>
    where
        A: Serialize + DeserializeOwned,
        M: Serialize + DeserializeOwned + 'static,
    {
        let Child { handle, tag } = self.inbox.spawn_link(argument, entry, limits)?;
        Ok(Started { id: ProcessId::of(&handle), tag, stop: Some(Box::new(move || handle.send(stop()))) })
    }

    /// Starts a child without a mailbox, which is ended by a kill whatever its spec says.
    ///
    /// The runtime tells of a killed process before it has closed its sockets: a child that binds a port has to try more than once.
    pub fn link_plain<A>(&mut self, argument: A, entry: fn(A), limits: &ProcessLimits) -> Result<Started, SpawnError>
    where
        A: Serialize + DeserializeOwned,
    {
        let Child { handle, tag } = self.inbox.spawn_link_plain(argument, entry, limits)?;
        Ok(Started { id: ProcessId::of(&handle), tag, stop: None })
    }
}
