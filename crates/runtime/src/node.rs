//! RUNTIME: one node: an environment of processes, a registry of names, and the root process they come from.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use lunatic_process::Process;
use lunatic_process::env::Environment as _;
use lunatic_stdout_capture::StdoutCapture;
use lunatic_wasi_api::LunaticWasiCtx as _;
use tokio::sync::RwLock;
use tokio::task::JoinHandle;

use crate::{Module, Outcome, ProcessSettings, ProcessState, Processes, Runtime, idle, spawn};

/// How often a node that ends is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// Names of processes: each stands for a node, always 0, and a process's number.
pub type Registry = Arc<RwLock<HashMap<String, (u64, u64)>>>;

/// A node, started or not. Native processes can be put into `environment`, and their names into `registry`, before its
/// root process starts, which then finds them there.
#[derive(Clone)]
pub struct Node {
    /// All processes, by number.
    pub environment: Arc<Processes>,
    /// All names.
    pub registry: Registry,
    runtime: Runtime,
}

impl Node {
    /// An empty node.
    #[must_use]
    pub fn new(runtime: &Runtime) -> Self {
        Self::with_watcher(runtime, None)
    }

    /// An empty node whose every process is linked to `watcher` from its start: it is sent a [`Signal::LinkDied`](lunatic_process::Signal::LinkDied) for
    /// each that ends, with the number and the reason. Give it a number that no process has, such as 0.
    #[must_use]
    pub fn watched(runtime: &Runtime, watcher: Arc<dyn Process>) -> Self {
        Self::with_watcher(runtime, Some(watcher))
    }

    /// Returns once nobody is left but those who have a name and so stay to the end. For after the root's end.
    pub async fn emptied(&self) {
        loop {
            let environment = &self.environment;
            let names = self.registry.read().await;
            let named: HashSet<u64> = names.values().map(|(_, process)| *process).collect();
            drop(names);
            let named = named.into_iter().filter(|process| environment.get_process(*process).is_some()).count();
            if environment.process_count() <= named {
                return;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    fn with_watcher(runtime: &Runtime, watcher: Option<Arc<dyn Process>>) -> Self {
        let environment = Arc::new(Processes::new(watcher));
        Self { environment, registry: Registry::default(), runtime: runtime.clone() }
    }

    /// Starts the root process in one of the module's functions, which takes nothing and returns nothing. Its output,
    /// and that of its children, goes into `output`, or where this program's goes.
    ///
    /// # Errors
    /// If a directory of the settings cannot be opened, or there is no memory for the process.
    pub async fn start(
        &self,
        module: &Module,
        function: &str,
        settings: ProcessSettings,
        output: Option<&StdoutCapture>,
    ) -> Result<Running> {
        let lunatic = &self.runtime.lunatic;
        let mut state = ProcessState::new(
            self.environment.clone(),
            self.registry.clone(),
            lunatic.clone(),
            module.0.clone(),
            Arc::new(settings),
        )?;
        if let Some(output) = output {
            state.set_stdout(output.clone());
            state.set_stderr(output.clone());
        }
        self.environment.timers.start();
        tokio::spawn(idle::keep_sweeping(Arc::downgrade(&self.environment)));
        let (life, root) = spawn::start(&module.0, state, function.to_owned(), Vec::new(), None)
            .await
            .with_context(|| format!("no process could be started in {function}"))?;
        // A task of tokio's, whose end can be waited for: a root starts others and has little to do.
        Ok(Running { root, task: tokio::spawn(life) })
    }
}

/// A node whose root process runs.
pub struct Running {
    /// The root process, to be sent signals.
    pub root: Arc<dyn Process>,
    task: JoinHandle<Result<ProcessState>>,
}

impl Running {
    /// Waits for the root process to end. The others do not end by that: see [`Processes::kill_all`].
    pub async fn outcome(self) -> Outcome {
        match self.task.await {
            Ok(Ok(_)) => Outcome::Ended,
            Ok(Err(failure)) => Outcome::of_failure(&failure.to_string()),
            Err(error) => Outcome::Trapped(format!("a function of the host failed: {error}")),
        }
    }
}
