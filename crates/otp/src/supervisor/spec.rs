//! A child as data: how to start it, when to start it again, how to end it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::supervisor::{Started, Starter};
use crate::{Restart, SpawnError};

/// Who is restarted together with a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Strategy {
    /// Nobody: the children do not depend on each other.
    OneForOne,
    /// All: no child can go on without each of the others.
    OneForAll,
    /// Those that were started after it: each depends on those before it.
    RestForOne,
}

/// How a child is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shutdown {
    /// Asked by its stop message, and killed if it has not ended after this long.
    Deadline(Duration),
    /// Killed. For children with nothing to lose, and for those without a mailbox.
    Kill,
}

/// How to start a child: by exactly one call of [`Starter::link`] or [`Starter::link_plain`]. Runs in the supervisor, at the
/// first start and at every restart, so it should be short and must not panic.
type Start = Box<dyn Fn(&mut Starter<'_>) -> Result<Started, SpawnError>>;

/// One child of a [`Supervisor`](crate::Supervisor). Permanent, five seconds for its start and five for its end, unless said
/// otherwise.
pub struct ChildSpec {
    pub(super) id: &'static str,
    pub(super) start: Start,
    pub(super) restart: Restart,
    pub(super) shutdown: Shutdown,
    pub(super) start_deadline: Duration,
}

impl ChildSpec {
    /// A child called `id` in the log, started by `start`.
    pub fn new(id: &'static str, start: impl Fn(&mut Starter<'_>) -> Result<Started, SpawnError> + 'static) -> Self {
        ChildSpec {
            id,
            start: Box::new(start),
            restart: Restart::Permanent,
            shutdown: Shutdown::Deadline(Duration::from_secs(5)),
            start_deadline: Duration::from_secs(5),
        }
    }

    /// Which of its ends call for a restart.
    #[must_use]
    pub fn restart(mut self, restart: Restart) -> Self {
        self.restart = restart;
        self
    }

    /// How it is ended.
    #[must_use]
    pub fn shutdown(mut self, shutdown: Shutdown) -> Self {
        self.shutdown = shutdown;
        self
    }

    /// How long it may take to acknowledge its start before it is killed and counted as failed. Its siblings wait meanwhile.
    #[must_use]
    pub fn start_deadline(mut self, deadline: Duration) -> Self {
        self.start_deadline = deadline;
        self
    }
}
