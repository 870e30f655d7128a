//! Every death has a name. lunatic's links say only *that* a child failed; here the child says *why*, to its parent, first.

use std::fmt;
use std::panic::PanicHookInfo;

use serde::{Deserialize, Serialize};

use crate::control::{self, LAST_WORDS};
use crate::{ChildTag, ProcessId, host};

/// Why a child failed, as far as it could say. Ask with [`Inbox::exit_reason`](crate::Inbox::exit_reason).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExitReason {
    /// It ended on purpose with [`exit_failed`]; the text is its own.
    Failed(String),
    /// It panicked; the text is the panic's message and place.
    Panicked(String),
    /// It had no time to speak: killed, out of memory, a trap, or the failure of something it was linked to.
    Untold,
}

impl fmt::Display for ExitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExitReason::Failed(why) => write!(f, "{why}"),
            ExitReason::Panicked(why) => write!(f, "panicked: {why}"),
            ExitReason::Untold => write!(f, "killed, trapped or out of memory"),
        }
    }
}

/// Ends this process as a failure, after telling its parent why. Its links die or are told, its monitors are told.
///
/// To end without failing, return from the entry function.
pub fn exit_failed(reason: impl fmt::Display) -> ! {
    tell_parent(ExitReason::Failed(reason.to_string()));
    host::exit_failed()
}

/// Whom a linked child tells, and the name by which it is known there.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Parent {
    pub id: ProcessId,
    pub tag: ChildTag,
}

/// Called once, before the entry function: from here on a failure is told.
pub(crate) fn remember_parent(parent: Parent) {
    host::keep_parent(parent);
    host::on_panic(|what| tell_parent(ExitReason::Panicked(what)));
}

/// A panic's message and place, in one line.
pub(crate) fn describe(panic: &PanicHookInfo<'_>) -> String {
    let what = panic.payload_as_str().unwrap_or("no message");
    let place = panic.location().map_or_else(String::new, |at| format!(", at {at}"));
    format!("{what}{place}")
}

/// Ends this process because its parent failed. No words: the parent cannot read them.
pub(crate) fn exit_with_parent() -> ! {
    host::exit_failed()
}

fn tell_parent(reason: ExitReason) {
    // Taken, so that a failure while telling is not told again.
    if let Some(parent) = host::take_parent() {
        control::post(parent.id, LAST_WORDS, &(parent.tag, reason));
    }
}
