//! RUNTIME: what the host keeps for one process. There are tens of thousands: nothing is allocated before it is used.

mod contexts;

use std::sync::{Arc, OnceLock};

use anyhow::Result;
use lunatic_process::Process;
use lunatic_process::config::ProcessConfig as _;
use lunatic_process::env::Environment as _;
use lunatic_process::mailbox::MessageMailbox;
use lunatic_process::message::Message;
use lunatic_process::runtimes::wasmtime::{WasmtimeCompiledModule, WasmtimeRuntime};
use lunatic_process::state::{ConfigResources, SignalReceiver, SignalSender};
use lunatic_stdout_capture::StdoutCapture;
use lunatic_wasi_api::build_wasi;
use wasmtime::{Linker, Memory, ResourceLimiter};
use wasmtime_wasi::WasiCtx;

use crate::control_block::ControlBlock;
use crate::idle::GuestStack;
use crate::node::Registry;
use crate::resources::Resources;
use crate::{ProcessSettings, Processes, absent, bytes, links, receive, spawn, timers};

/// Of lunatic's own mailboxes, which its traits speak of.
const UNUSED: &str = "every function of lunatic's that used its own mailbox has been replaced";

/// One process, as the functions that its guest calls see it.
pub struct ProcessState {
    environment: Arc<Processes>,
    registry: Registry,
    runtime: WasmtimeRuntime,
    module: Arc<WasmtimeCompiledModule<Self>>,
    settings: Arc<ProcessSettings>,
    /// This process as all others know it.
    pub(crate) control: Arc<ControlBlock>,
    /// The one message that is being written, or read.
    pub(crate) scratch: Option<Message>,
    /// Whom it sent a message last.
    addressee: Option<(u64, Arc<dyn Process>)>,
    resources: Resources,
    /// Made by the first call that needs it; at once where the settings name something that may not be there.
    wasi: OnceLock<WasiCtx>,
    /// Where its output goes, if not to the terminal.
    output: Option<Box<Output>>,
    /// The guest's, once it was looked up.
    pub(crate) memory: Option<Memory>,
    /// Where its stack is, once that was looked up, and if it says so.
    pub(crate) guest_stack: Option<Option<GuestStack>>,
    initialized: bool,
}

#[derive(Clone, Default)]
struct Output {
    stdout: Option<StdoutCapture>,
    stderr: Option<StdoutCapture>,
}

impl ProcessState {
    /// The state of a process that has not started.
    ///
    /// # Errors
    /// If a directory that it is to have cannot be opened.
    pub(crate) fn new(
        environment: Arc<Processes>,
        registry: Registry,
        runtime: WasmtimeRuntime,
        module: Arc<WasmtimeCompiledModule<Self>>,
        settings: Arc<ProcessSettings>,
    ) -> Result<Self> {
        let control = Arc::new(ControlBlock::new(environment.get_next_process_id()));
        let state = Self {
            environment,
            registry,
            runtime,
            module,
            settings,
            control,
            scratch: None,
            addressee: None,
            resources: Resources::default(),
            wasi: OnceLock::new(),
            output: None,
            memory: None,
            guest_stack: None,
            initialized: false,
        };
        let settings = &state.settings;
        if !(settings.arguments.is_empty() && settings.variables.is_empty() && settings.directories.is_empty()) {
            let wasi = build_wasi(Some(&settings.arguments), Some(&settings.variables), &settings.directories)?;
            let _ = state.wasi.set(wasi);
        }
        Ok(state)
    }

    pub(crate) fn processes(&self) -> &Arc<Processes> {
        &self.environment
    }

    /// The process to send a message to. Most send again to whom they sent last, and one that has ended drops what it is
    /// sent; so the table is looked at only for another.
    pub(crate) fn find(&mut self, id: u64) -> Option<&Arc<dyn Process>> {
        if self.addressee.as_ref().is_none_or(|(known, _)| *known != id) {
            let process = self.environment.get_process(id)?;
            self.addressee = Some((id, process));
        }
        self.addressee.as_ref().map(|(_, process)| process)
    }

    fn wasi_or_new(&self) -> &WasiCtx {
        self.wasi.get_or_init(|| {
            let wasi = build_wasi(None, None, &[]).expect("nothing is asked for that could fail");
            let output = self.output.as_deref().cloned().unwrap_or_default();
            if let Some(stdout) = output.stdout {
                wasi.set_stdout(Box::new(stdout));
            }
            if let Some(stderr) = output.stderr {
                wasi.set_stderr(Box::new(stderr));
            }
            wasi
        })
    }
}

impl lunatic_process::state::ProcessState for ProcessState {
    type Config = ProcessSettings;

    fn new_state(&self, module: Arc<WasmtimeCompiledModule<Self>>, settings: Arc<ProcessSettings>) -> Result<Self> {
        Self::new(self.environment.clone(), self.registry.clone(), self.runtime.clone(), module, settings)
    }

    fn register(linker: &mut Linker<Self>) -> Result<()> {
        lunatic_error_api::register(linker)?;
        lunatic_process_api::register(linker)?;
        spawn::register(linker)?;
        lunatic_messaging_api::register(linker)?;
        receive::register(linker)?;
        links::register(linker)?;
        timers::register(linker)?;
        lunatic_networking_api::register(linker)?;
        lunatic_version_api::register(linker)?;
        lunatic_wasi_api::register(linker)?;
        bytes::register(linker)?;
        lunatic_registry_api::register(linker)?;
        lunatic_trap_api::register(linker)?;
        absent::register(linker)
    }

    fn initialize(&mut self) {
        self.initialized = true;
    }

    fn is_initialized(&self) -> bool {
        self.initialized
    }

    fn runtime(&self) -> &WasmtimeRuntime {
        &self.runtime
    }

    fn module(&self) -> &Arc<WasmtimeCompiledModule<Self>> {
        &self.module
    }

    fn config(&self) -> &Arc<ProcessSettings> {
        &self.settings
    }

    fn id(&self) -> u64 {
        self.control.id()
    }

    fn signal_mailbox(&self) -> &(SignalSender, SignalReceiver) {
        unreachable!("{UNUSED}")
    }

    fn message_mailbox(&self) -> &MessageMailbox {
        unreachable!("{UNUSED}")
    }

    fn config_resources(&self) -> &ConfigResources<ProcessSettings> {
        &self.resources.read().settings
    }

    fn config_resources_mut(&mut self) -> &mut ConfigResources<ProcessSettings> {
        &mut self.resources.write().settings
    }

    fn registry(&self) -> &Registry {
        &self.registry
    }
}

/// The limits of `lunatic run`: memory by the settings, one of everything.
impl ResourceLimiter for ProcessState {
    fn memory_growing(&mut self, _current: usize, desired: usize, _maximum: Option<usize>) -> bool {
        desired <= self.settings.get_max_memory()
    }

    fn table_growing(&mut self, _current: u32, desired: u32, _maximum: Option<u32>) -> bool {
        desired < 100_000
    }

    fn instances(&self) -> usize {
        1
    }

    fn tables(&self) -> usize {
        1
    }

    fn memories(&self) -> usize {
        1
    }
}
