//! What this crate sends to mailboxes for itself, beside the messages of the program that uses it.
//!
//! These go through the same mailbox, in order with everything else, told apart by lunatic's message tag. The tags
//! lie in the range that lunatic leaves to programs, 64 to 128.

use std::io::Write;
use std::time::Duration;

use serde::Serialize;

use crate::host::{Letter, TimerId};
use crate::{ProcessId, wire};

/// A program's own messages.
pub(crate) const MESSAGE: i64 = 0;

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

/// From a process to itself: a message of the program's own, which a runtime that can tell may let come after what others are
/// about to send.
pub(crate) const AFTER_OTHERS: i64 = 105;

/// A message of the program's own which a runtime that can tell may keep until its receiver is awake anyway.
pub(crate) const UNHURRIED: i64 = 106;

pub(crate) fn post<T: Serialize>(to: ProcessId, kind: i64, body: &T) {
    written(kind, body).send(to);
}

pub(crate) fn post_later<T: Serialize>(to: ProcessId, kind: i64, body: &T, after: Duration) -> TimerId {
    written(kind, body).send_after(to, after)
}

/// As [`post`] to each of them, encoded once. Nothing that is written into a message by the runtime itself, such as a
/// connection, may be in it.
pub(crate) fn post_to_all<T: Serialize>(all: impl IntoIterator<Item = ProcessId>, kind: i64, body: &T) {
    let sent = wire::encoded(body, |bytes| {
        all.into_iter().try_for_each(|to| {
            let mut letter = Letter::new(kind);
            letter.write_all(bytes)?;
            letter.send(to);
            Ok(())
        })
    });
    sent.expect("what a program sends can be encoded");
}

fn written<T: Serialize>(kind: i64, body: &T) -> Letter {
    let mut letter = Letter::new(kind);
    wire::encode_to(&mut letter, body).expect("what a program sends can be encoded");
    letter
}
