//! RUNTIME: `lunatic::message::receive` and `send_receive_skip_search`, in the place of lunatic's own: the same to the guest, and
//! they give memory back while a process has nothing to do.

use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use anyhow::{Result, anyhow};
use lunatic_process::message::Message;
use tokio::time::{Sleep, sleep};
use wasmtime::{AsContextMut as _, Caller, Linker};

use crate::letterbox::Letterbox;
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
        Box::new(Receive::begin(caller, limit_ms, |caller| receive(caller, tags, count)))
    })?;
    linker.func_wrap3_async("lunatic::message", "send_receive_skip_search", |caller, to, tag, limit_ms| {
        Box::new(Receive::begin(caller, limit_ms, |caller| ask(caller, to, tag)))
    })?;
    linker.allow_shadowing(false);
    Ok(())
}

/// Waits for the next message, or the next with one of the `count` tags at `tags`; where there can be a letterbox in the place of none.
fn receive(caller: &mut Caller<'_, ProcessState>, tags: u32, count: u32) -> Result<Awaited> {
    match count {
        0 => Ok(Letterbox::find(caller, tags)?.map_or(Awaited::Any, Awaited::Laid)),
        count => Ok(Awaited::Tagged(read_tags(caller, tags, count)?)),
    }
}

/// Sends the message that was written to a process, and waits for the next with this tag.
fn ask(caller: &mut Caller<'_, ProcessState>, to: u64, tag: i64) -> Result<Awaited> {
    links::send_scratch(caller.data_mut(), to)?;
    Ok(Awaited::Tagged(vec![tag]))
}

/// What a process waits for.
enum Awaited {
    Any,
    /// Any message, to be laid into this.
    Laid(Letterbox),
    /// One with any of these tags.
    Tagged(Vec<i64>),
}

/// A process that waits for a message. A future by hand, not an `async fn`: what it keeps while it waits, and the stack that
/// it takes when the message is there, are in no cache by then.
struct Receive<'a> {
    caller: Caller<'a, ProcessState>,
    /// Or what was wrong with that.
    awaited: Result<Awaited>,
    /// For how long it waits, if not for ever.
    limit: Option<Pin<Box<Sleep>>>,
    waited: bool,
}

impl<'a> Receive<'a> {
    /// Until `limit_ms` have passed, or for ever if that is the largest number.
    fn begin(
        mut caller: Caller<'a, ProcessState>,
        limit_ms: u64,
        begin: impl FnOnce(&mut Caller<'a, ProcessState>) -> Result<Awaited>,
    ) -> Self {
        let awaited = begin(&mut caller);
        // What was received before is read by now, and what was written is sent.
        buffers::drop_message(caller.data_mut().scratch.take());
        let limit = (limit_ms != u64::MAX).then(|| Box::pin(sleep(Duration::from_millis(limit_ms))));
        Self { caller, awaited, limit, waited: false }
    }

    /// What the guest is told of the message.
    fn received(&mut self, mut message: Box<Message>) -> Result<u32> {
        let (kind, done_with) = match &mut *message {
            Message::Data(data) => (
                DATA,
                if let Ok(Awaited::Laid(letterbox)) = &self.awaited {
                    letterbox.lay(&mut self.caller, data)?
                } else {
                    false
                },
            ),
            Message::LinkDied(_) => (LINK_DIED, false),
            Message::ProcessDied(_) => (PROCESS_DIED, false),
        };
        let state = self.caller.data_mut();
        state.control.rest.stir();
        if done_with {
            buffers::drop_message(Some(buffers::unboxed(message)));
        } else {
            state.scratch = Some(buffers::unboxed(message));
        }
        if self.waited {
            // It has let others run just now, and has a whole epoch until it must do so again.
            self.caller.as_context_mut().set_epoch_deadline(spawn::EPOCHS);
        }
        Ok(kind)
    }
}

impl Future for Receive<'_> {
    type Output = Result<u32>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<u32>> {
        let this = &mut *self;
        let tags = match &this.awaited {
            Ok(Awaited::Tagged(tags)) => Some(&tags[..]),
            Ok(Awaited::Any | Awaited::Laid(_)) => None,
            Err(_) => return Poll::Ready(mem::replace(&mut this.awaited, Ok(Awaited::Any)).map(|_| DATA)),
        };
        loop {
            let control = &this.caller.data().control;
            if let Poll::Ready(message) = control.poll_message(tags) {
                return Poll::Ready(this.received(message));
            }
            this.waited = true;
            if !control.rest.over() {
                break;
            }
            let memory = bytes::memory(&mut this.caller)?;
            idle::give_back(&mut this.caller, memory);
        }
        match &mut this.limit {
            Some(limit) => limit.as_mut().poll(context).map(|()| Ok(TIMED_OUT)),
            None => Poll::Pending,
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
