//! A supervisor: a fixed list of children, started in order, stopped in reverse, and started again when they end.
//!
//! [`spec`] says what a child is, [`starter`] how it is started and how it answers, [`slot`] what is known of it, and [`tree`]
//! does the work.

mod slot;
mod spec;
mod starter;
mod tree;

use std::time::Duration;

use lunatic_log::error;

pub use spec::{ChildSpec, Shutdown, Strategy};
pub use starter::{Ack, Started, Starter, SupervisorMessage};
use tree::Tree;

use crate::{Inbox, Intensity, exit_failed};

/// A kill takes effect at the process's next yield. One that has not by now is stuck in the runtime, and is left behind.
pub(crate) const KILL_TAKES_AT_MOST: Duration = Duration::from_secs(5);

/// A list of children and the rule that holds among them.
///
/// It hears of every end without a gap: a link tells of failures, and a monitor, set before the child can run, of normal ends,
/// which links keep to themselves. Announcements would do for children that behave, and children that do are not what a
/// supervisor is for.
pub struct Supervisor {
    strategy: Strategy,
    intensity: Intensity,
    children: Vec<ChildSpec>,
}

impl Supervisor {
    /// No children yet. `intensity` counts the restarts of all of them together.
    pub fn new(strategy: Strategy, intensity: Intensity) -> Self {
        Supervisor { strategy, intensity, children: Vec::new() }
    }

    /// Adds a child behind those there are.
    #[must_use]
    pub fn child(mut self, spec: ChildSpec) -> Self {
        self.children.push(spec);
        self
    }

    /// Makes this process the supervisor. Calls `started` once all children have acknowledged their start: in a supervisor that
    /// is itself a child, the place for its own [`Ack::started`].
    ///
    /// Returns when it was asked to stop ([`SupervisorMessage::Stop`]) and all children have ended. When a child cannot be started
    /// at first, or the restarts exceed the intensity, it stops the rest and ends this process as a failure, with the reason as
    /// its last words.
    pub fn run(self, inbox: Inbox<SupervisorMessage>, started: impl FnOnce()) {
        let mut tree = Tree::new(inbox, self.strategy, self.intensity, self.children);
        let end = tree.start_all().and_then(|()| {
            started();
            tree.serve()
        });
        tree.stop_all();
        if let Err(reason) = end {
            error!("supervisor ends: {reason}");
            exit_failed(reason);
        }
    }
}
