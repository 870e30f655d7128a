//! RUNTIME: a message that is laid where the guest wants it by the call that receives it. Elsewhere, and on lunatic, a guest asks
//! for its tag and then for its bytes, which are two calls more for each message.

use anyhow::{Result, anyhow};
use lunatic_process::message::DataMessage;
use wasmtime::Caller;

use crate::{ProcessState, bytes};

/// What a guest writes at the beginning of one. It is handed over as the place of a list of tags that has none, so it must not be
/// found by chance.
const LETTERBOX_MARK: [u8; 16] = *b"umbra letterbox1";

/// Where the parts lie behind its beginning, in bytes, little-endian: the mark; where the bytes of a message are to go and how many
/// there is room for; and to be written by the runtime, the message's tag and how many bytes it has.
const BUFFER: usize = 16;
const ROOM: usize = 20;
const TAG: usize = 24;
const LENGTH: usize = 32;
const SIZE: usize = 36;

/// One of a guest's, by its place in the memory.
pub(crate) struct Letterbox(usize);

impl Letterbox {
    /// The one that lies here, if one does.
    pub fn find(caller: &mut Caller<'_, ProcessState>, at: u32) -> Result<Option<Self>> {
        let (memory, _) = bytes::memory_and_state(caller)?;
        let at = at as usize;
        let marked = memory.get(at..at + SIZE).is_some_and(|letterbox| letterbox.starts_with(&LETTERBOX_MARK));
        Ok(marked.then_some(Self(at)))
    }

    /// Lays as much of a message into it as there is room for. Whether that is all there was.
    pub fn lay(&self, caller: &mut Caller<'_, ProcessState>, message: &mut DataMessage) -> Result<bool> {
        let (memory, _) = bytes::memory_and_state(caller)?;
        let outside = || anyhow!("lunatic::message::receive: the letterbox lies outside the memory");
        let letterbox = memory.get_mut(self.0..self.0 + SIZE).ok_or_else(outside)?;
        let number = |at: usize| u32::from_le_bytes(letterbox[at..at + 4].try_into().expect("4 bytes")) as usize;
        let (buffer, room) = (number(BUFFER), number(ROOM));
        // Invariant: what one process has written is in the memory of another, which is not larger than 4 GiB.
        let length = u32::try_from(message.buffer.len()).expect("it was in a memory");
        letterbox[TAG..LENGTH].copy_from_slice(&message.tag.unwrap_or_default().to_le_bytes());
        letterbox[LENGTH..SIZE].copy_from_slice(&length.to_le_bytes());
        let laid = room.min(message.buffer.len());
        let place = memory.get_mut(buffer..buffer + laid).ok_or_else(outside)?;
        place.copy_from_slice(&message.buffer[..laid]);
        message.seek(laid);
        Ok(laid == message.buffer.len() && message.resources.is_empty())
    }
}
