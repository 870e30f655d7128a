//! RUNTIME: the loop around a running process, and its end.
//!
//! It keeps lunatic's laws: a process that is killed executes no further instruction, and one that ends is out of the table
//! before anybody hears of it. One thing is different: it has let go of what it holds, such as its connections, before
//! anybody hears that it was killed.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use anyhow::{Result, anyhow};
use log::warn;
use lunatic_process::env::Environment as _;
use lunatic_process::{DeathReason, Process as _};
use wasmtime_wasi::I32Exit;

use crate::control_block::ControlBlock;
use crate::node::Registry;
use crate::{ProcessState, Processes};

/// What is needed to end a process.
pub(crate) struct Ends {
    pub process: Arc<ControlBlock>,
    pub environment: Arc<Processes>,
    pub registry: Registry,
}

/// The process has to end.
struct Killed;

/// Runs a process to its end: gives its state if it ended well.
pub(crate) async fn live(guest: impl Future<Output = (ProcessState, Result<()>)>, ends: Ends) -> Result<ProcessState> {
    let process = &ends.process;
    let finished = {
        let mut guest = pin!(guest);
        let mut known = false;
        poll_fn(|task| {
            if !known {
                process.runs_as(task.waker());
                known = true;
            }
            if process.is_killed() {
                return Poll::Ready(Err(Killed));
            }
            guest.as_mut().poll(task).map(Ok)
        })
        .await
    };
    ends.environment.remove_process(process.id());
    let failed = match finished {
        Ok((state, result)) if result.as_ref().err().is_none_or(left_well) => {
            process.end().tell(process.id(), DeathReason::Normal);
            return Ok(state);
        }
        Ok((_, result)) => Some(result.err().map(|failure| failure.to_string()).unwrap_or_default()),
        Err(Killed) => None,
    };
    let bonds = process.end();
    let failure = match failed {
        Some(failure) => {
            warn!("Process {} failed, notifying: {} links: {failure}", name_of(&ends).await, bonds.links());
            failure
        }
        None => {
            warn!("Process {} was killed, notifying: {} links", process.id(), bonds.links());
            "Process received Kill signal".to_owned()
        }
    };
    bonds.tell(process.id(), DeathReason::Failure);
    Err(anyhow!(failure))
}

/// Left with status 0, which comes out as if it were a failure.
fn left_well(failure: &anyhow::Error) -> bool {
    matches!(failure.downcast_ref(), Some(I32Exit(0)))
}

/// Its names, if it has any, or its number.
async fn name_of(ends: &Ends) -> String {
    let (id, registry) = (ends.process.id(), ends.registry.read().await);
    let names = registry.iter().filter(|(_, (_, process))| *process == id);
    // A name begins with the node and the type of the messages.
    let names: Vec<_> = names.map(|(name, _)| format!("'{}'", name.rsplit('/').next().unwrap_or(name))).collect();
    if names.is_empty() { id.to_string() } else { names.join(" / ") }
}
