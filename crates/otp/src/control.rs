//! What this crate sends to mailboxes for itself, beside the messages of the program that uses it.
//!
//! These go through the same mailbox, in order with everything else, told apart by lunatic's message tag: a program's own
//! messages carry tag 0.

use std::time::Duration;

use lunatic::Tag;
use lunatic::time::TimerRef;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ProcessId;

/// The first message of a spawned process: its argument.
pub(crate) const ARGUMENT: i64 = 100;
/// From a process to itself: somebody it monitors was found dead.
pub(crate) const FOUND_DEAD: i64 = 101;
/// From a process to itself, later: a wait has lasted long enough.
pub(crate) const ALARM: i64 = 102;
/// From a child to its parent, just before it fails: why.
pub(crate) const LAST_WORDS: i64 = 103;

/// From a process to itself, later: look whether somebody it monitors still lives.
pub(crate) const LOOK_AGAIN: i64 = 104;

pub(crate) fn post<T: Serialize + DeserializeOwned>(to: ProcessId, kind: i64, body: T) {
    to.handle().tag_send(tag(kind), body);
}

pub(crate) fn post_later<T: Serialize + DeserializeOwned>(
    to: ProcessId,
    kind: i64,
    body: T,
    after: Duration,
) -> TimerRef {
    to.handle().tag_send_after(tag(kind), body, after)
}

fn tag(kind: i64) -> Tag {
    Tag::special(kind).expect("the kinds above lie in the range that lunatic leaves to programs (64 to 128)")
}
