//! RUNTIME: the engine and the programs compiled for it.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use lunatic_process::runtimes::RawWasm;
use lunatic_process::runtimes::wasmtime::{WasmtimeCompiledModule, WasmtimeRuntime};
use lunatic_process::state::ProcessState as _;
use wasmtime::{Engine, ExternType, Linker};

use crate::epochs::Clock;
use crate::{ProcessState, Tuning, cache, idle};

/// The smallest program there is, to ask lunatic's runtime for its engine.
const EMPTY: &[u8] = b"\0asm\x01\0\0\0";

/// An engine tuned one way. Cheap to clone.
#[derive(Clone)]
pub struct Runtime {
    pub(crate) lunatic: WasmtimeRuntime,
    engine: Engine,
    tuning: Tuning,
    #[expect(dead_code, reason = "counts as long as it is held")]
    clock: Clock,
}

impl Runtime {
    /// An engine for this machine.
    ///
    /// # Errors
    /// If the machine cannot run what the tuning asks for.
    pub fn new(tuning: &Tuning) -> Result<Self> {
        ensure!(
            idle::stack_has_room(tuning.stack_bytes, tuning.guest_stack_bytes),
            "a stack of {} bytes is too small for {} bytes of the guest's",
            tuning.stack_bytes,
            tuning.guest_stack_bytes
        );
        let lunatic = WasmtimeRuntime::new(&tuning.config()).context("this tuning does not fit the machine")?;
        let empty = lunatic.compile_module::<ProcessState>(RawWasm::new(None, EMPTY.to_vec()))?;
        let engine = empty.instantiator().module().engine().clone();
        let clock = Clock::start(engine.clone())?;
        Ok(Self { lunatic, engine, tuning: tuning.clone(), clock })
    }

    /// Compiles a program: seconds for a large one, on all cores.
    ///
    /// # Errors
    /// If the bytes are no program, or one that asks for what lunatic does not offer under the name and type.
    pub fn compile(&self, bytes: &[u8]) -> Result<Module> {
        self.link(&wasmtime::Module::new(&self.engine, bytes)?)
    }

    /// The same, unless this program was compiled before and is still in `folder`, where it is kept for the next time.
    /// Nobody else may be able to write there.
    ///
    /// # Errors
    /// As for [`Runtime::compile`].
    pub fn compile_once(&self, bytes: &[u8], folder: &Path) -> Result<Module> {
        self.link(&cache::compile(&self.engine, &self.tuning, bytes, folder)?)
    }

    /// Joins a program with the functions of the host. What the program merely names and nobody offers ends whoever
    /// calls it, with the name in the message.
    fn link(&self, module: &wasmtime::Module) -> Result<Module> {
        let mut linker = Linker::new(&self.engine);
        ProcessState::register(&mut linker)?;
        linker.define_unknown_imports_as_traps(module)?;
        let instance_pre = linker.instantiate_pre(module)?;
        // lunatic keeps the source for sending it to other nodes, of which there are none.
        let source = RawWasm::new(None, Vec::new());
        Ok(Module(Arc::new(WasmtimeCompiledModule::new(source, module.clone(), instance_pre))))
    }
}

/// A program ready to run, as many times as there are processes. Cheap to clone.
#[derive(Clone)]
pub struct Module(pub(crate) Arc<WasmtimeCompiledModule<ProcessState>>);

impl Module {
    /// The names of the functions that a process can start in.
    pub fn functions(&self) -> impl Iterator<Item = String> + '_ {
        self.0
            .exports()
            .filter(|export| matches!(export.ty(), ExternType::Func(_)))
            .map(|export| export.name().to_owned())
    }
}
