//! RUNTIME: the host calls of every message, in the place of lunatic's and WASI's own: the bytes of messages, and the clock.
//! They find the guest's memory where they found it before, and not by its name, and take no way round.

use std::io::{Read as _, Write as _};
use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Result, anyhow};
use lunatic_process::message::{DataMessage, Message};
use wasmtime::{Caller, Extern, Linker, Memory};

use crate::{ProcessState, buffers};

/// What WASI answers: it went well, or there is no such clock.
const SUCCESS: i32 = 0;
const NOT_SUPPORTED: i32 = 58;

/// Takes the place of lunatic's and WASI's functions.
pub(crate) fn register(linker: &mut Linker<ProcessState>) -> Result<()> {
    linker.allow_shadowing(true);
    linker.func_wrap("lunatic::message", "create_data", create_data)?;
    linker.func_wrap("lunatic::message", "write_data", write_data)?;
    linker.func_wrap("lunatic::message", "read_data", read_data)?;
    linker.func_wrap("wasi_snapshot_preview1", "clock_time_get", clock_time_get)?;
    linker.allow_shadowing(false);
    Ok(())
}

/// Begins a message under a tag, 0 for none. How many bytes it will have is of no interest.
fn create_data(mut caller: Caller<'_, ProcessState>, tag: i64, _bytes: u64) {
    let message = DataMessage::new_from_vec((tag != 0).then_some(tag), buffers::take());
    buffers::drop_message(caller.data_mut().scratch.replace(Message::Data(message)));
}

/// Appends to the message that is being written. Gives the bytes written.
fn write_data(mut caller: Caller<'_, ProcessState>, from: u32, bytes: u32) -> Result<u32> {
    let (memory, state) = memory_and_state(&mut caller)?;
    let content = memory.get(range(from, bytes)).ok_or_else(|| outside("write_data"))?;
    Ok(data(state, "write_data")?.write(content)? as u32)
}

/// Reads on in the message that was received. Gives the bytes read.
fn read_data(mut caller: Caller<'_, ProcessState>, to: u32, bytes: u32) -> Result<u32> {
    let (memory, state) = memory_and_state(&mut caller)?;
    let place = memory.get_mut(range(to, bytes)).ok_or_else(|| outside("read_data"))?;
    Ok(data(state, "read_data")?.read(place)? as u32)
}

/// Nanoseconds: of Unix time, or since some moment.
fn clock_time_get(mut caller: Caller<'_, ProcessState>, clock: i32, _precision: i64, to: i32) -> Result<i32> {
    const REALTIME: i32 = 0;
    const MONOTONIC: i32 = 1;
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let passed = match clock {
        REALTIME => SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO),
        MONOTONIC => START.elapsed(),
        _ => return Ok(NOT_SUPPORTED),
    };
    let nanoseconds = (passed.as_nanos() as u64).to_le_bytes();
    let (memory, _) = memory_and_state(&mut caller)?;
    let place = memory.get_mut(range(to as u32, nanoseconds.len() as u32)).ok_or_else(|| outside("clock_time_get"))?;
    place.copy_from_slice(&nanoseconds);
    Ok(SUCCESS)
}

pub(crate) fn memory_and_state<'a>(
    caller: &'a mut Caller<'_, ProcessState>,
) -> Result<(&'a mut [u8], &'a mut ProcessState)> {
    let memory = memory(caller)?;
    Ok(memory.data_and_store_mut(caller))
}

/// The guest's memory, looked up once.
pub(crate) fn memory(caller: &mut Caller<'_, ProcessState>) -> Result<Memory> {
    if let Some(memory) = caller.data().memory {
        return Ok(memory);
    }
    let memory = caller.get_export("memory").and_then(Extern::into_memory);
    let memory = memory.ok_or_else(|| anyhow!("the guest exports no memory"))?;
    caller.data_mut().memory = Some(memory);
    Ok(memory)
}

fn data<'a>(state: &'a mut ProcessState, function: &str) -> Result<&'a mut DataMessage> {
    match state.scratch.as_mut() {
        Some(Message::Data(message)) => Ok(message),
        Some(Message::LinkDied(_) | Message::ProcessDied(_)) | None => {
            Err(anyhow!("lunatic::message::{function}: there is no message with bytes"))
        }
    }
}

fn range(from: u32, bytes: u32) -> std::ops::Range<usize> {
    let from = from as usize;
    from..from + bytes as usize
}

fn outside(function: &str) -> anyhow::Error {
    anyhow!("{function}: the bytes lie outside the memory")
}
