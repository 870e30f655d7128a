//! RUNTIME: `lunatic::message::receive` and `send_receive_skip_search`, in the place of lunatic's own: the same to the guest, and
//! they give memory back while a process has nothing to do.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use anyhow::{Result, anyhow};
use lunatic_process::message::Message;
use tokio::time::timeout;
use wasmtime::{AsContextMut as _, Caller, Linker};

use crate::{ProcessState, buffers, bytes, idle, links, spawn};

/// What the guest is told: what kind of message there is now, or that none came in time.
const DATA: u32 = 0;
const LINK_DIED: u32 = 1;
const PROCESS_DIED: u32 = 2;
const TIMED_OUT: u32 = 9027;

/// Takes the place of lunatic's functions.
pub(crate) fn register(linker: &mut Linker<ProcessState>) -> Result<()> {
    linker.allow_shadowing(true);
    linker.func_wrap3_async("lunatic::message", "receive", |caller, tags, count, limit_ms| {
        Box::new(receive(caller, tags, count, limit_ms))
    })?;
    linker.func_wrap3_async("lunatic::message", "send_receive_skip_search", |caller, to, tag, limit_ms| {
        Box::new(ask(caller, to, tag, limit_ms))
    })?;
    linker.allow_shadowing(false);
    Ok(())
}

/// Waits for the next message, or the next with one of the `count` tags at `tags`; until `limit_ms` have passed, or for ever
/// if that is the largest number.
async fn receive(mut caller: Caller<'_, ProcessState>, tags: u32, count: u32, limit_ms: u64) -> Result<u32> {
    let tags = if count == 0 { None } else { Some(read_tags(&mut caller, tags, count)?) };
    wait(&mut caller, tags.as_deref(), limit_ms).await
}

/// Sends the message that was written to a process, and waits for the next with this tag, as [`receive`] does.
async fn ask(mut caller: Caller<'_, ProcessState>, to: u64, tag: i64, limit_ms: u64) -> Result<u32> {
    links::send_scratch(caller.data_mut(), to)?;
    wait(&mut caller, Some(&[tag]), limit_ms).await
}

async fn wait(caller: &mut Caller<'_, ProcessState>, tags: Option<&[i64]>, limit_ms: u64) -> Result<u32> {
    // What was received before is read by now, and what was written is sent.
    buffers::drop_message(caller.data_mut().scratch.take());
    let message = match limit_ms {
        u64::MAX => next(caller, tags).await?,
        limit_ms => match timeout(Duration::from_millis(limit_ms), next(caller, tags)).await {
            Ok(message) => message?,
            Err(_) => return Ok(TIMED_OUT),
        },
    };
    let kind = match message {
        Message::Data(_) => DATA,
        Message::LinkDied(_) => LINK_DIED,
        Message::ProcessDied(_) => PROCESS_DIED,
    };
    caller.data_mut().scratch = Some(message);
    Ok(kind)
}

async fn next(caller: &mut Caller<'_, ProcessState>, tags: Option<&[i64]>) -> Result<Message> {
    let mut waited = false;
    loop {
        let control = &caller.data().control;
        let woken = poll_fn(|_| match control.poll_message(tags) {
            Poll::Ready(message) => Poll::Ready(Some(message)),
            Poll::Pending => {
                waited = true;
                if control.rest.over() { Poll::Ready(None) } else { Poll::Pending }
            }
        });
        match woken.await {
            Some(message) => {
                control.rest.stir();
                if waited {
                    // It has let others run just now, and has a whole epoch until it must do so again.
                    caller.as_context_mut().set_epoch_deadline(spawn::EPOCHS);
                }
                return Ok(message);
            }
            None => {
                let memory = bytes::memory(caller)?;
                idle::give_back(caller, memory);
            }
        }
    }
}

fn read_tags(caller: &mut Caller<'_, ProcessState>, tags: u32, count: u32) -> Result<Vec<i64>> {
    let memory = bytes::memory(caller)?;
    let from = tags as usize;
    let bytes = memory.data(&caller).get(from..from + count as usize * 8);
    let bytes = bytes.ok_or_else(|| anyhow!("lunatic::message::receive: the tags lie outside the memory"))?;
    Ok(bytes.chunks_exact(8).map(|tag| i64::from_le_bytes(tag.try_into().expect("chunks of 8"))).collect())
}
