//! Names for a handful of permanent processes, so that they are found again after a restart.
//!
//! The runtime never forgets a name and looks through all of them whenever a process fails: users and rooms belong into their
//! manager's own table ([`Children`](crate::Children)), not here. A name belongs to a message type; the same text under
//! another type is another name.

use std::any::type_name;

use crate::{Handle, ProcessId, host};

/// Gives `name` to a process, taking it from whoever had it.
pub fn register<M>(name: &str, handle: Handle<M>) {
    host::register(&key::<M>(name), ProcessId::of(&handle));
}

/// The living process that has `name` now. None while it is being restarted, so ask again rather than keep what you got.
pub fn whereis<M>(name: &str) -> Option<Handle<M>> {
    host::whereis(&key::<M>(name)).filter(|id| id.is_alive()).map(ProcessId::handle)
}

pub(crate) fn key<M>(name: &str) -> String {
    format!("{}/{name}", type_name::<M>())
}
