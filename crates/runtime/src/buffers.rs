//! RUNTIME: memory for the bytes of messages, used again and again: every event of a room makes several messages for each
//! member, and none of them lives for long.

use std::cell::RefCell;

use lunatic_process::message::{DataMessage, Message};

/// How many each thread keeps.
const KEPT: usize = 128;
/// A buffer that grew past this is not kept, in bytes: it may be taken for a message that waits for long, such as an alarm.
const KEEP_BYTES: usize = 1024;

thread_local! {
    static SPARE: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// An empty buffer.
#[must_use]
pub fn take() -> Vec<u8> {
    SPARE.with_borrow_mut(Vec::pop).unwrap_or_default()
}

/// Nobody needs what is in it any more.
pub fn give_back(mut buffer: Vec<u8>) {
    if (1..=KEEP_BYTES).contains(&buffer.capacity()) {
        SPARE.with_borrow_mut(|spare| {
            if spare.len() < KEPT {
                buffer.clear();
                spare.push(buffer);
            }
        });
    }
}

/// The message was read, or will not be sent.
pub(crate) fn drop_message(message: Option<Message>) {
    if let Some(Message::Data(DataMessage { buffer, .. })) = message {
        give_back(buffer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_used_again_and_empty() {
        give_back(b"some bytes".to_vec());
        let buffer = take();
        assert_eq!((buffer.len(), buffer.capacity() > 0), (0, true));
        assert_eq!(take().capacity(), 0, "there is no other");
    }

    #[test]
    fn one_that_grew_too_large_is_not_kept() {
        give_back(Vec::with_capacity(KEEP_BYTES + 1));
        assert_eq!(take().capacity(), 0);
    }
}
