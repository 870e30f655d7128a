//! RUNTIME: how a process starts: `lunatic::process::spawn`, and the root process of a node.
//!
//! What a guest sees of it is what it sees of lunatic's own. What is different is how a process that computes is made to
//! let go of its thread: lunatic counts its instructions, which takes a sixth of a node's processor time; here the engine's
//! epoch, which a thread of its own moves on, is looked at instead.

use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, ensure};
use lunatic_error_api::ErrorCtx as _;
use lunatic_process::config::ProcessConfig as _;
use lunatic_process::env::Environment as _;
use lunatic_process::runtimes::wasmtime::WasmtimeCompiledModule;
use lunatic_process::state::ProcessState as _;
use lunatic_process::{Process, Signal, WasmProcess};
use lunatic_process_api::{ProcessConfigCtx as _, ProcessCtx as _};
use lunatic_wasi_api::LunaticWasiCtx as _;
use tokio::task::{self, JoinHandle};
use wasmtime::{Caller, Extern, Linker, Memory, Store, Val};

use crate::ProcessState;
use crate::life;

/// By how many epochs a process may outstay before it has to let others have its thread.
const EPOCHS: u64 = 1;
/// What the guest writes for "as I am": for the module and for the configuration.
const INHERITED: i64 = -1;
/// Bytes of one parameter: its type and, at full width, its value.
const PARAMETER_BYTES: usize = 17;

/// Whom a new process is linked to, and what the link is called there.
pub(crate) type Link = (Option<i64>, Arc<dyn Process>);

/// Takes the place of lunatic's function.
pub(crate) fn register(linker: &mut Linker<ProcessState>) -> Result<()> {
    linker.allow_shadowing(true);
    linker.func_wrap8_async(
        "lunatic::process",
        "spawn",
        |caller, link, settings, module, name, name_bytes, parameters, parameters_bytes, id| {
            let (name, parameters) = ((name, name_bytes), (parameters, parameters_bytes));
            Box::new(spawn(caller, link, (settings, module), name, parameters, id))
        },
    )?;
    linker.allow_shadowing(false);
    Ok(())
}

/// Starts a process in an exported function of a module. Writes to `id_at` its number (0 is given back), or that of an
/// error (1). `link`: 0 for none, or what this process calls it.
async fn spawn(
    mut caller: Caller<'_, ProcessState>,
    link: i64,
    (settings, module): (i64, i64),
    name: (u32, u32),
    parameters: (u32, u32),
    id_at: u32,
) -> Result<u32> {
    let state = caller.data();
    ensure!(state.config().can_spawn_processes(), "Process doesn't have permissions to spawn sub-processes");
    ensure!(state.is_initialized(), "Cannot spawn process during module initialization");
    let settings = match settings {
        INHERITED => state.config().clone(),
        number => {
            let known = state.config_resources().get(number as u64);
            Arc::new(known.ok_or_else(|| trap("there is no such configuration"))?.clone())
        }
    };
    let module = match module {
        INHERITED => state.module().clone(),
        number => state.module_resources().get(number as u64).ok_or_else(|| trap("there is no such module"))?.clone(),
    };
    let link: Option<Link> = (link != 0).then(|| {
        let this: Arc<dyn Process> = Arc::new(WasmProcess::new(state.id(), state.signal_mailbox().0.clone()));
        (Some(link), this)
    });
    let mut child = state.new_state(module.clone(), settings)?;
    hand_down_output(state, &mut child);
    let memory = caller.get_export("memory").and_then(Extern::into_memory).ok_or_else(|| trap("there is no memory"))?;
    let name = std::str::from_utf8(read(&caller, memory, name)?).map_err(|_| trap("the name is no text"))?.to_owned();
    let parameters = values(read(&caller, memory, parameters)?)?;
    let (number, result) = match start(&module, child, name, parameters, link).await {
        Ok((_, process)) => (process.id(), 0),
        Err(error) => (caller.data_mut().error_resources_mut().add(error), 1),
    };
    memory.write(caller, id_at as usize, &number.to_le_bytes()).map_err(|_| trap("the number lies outside"))?;
    Ok(result)
}

/// Starts a process. If it is linked, the link is there before its first instruction.
pub(crate) async fn start(
    module: &WasmtimeCompiledModule<ProcessState>,
    state: ProcessState,
    function: String,
    parameters: Vec<Val>,
    link: Option<Link>,
) -> Result<(JoinHandle<Result<ProcessState>>, Arc<dyn Process>)> {
    ensure!(state.config().get_max_fuel().is_none(), "instructions are not counted here, expected no limit of fuel");
    let (id, environment) = (state.id(), state.processes().clone());
    let (sender, receiver) = state.signal_mailbox().clone();
    let ends = life::Ends { id, environment: environment.clone(), registry: state.registry().clone() };
    let mailbox = state.message_mailbox().clone();

    let mut store = Store::new(module.instantiator().module().engine(), state);
    store.limiter(|state| state);
    store.epoch_deadline_async_yield_and_update(EPOCHS);
    store.set_epoch_deadline(EPOCHS);
    let instance = module.instantiator().instantiate_async(&mut store).await?;
    store.data_mut().initialize();
    let guest = async move {
        let entry =
            instance.get_func(&mut store, &function).with_context(|| format!("Function '{function}' not found"));
        let result = match entry {
            Ok(entry) => entry.call_async(&mut store, &parameters, &mut []).await,
            Err(error) => Err(error),
        };
        (store.into_data(), result)
    };

    let process: Arc<dyn Process> = Arc::new(WasmProcess::new(id, sender.clone()));
    environment.add_process(id, process.clone());
    if let Some((tag, parent)) = link {
        parent.send(Signal::Link(None, process.clone()));
        // The parent may have been killed before: then it ends here, and its child is not there to be missed. Otherwise it
        // has the link from here on.
        task::yield_now().await;
        process.send(Signal::Link(tag, parent));
    }
    Ok((task::spawn(life::live(guest, ends, receiver, mailbox)), process))
}

/// What a child prints goes where its parent's goes.
fn hand_down_output(parent: &ProcessState, child: &mut ProcessState) {
    let (stdout, stderr) = (parent.get_stdout(), parent.get_stderr());
    let next = stdout.map(|stdout| stdout.next());
    if let Some(next) = &next {
        child.set_stdout(next.clone());
    }
    if let Some(stderr) = stderr {
        match next.filter(|_| stdout == Some(stderr)) {
            Some(both) => child.set_stderr(both),
            None => child.set_stderr(stderr.next()),
        }
    }
}

fn read<'a>(caller: &'a Caller<'_, ProcessState>, memory: Memory, (from, bytes): (u32, u32)) -> Result<&'a [u8]> {
    let from = from as usize;
    memory.data(caller).get(from..from + bytes as usize).ok_or_else(|| trap("an argument lies outside the memory"))
}

/// Parameters as the guest writes them down.
fn values(bytes: &[u8]) -> Result<Vec<Val>> {
    const I32: u8 = 0x7F;
    const I64: u8 = 0x7E;
    const V128: u8 = 0x7B;
    let (chunks, []) = bytes.as_chunks::<PARAMETER_BYTES>() else {
        return Err(trap("parameters have 17 bytes each"));
    };
    let value = |chunk: &[u8; PARAMETER_BYTES]| {
        let (kind, number) = chunk.split_first().expect("17 bytes");
        let number = u128::from_le_bytes(number.try_into().expect("16 bytes"));
        match *kind {
            I32 => Ok(Val::I32(number as i32)),
            I64 => Ok(Val::I64(number as i64)),
            V128 => Ok(Val::V128(number)),
            _ => Err(trap("a parameter is of an unknown type")),
        }
    };
    chunks.iter().map(value).collect()
}

fn trap(why: &str) -> anyhow::Error {
    anyhow!("lunatic::process::spawn: {why}")
}
