//! RUNTIME: how a process starts: `lunatic::process::spawn` and `get_or_spawn`, and the root process of a node.
//!
//! What a guest sees of it is what it sees of lunatic's own. What is different is how a process that computes is made to
//! let go of its thread: lunatic counts its instructions, which takes a sixth of a node's processor time; here the engine's
//! epoch, which a thread of its own moves on, is looked at instead.

use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, ensure};
use lunatic_error_api::ErrorCtx as _;
use lunatic_process::config::ProcessConfig as _;
use lunatic_process::runtimes::wasmtime::WasmtimeCompiledModule;
use lunatic_process::state::ProcessState as _;
use lunatic_process::{Process, Signal};
use lunatic_process_api::{ProcessConfigCtx as _, ProcessCtx as _};
use lunatic_wasi_api::LunaticWasiCtx as _;
use wasmtime::{Caller, Linker, Memory, Store, Val};

use crate::{ProcessState, bytes, life};

/// By how many epochs a process may outstay before it has to let others have its thread.
pub(crate) const EPOCHS: u64 = 1;
/// What the guest writes for "as I am": for the module and for the configuration.
const INHERITED: i64 = -1;
/// Bytes of one parameter: its type and, at full width, its value.
const PARAMETER_BYTES: usize = 17;

/// Whom a new process is linked to, and what the link is called there.
pub(crate) type Link = (Option<i64>, Arc<dyn Process>);

/// Takes the place of lunatic's functions.
pub(crate) fn register(linker: &mut Linker<ProcessState>) -> Result<()> {
    linker.allow_shadowing(true);
    linker.func_wrap8_async(
        "lunatic::process",
        "spawn",
        |caller, link, settings, module, name, name_bytes, parameters, parameters_bytes, id| {
            let (function, parameters) = ((name, name_bytes), (parameters, parameters_bytes));
            Box::new(spawn(caller, Order { link, settings, module, function, parameters }, id))
        },
    )?;
    linker.func_wrap11_async(
        "lunatic::process",
        "get_or_spawn",
        |caller, key, key_bytes, link, settings, module, name, name_bytes, parameters, parameters_bytes, node, id| {
            let (function, parameters) = ((name, name_bytes), (parameters, parameters_bytes));
            let order = Order { link, settings, module, function, parameters };
            Box::new(get_or_spawn(caller, (key, key_bytes), order, node, id))
        },
    )?;
    linker.allow_shadowing(false);
    Ok(())
}

/// What a guest wants started; texts and values by their place and length in its memory.
struct Order {
    /// 0 for none, or what this process calls it.
    link: i64,
    settings: i64,
    module: i64,
    /// An exported function.
    function: (u32, u32),
    parameters: (u32, u32),
}

/// Starts a process. Writes to `id_at` its number (0 is given back), or that of an error (1).
async fn spawn(mut caller: Caller<'_, ProcessState>, order: Order, id_at: u32) -> Result<u32> {
    let memory = bytes::memory(&mut caller)?;
    let (number, result) = match carry_out(&mut caller, memory, &order).await? {
        Ok(id) => (id, 0),
        Err(error) => (caller.data_mut().error_resources_mut().add(error), 1),
    };
    write(&mut caller, memory, id_at, number)?;
    Ok(result)
}

/// Looks for the process of this name; starts one and gives it the name if there is none. Nobody else can take the name
/// meanwhile. Writes the node and the number of the one that was found (2 is given back) or started (0), or the number of
/// an error (1).
async fn get_or_spawn(
    mut caller: Caller<'_, ProcessState>,
    key: (u32, u32),
    order: Order,
    node_at: u32,
    id_at: u32,
) -> Result<u32> {
    const THIS_NODE: u64 = 0;
    let memory = bytes::memory(&mut caller)?;
    let key = text(&caller, memory, key)?;
    let registry = caller.data().registry().clone();
    let mut names = registry.write().await;
    let (node, number, result) = match names.get(&key) {
        Some((node, id)) => (*node, *id, 2),
        None => match carry_out(&mut caller, memory, &order).await? {
            Ok(id) => {
                names.insert(key, (THIS_NODE, id));
                (THIS_NODE, id, 0)
            }
            Err(error) => (THIS_NODE, caller.data_mut().error_resources_mut().add(error), 1),
        },
    };
    write(&mut caller, memory, node_at, node)?;
    write(&mut caller, memory, id_at, number)?;
    Ok(result)
}

/// Gives the number of the process that was started, or why none was. Fails if the guest has asked for nonsense.
async fn carry_out(caller: &mut Caller<'_, ProcessState>, memory: Memory, order: &Order) -> Result<Result<u64>> {
    let state = caller.data();
    ensure!(state.config().can_spawn_processes(), "Process doesn't have permissions to spawn sub-processes");
    ensure!(state.is_initialized(), "Cannot spawn process during module initialization");
    let settings = match order.settings {
        INHERITED => state.config().clone(),
        number => {
            let known = state.config_resources().get(number as u64);
            Arc::new(known.ok_or_else(|| trap("there is no such configuration"))?.clone())
        }
    };
    let module = match order.module {
        INHERITED => state.module().clone(),
        number => state.module_resources().get(number as u64).ok_or_else(|| trap("there is no such module"))?.clone(),
    };
    let link: Option<Link> = (order.link != 0).then(|| {
        let this: Arc<dyn Process> = state.control.clone();
        (Some(order.link), this)
    });
    let mut child = state.new_state(module.clone(), settings)?;
    hand_down_output(state, &mut child);
    let function = text(caller, memory, order.function)?;
    let parameters = values(read(caller, memory, order.parameters)?)?;
    let processes = child.processes().clone();
    let started = start(&module, child, function, parameters, link).await;
    Ok(started.map(|(life, process)| {
        processes.run_guest(async { drop(life.await) });
        process.id()
    }))
}

/// A process that is about to start: what it does, to be run, and what others know it by. If it is linked, the link is there
/// already.
pub(crate) async fn start(
    module: &WasmtimeCompiledModule<ProcessState>,
    state: ProcessState,
    function: String,
    parameters: Vec<Val>,
    link: Option<Link>,
) -> Result<(impl Future<Output = Result<ProcessState>> + Send + 'static, Arc<dyn Process>)> {
    ensure!(state.config().get_max_fuel().is_none(), "instructions are not counted here, expected no limit of fuel");
    let (process, environment) = (state.control.clone(), state.processes().clone());
    let ends =
        life::Ends { process: process.clone(), environment: environment.clone(), registry: state.registry().clone() };

    let mut store = Store::new(module.instantiator().module().engine(), state);
    store.limiter(|state| state);
    store.epoch_deadline_async_yield_and_update(EPOCHS);
    store.set_epoch_deadline(EPOCHS);
    let instance = module.instantiator().instantiate_async(&mut store).await?;
    store.data_mut().initialize();
    let guest = async move {
        // It may have waited long for its first turn.
        store.set_epoch_deadline(EPOCHS);
        let entry =
            instance.get_func(&mut store, &function).with_context(|| format!("Function '{function}' not found"));
        let result = match entry {
            Ok(entry) => entry.call_async(&mut store, &parameters, &mut []).await,
            Err(error) => Err(error),
        };
        (store.into_data(), result)
    };

    environment.add_guest(process.clone());
    if let Some((tag, parent)) = link {
        // A parent that was killed has the link when it ends, and takes the child along.
        parent.send(Signal::Link(None, process.clone()));
        process.send(Signal::Link(tag, parent));
    }
    Ok((life::live(guest, ends), process))
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

fn write(caller: &mut Caller<'_, ProcessState>, memory: Memory, at: u32, number: u64) -> Result<()> {
    memory.write(caller, at as usize, &number.to_le_bytes()).map_err(|_| trap("the number lies outside"))
}

fn text(caller: &Caller<'_, ProcessState>, memory: Memory, place: (u32, u32)) -> Result<String> {
    Ok(std::str::from_utf8(read(caller, memory, place)?).map_err(|_| trap("the name is no text"))?.to_owned())
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
