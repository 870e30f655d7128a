//! RUNTIME: memory for the bytes of messages, used again and again: every event of a room makes several messages for each
//! member, and none of them lives for long.

use std::cell::RefCell;
use std::mem;

use lunatic_process::message::{DataMessage, Message};

/// How many each thread keeps.
const KEPT: usize = 128;
/// A buffer that grew past this is not kept, in bytes. What several actions of a room have brought a member fits.
const KEEP_BYTES: usize = 8 * 1024;

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

/// The message will wait for long: its bytes in no more memory than they need.
pub(crate) fn fitted(mut message: Message) -> Message {
    if let Message::Data(DataMessage { buffer, .. }) = &mut message {
        give_back(mem::replace(buffer, buffer.as_slice().to_vec()));
    }
    message
}

/// The message was read, or will not be sent.
pub(crate) fn drop_message(message: Option<Message>) {
    if let Some(Message::Data(DataMessage { buffer, .. })) = message {
        give_back(buffer);
    }
}

type Boxes = RefCell<Vec<Box<Message>>>;

thread_local! {
    static BOXES: Boxes = const { RefCell::new(Vec::new()) };
}

/// A message in a box that was in use just now, if there is one.
pub(crate) fn boxed(message: Message) -> Box<Message> {
    match BOXES.with_borrow_mut(Vec::pop) {
        Some(mut spare) => {
            *spare = message;
            spare
        }
        None => Box::new(message),
    }
}

/// What is in the box, which is kept.
pub(crate) fn unboxed(mut boxed: Box<Message>) -> Message {
    let message = mem::replace(&mut *boxed, Message::LinkDied(None));
    BOXES.with_borrow_mut(|spare| {
        if spare.len() < KEPT {
            spare.push(boxed);
        }
    });
    message
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
    fn what_waits_for_long_takes_no_more_memory_than_it_needs() {
        give_back(Vec::with_capacity(KEEP_BYTES));
        let mut buffer = take();
        buffer.extend_from_slice(b"an alarm");
        let message = fitted(Message::Data(DataMessage::new_from_vec(None, buffer)));
        let Message::Data(DataMessage { buffer, .. }) = message else { panic!("expected what was put in") };
        assert_eq!((&buffer[..], buffer.capacity()), (&b"an alarm"[..], b"an alarm".len()));
        assert_eq!(take().capacity(), KEEP_BYTES, "what it was in is used again");
    }

    #[test]
    fn a_box_is_used_again_and_nothing_stays_in_it() {
        let message = || Message::Data(DataMessage::new_from_vec(Some(7), b"some bytes".to_vec()));
        let first = boxed(message());
        let place: *const Message = &*first;
        let Message::Data(data) = unboxed(first) else { panic!("expected what was put in") };
        assert_eq!((data.tag, &data.buffer[..]), (Some(7), &b"some bytes"[..]));
        let second = boxed(Message::ProcessDied(3));
        assert_eq!((&*second as *const Message, second.process_id()), (place, Some(3)));
    }

    #[test]
    fn one_that_grew_too_large_is_not_kept() {
        give_back(Vec::with_capacity(KEEP_BYTES + 1));
        assert_eq!(take().capacity(), 0);
    }
}
