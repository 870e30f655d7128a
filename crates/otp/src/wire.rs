//! How a message becomes bytes: one host call to write it and one to read it, whatever its shape.
//!
//! lunatic's own serializer calls the host for every field, and for every *byte* of a `Vec<u8>`. Here bincode works on one
//! buffer that the process keeps, and the whole message crosses at once.

use std::cell::Cell;
use std::io::{self, Write};
use std::ops::{Deref, DerefMut};

use bincode::Options;
#[cfg(target_arch = "wasm32")]
use lunatic::serializer::{CanSerialize, DecodeError, EncodeError, MessageRw};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::host;

/// The serializer of every [`Handle`](crate::Handle), as lunatic's own mailboxes name it: bincode with fixed-width integers.
///
/// Decoding is strict: bytes left over make the message garbled, and lengths that the message cannot hold are refused before
/// anything is allocated for them.
#[cfg(target_arch = "wasm32")]
#[derive(Debug)]
pub struct Wire;

#[cfg(target_arch = "wasm32")]
impl<M: Serialize + DeserializeOwned> CanSerialize<M> for Wire {
    fn encode(message: &M) -> Result<(), EncodeError> {
        Ok(encode_to(&mut MessageRw {}, message)?)
    }

    fn decode() -> Result<M, DecodeError> {
        Ok(decode()?)
    }
}

/// The message that was received last.
pub(crate) fn decode<M: DeserializeOwned>() -> bincode::Result<M> {
    let mut buffer = Lent::buffer();
    host::body(&mut buffer.0);
    // In the place of the result: a message is not moved on its way out of here.
    decode_slice(&buffer.0)
}

/// A buffer that grew past this for one large message is given back, so that it is not paid for by an idle process.
const KEEP_BYTES: usize = 64 * 1024;

thread_local! {
    /// Taken while in use and put back after, so that a `Serialize` that sends a message itself finds an empty one, no panic.
    /// One for both ways: what is written lies where the processor has just read.
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// What [`BUFFER`] holds, put back in the end.
pub(crate) struct Lent(Vec<u8>);

impl Lent {
    /// Empty.
    pub fn buffer() -> Self {
        let mut buffer = BUFFER.take();
        buffer.clear();
        Self(buffer)
    }
}

impl Deref for Lent {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if self.0.capacity() <= KEEP_BYTES {
            BUFFER.set(std::mem::take(&mut self.0));
        }
    }
}

pub(crate) fn encode_to<M: Serialize>(out: &mut impl Write, message: &M) -> bincode::Result<()> {
    encoded(message, |bytes| out.write_all(bytes))
}

/// Shows the bytes of a message to `take`. `serialize_into`, not `serialize`: the latter walks the message twice, and a
/// `TcpStream` moves when it is walked.
pub(crate) fn encoded<M: Serialize>(message: &M, take: impl FnOnce(&[u8]) -> io::Result<()>) -> bincode::Result<()> {
    let mut buffer = Lent::buffer();
    options().serialize_into(&mut buffer.0, message)?;
    Ok(take(&buffer.0)?)
}

/// The message in a whole body.
pub(crate) fn decode_slice<M: DeserializeOwned>(body: &[u8]) -> bincode::Result<M> {
    options().deserialize(body)
}

/// Appends the message to what is in `out`.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn encode_into<M: Serialize>(out: &mut Vec<u8>, message: &M) -> bincode::Result<()> {
    options().serialize_into(out, message)
}

fn options() -> impl Options {
    bincode::DefaultOptions::new().with_fixint_encoding().reject_trailing_bytes()
}

#[cfg(test)]
mod tests {
    use lunatic::test;
    use serde::Deserialize;

    use super::*;
    use crate::host::Arrival;
    use crate::{ProcessId, control};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Parcel {
        label: String,
        content: String,
    }

    fn parcel(bytes: usize) -> Parcel {
        Parcel { label: "fragile".into(), content: "x".repeat(bytes) }
    }

    /// Stands for the host: counts how often it is called.
    #[derive(Default)]
    struct Host {
        bytes: Vec<u8>,
        calls: u32,
    }

    impl Write for Host {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.calls += 1;
            self.bytes.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_message_of_any_size_crosses_in_one_call() {
        for bytes in [0, 1, 1024, 1024 * 1024] {
            let mut host = Host::default();
            encode_to(&mut host, &parcel(bytes)).expect("plain data encodes");
            assert_eq!(host.calls, 1, "{bytes} bytes");
            let back: Parcel = decode_slice(&host.bytes).expect("what was written");
            assert_eq!(back, parcel(bytes));
        }
    }

    #[test]
    fn a_message_is_read_whole_whether_it_fits_the_buffer_or_not() {
        let overhead = options().serialized_size(&parcel(0)).expect("plain data has a size") as usize;
        for (room, bytes) in [(0, 600), (64, 63), (64, 64), (64, 65), (512, 511), (512, 512), (512, 513), (512, 9_000)]
        {
            control::post(ProcessId::this(), control::MESSAGE, &parcel(bytes - overhead));
            assert_eq!(host::receive(&[]), Arrival::Data(control::MESSAGE));
            BUFFER.set(Vec::with_capacity(room));
            let back: Parcel = decode().expect("what was sent");
            assert_eq!(back, parcel(bytes - overhead), "{bytes} bytes, and room for {room}");
        }
    }

    #[test]
    fn the_buffer_is_kept_up_to_its_limit_and_given_back_past_it() {
        let overhead = options().serialized_size(&parcel(0)).expect("plain data has a size") as usize;
        for (bytes, kept) in [(KEEP_BYTES, true), (KEEP_BYTES + 1, false)] {
            BUFFER.set(Vec::with_capacity(bytes));
            encode_to(&mut Host::default(), &parcel(bytes - overhead)).expect("plain data encodes");
            let capacity = BUFFER.take().capacity();
            assert_eq!(capacity > 0, kept, "{bytes} bytes leave {capacity}");
        }
    }

    #[test]
    fn a_byte_too_many_or_too_few_is_an_error() {
        let mut host = Host::default();
        encode_to(&mut host, &parcel(3)).expect("plain data encodes");
        let exact = host.bytes.len();
        host.bytes.push(0);
        for size in [exact - 1, exact + 1] {
            assert!(decode_slice::<Parcel>(&host.bytes[..size]).is_err(), "{size} of {exact} bytes");
        }
    }

    #[test]
    fn a_length_that_the_message_cannot_hold_is_refused() {
        let mut bytes = u64::MAX.to_le_bytes().to_vec();
        bytes.extend([1, 2, 3]);
        assert!(decode_slice::<Vec<u8>>(&bytes).is_err());
        assert!(decode_slice::<String>(&bytes).is_err());
    }
}
