//! RUNTIME: what a process holds on the host's side: its connections, modules, errors. Most processes hold nothing.

use std::sync::{Arc, LazyLock};

use hash_map_id::HashMapId;
use lunatic_error_api::ErrorResource;
use lunatic_networking_api::{
    DnsResources, TcpListenerResources, TcpStreamResources, TlsListenerResources, TlsStreamResources, UdpResources,
};
use lunatic_process::runtimes::wasmtime::WasmtimeCompiledModule;
use lunatic_process::state::ConfigResources;

use crate::{ProcessSettings, ProcessState};

/// One table a kind of resource; the guest holds numbers.
#[derive(Default)]
pub(crate) struct Tables {
    pub settings: ConfigResources<ProcessSettings>,
    pub modules: HashMapId<Arc<WasmtimeCompiledModule<ProcessState>>>,
    pub errors: ErrorResource,
    pub dns_iterators: DnsResources,
    pub tcp_listeners: TcpListenerResources,
    pub tcp_streams: TcpStreamResources,
    pub tls_listeners: TlsListenerResources,
    pub tls_streams: TlsStreamResources,
    pub udp_sockets: UdpResources,
}

/// What everybody who holds nothing looks into.
static NOTHING: LazyLock<Tables> = LazyLock::new(Tables::default);

/// The tables of one process, made when something is first put in.
#[derive(Default)]
pub(crate) struct Resources(Option<Box<Tables>>);

impl Resources {
    /// To look something up.
    pub fn read(&self) -> &Tables {
        self.0.as_deref().unwrap_or(&NOTHING)
    }

    /// To put something in or take it out.
    pub fn write(&mut self) -> &mut Tables {
        self.0.get_or_insert_default()
    }
}
