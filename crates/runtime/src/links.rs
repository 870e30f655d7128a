//! RUNTIME: the functions by which a guest has to do with other processes, in the place of lunatic's own: the same to the
//! guest, and they find the process's [`ControlBlock`](crate::control_block::ControlBlock) and not a channel to it.

use std::sync::Arc;

use anyhow::{Result, anyhow};
use lunatic_process::env::Environment as _;
use lunatic_process::{DeathReason, Process, Signal};
use wasmtime::{Caller, Linker};

use crate::ProcessState;

/// The tag of a message from a process to itself that comes once the process has let others run, and after what these have
/// sent until then. What lunatic does not have: there such a message comes in its turn.
pub const AFTER_OTHERS: i64 = 105;

/// The tag of a message that need not wake its receiver: it comes in its turn, once anything else wakes that, when
/// [`UNHURRIED_MAX`] of them wait, or about a second later. What lunatic does not have: there it is a message like any other.
pub const UNHURRIED: i64 = 106;

/// How many messages under [`UNHURRIED`] wait for a process that could receive them, at most.
pub const UNHURRIED_MAX: usize = 32;

/// Takes the place of lunatic's functions.
pub(crate) fn register(linker: &mut Linker<ProcessState>) -> Result<()> {
    linker.allow_shadowing(true);
    linker.func_wrap("lunatic::message", "send", send)?;
    linker.func_wrap("lunatic::process", "die_when_link_dies", die_when_link_dies)?;
    linker.func_wrap("lunatic::process", "link", link)?;
    linker.func_wrap("lunatic::process", "unlink", unlink)?;
    linker.func_wrap("lunatic::process", "monitor", monitor)?;
    linker.allow_shadowing(false);
    Ok(())
}

/// Sends the message that was written; to nobody, if there is no such process. Always 0.
fn send(mut caller: Caller<'_, ProcessState>, to: u64) -> Result<u32> {
    send_scratch(caller.data_mut(), to)?;
    Ok(0)
}

/// What [`send`] does, without its answer.
pub(crate) fn send_scratch(state: &mut ProcessState, to: u64) -> Result<()> {
    let message = state.scratch.take().ok_or_else(|| anyhow!("lunatic::message: there is no message to send"))?;
    if message.tag() == Some(AFTER_OTHERS) && to == state.control.id() {
        state.control.send_after_others(message);
    } else if let Some(process) = state.find(to) {
        process.send(Signal::Message(message));
    }
    Ok(())
}

/// 0: the failure of a link is a message from here on; else it ends this process, as it does from the beginning.
fn die_when_link_dies(caller: Caller<'_, ProcessState>, dies: u32) {
    caller.data().control.send(Signal::DieWhenLinkDies(dies != 0));
}

/// Links this process and another, each under `tag`, unless that is 0. One that is not there counts as a link that died.
fn link(caller: Caller<'_, ProcessState>, tag: i64, other: u64) {
    let (state, tag) = (caller.data(), (tag != 0).then_some(tag));
    match state.processes().get_process(other) {
        Some(process) => {
            // In this order: if the other ends meanwhile, what it says of that comes behind the link.
            state.control.send(Signal::Link(tag, process.clone()));
            process.send(Signal::Link(tag, state.control.clone()));
        }
        None => state.control.send(Signal::LinkDied(other, tag, DeathReason::NoProcess)),
    }
}

/// Takes a link down on both sides.
fn unlink(caller: Caller<'_, ProcessState>, other: u64) {
    let state = caller.data();
    if let Some(process) = state.processes().get_process(other) {
        process.send(Signal::UnLink { process_id: state.control.id() });
    }
    state.control.send(Signal::UnLink { process_id: other });
}

/// Asks to be told of the end of another process. Nobody tells of one that is not there.
fn monitor(caller: Caller<'_, ProcessState>, other: u64) {
    let state = caller.data();
    if let Some(process) = state.processes().get_process(other) {
        let this: Arc<dyn Process> = state.control.clone();
        process.send(Signal::Monitor(this));
    }
}
