//! A message is received whole, however its size and the receiver's buffer compare.

use lunatic::Mailbox;
use umbra_otp::{Inbox, Incoming, Wire};

/// Of a list, before its bytes.
const LENGTH_BYTES: usize = 8;
/// What a process's buffer has room for at first.
const BUFFER_BYTES: usize = 512;

#[lunatic::test]
fn a_message_arrives_whole_whether_it_fills_the_buffer_or_not(mailbox: Mailbox<Vec<u8>, Wire>) {
    let mut inbox = Inbox::from(mailbox);
    let around = |bytes: usize| [bytes - 1, bytes, bytes + 1].map(|bytes| bytes - LENGTH_BYTES);
    let sizes = [around(BUFFER_BYTES), around(2 * BUFFER_BYTES), [0, 100_000, 1], around(BUFFER_BYTES)].concat();
    let content = |bytes: &usize| (0..*bytes).map(|at| (at % 251) as u8).collect::<Vec<_>>();
    // All of them wait before the first is received, and so none is read from what the one before it has left.
    sizes.iter().for_each(|bytes| inbox.this().send(content(bytes)));
    for bytes in &sizes {
        match inbox.receive() {
            Incoming::Message(received) => assert!(received == content(bytes), "{bytes} bytes came as others"),
            other => panic!("expected {bytes} bytes, got {other:?}"),
        }
    }
}
