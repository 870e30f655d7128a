//! RUNTIME: a process's state as each group of lunatic's functions asks for it.

use std::sync::Arc;

use anyhow::{Result, anyhow};
use lunatic_distributed::{DistributedCtx, DistributedProcessState};
use lunatic_error_api::{ErrorCtx, ErrorResource};
use lunatic_networking_api::{
    DnsResources, NetworkingCtx, TcpListenerResources, TcpStreamResources, TlsListenerResources, TlsStreamResources,
    UdpResources,
};
use lunatic_process::env::Environment;
use lunatic_process::mailbox::MessageMailbox;
use lunatic_process::message::Message;
use lunatic_process::runtimes::wasmtime::{WasmtimeCompiledModule, WasmtimeRuntime};
use lunatic_process_api::{ModuleResources, ProcessCtx};
use lunatic_stdout_capture::StdoutCapture;
use lunatic_wasi_api::LunaticWasiCtx;
use wasmtime_wasi::WasiCtx;

use super::{ProcessState, UNUSED};
use crate::{ProcessSettings, Processes};

impl ProcessCtx<ProcessState> for ProcessState {
    fn mailbox(&mut self) -> &mut MessageMailbox {
        unreachable!("{UNUSED}")
    }

    fn message_scratch_area(&mut self) -> &mut Option<Message> {
        &mut self.scratch
    }

    fn module_resources(&self) -> &ModuleResources<ProcessState> {
        &self.resources.read().modules
    }

    fn module_resources_mut(&mut self) -> &mut ModuleResources<ProcessState> {
        &mut self.resources.write().modules
    }

    fn environment(&self) -> Arc<dyn Environment> {
        self.environment.clone()
    }
}

impl ErrorCtx for ProcessState {
    fn error_resources(&self) -> &ErrorResource {
        &self.resources.read().errors
    }

    fn error_resources_mut(&mut self) -> &mut ErrorResource {
        &mut self.resources.write().errors
    }
}

impl NetworkingCtx for ProcessState {
    fn tcp_listener_resources(&self) -> &TcpListenerResources {
        &self.resources.read().tcp_listeners
    }

    fn tcp_listener_resources_mut(&mut self) -> &mut TcpListenerResources {
        &mut self.resources.write().tcp_listeners
    }

    fn tcp_stream_resources(&self) -> &TcpStreamResources {
        &self.resources.read().tcp_streams
    }

    fn tcp_stream_resources_mut(&mut self) -> &mut TcpStreamResources {
        &mut self.resources.write().tcp_streams
    }

    fn tls_listener_resources(&self) -> &TlsListenerResources {
        &self.resources.read().tls_listeners
    }

    fn tls_listener_resources_mut(&mut self) -> &mut TlsListenerResources {
        &mut self.resources.write().tls_listeners
    }

    fn tls_stream_resources(&self) -> &TlsStreamResources {
        &self.resources.read().tls_streams
    }

    fn tls_stream_resources_mut(&mut self) -> &mut TlsStreamResources {
        &mut self.resources.write().tls_streams
    }

    fn udp_resources(&self) -> &UdpResources {
        &self.resources.read().udp_sockets
    }

    fn udp_resources_mut(&mut self) -> &mut UdpResources {
        &mut self.resources.write().udp_sockets
    }

    fn dns_resources(&self) -> &DnsResources {
        &self.resources.read().dns_iterators
    }

    fn dns_resources_mut(&mut self) -> &mut DnsResources {
        &mut self.resources.write().dns_iterators
    }
}

impl LunaticWasiCtx for ProcessState {
    fn wasi(&self) -> &WasiCtx {
        self.wasi_or_new()
    }

    fn wasi_mut(&mut self) -> &mut WasiCtx {
        self.wasi_or_new();
        self.wasi.get_mut().expect("made by the line above")
    }

    fn set_stdout(&mut self, stdout: StdoutCapture) {
        if let Some(wasi) = self.wasi.get() {
            wasi.set_stdout(Box::new(stdout.clone()));
        }
        self.output.get_or_insert_default().stdout = Some(stdout);
    }

    fn set_stderr(&mut self, stderr: StdoutCapture) {
        if let Some(wasi) = self.wasi.get() {
            wasi.set_stderr(Box::new(stderr.clone()));
        }
        self.output.get_or_insert_default().stderr = Some(stderr);
    }

    fn get_stdout(&self) -> Option<&StdoutCapture> {
        self.output.as_deref().and_then(|output| output.stdout.as_ref())
    }

    fn get_stderr(&self) -> Option<&StdoutCapture> {
        self.output.as_deref().and_then(|output| output.stderr.as_ref())
    }
}

/// Whoever asks for the cluster gets this answer and goes on without.
impl DistributedCtx<Processes> for ProcessState {
    fn new_dist_state(
        _environment: Arc<Processes>,
        distributed: DistributedProcessState,
        _runtime: WasmtimeRuntime,
        _module: Arc<WasmtimeCompiledModule<Self>>,
        _settings: Arc<ProcessSettings>,
    ) -> Result<Self> {
        Err(anyhow!("there is no cluster, and yet it has a node {}", distributed.node_id()))
    }

    fn distributed(&self) -> Result<&DistributedProcessState> {
        Err(anyhow!("there is no cluster"))
    }

    fn distributed_mut(&mut self) -> Result<&mut DistributedProcessState> {
        Err(anyhow!("there is no cluster"))
    }

    fn module_id(&self) -> u64 {
        0
    }

    fn environment_id(&self) -> u64 {
        self.environment.id()
    }

    fn can_spawn(&self) -> bool {
        self.settings.can_spawn_processes
    }
}
