//! RUNTIME: what lunatic's process API asks of lunatic's distribution, without the distribution.
//!
//! The published `lunatic-distributed` brings QUIC, certificates and an HTTP client for a mode that cannot be used (its
//! sends may wait for ever). `lunatic-process-api` takes one trait and one method from it; they are here, and the
//! workspace's `[patch.crates-io]` puts this crate in its place.

use std::convert::Infallible;
use std::sync::Arc;

use anyhow::Result;
use lunatic_process::env::Environment;
use lunatic_process::runtimes::wasmtime::{WasmtimeCompiledModule, WasmtimeRuntime};
use lunatic_process::state::ProcessState;

/// What a process would know of its cluster. None can be made, because there is no cluster.
#[derive(Clone, Copy, Debug)]
pub struct DistributedProcessState(Infallible);

impl DistributedProcessState {
    /// The number of the node in its cluster.
    #[must_use]
    pub fn node_id(&self) -> u64 {
        match self.0 {}
    }
}

/// What `lunatic-process-api` demands of a process's state, as lunatic's own crate has it.
pub trait DistributedCtx<E: Environment>: ProcessState + Sized {
    /// The state of a process that another node asked for.
    ///
    /// # Errors
    /// If the state cannot be made.
    fn new_dist_state(
        environment: Arc<E>,
        distributed: DistributedProcessState,
        runtime: WasmtimeRuntime,
        module: Arc<WasmtimeCompiledModule<Self>>,
        config: Arc<Self::Config>,
    ) -> Result<Self>;

    /// The cluster's side of this process.
    ///
    /// # Errors
    /// Always, without a cluster.
    fn distributed(&self) -> Result<&DistributedProcessState>;

    /// The same, to change it.
    ///
    /// # Errors
    /// Always, without a cluster.
    fn distributed_mut(&mut self) -> Result<&mut DistributedProcessState>;

    /// The module's number in the cluster.
    fn module_id(&self) -> u64;

    /// The environment's number.
    fn environment_id(&self) -> u64;

    /// Whether other nodes may start processes here.
    fn can_spawn(&self) -> bool;
}
