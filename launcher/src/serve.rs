//! LAUNCHER: a server: a node with the guest on it, from its settings to its ordered end.

use std::env;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use log::LevelFilter;
use tokio::time::timeout;
use umbra_machine::settings::LogLevel;
use umbra_runtime::{Module, Node, Outcome, ProcessSettings, Runtime};

use crate::capacity::Need;
use crate::cli::{Edge, Serve};
use crate::limits::{self, Limits};
use crate::settings::{self, Loaded};
use crate::stop::{self, Signals};
use crate::{outcome, program};

/// Beyond the time that the settings give clients for their half of a close.
const SLACK: Duration = Duration::from_secs(1);

/// Serves until the guest ends, by itself or because a signal asked for it.
///
/// # Errors
/// If it could not start: a sentence for the operator.
pub fn serve(serve: &Serve) -> Result<ExitCode> {
    let loaded = settings::load(serve.settings.as_deref())?;
    if env::var_os("RUST_LOG").is_none() {
        log::set_max_level(level_of(loaded.settings.log_level));
    }
    limits::raise_files();
    let (need, limits) = (Need::new(&loaded.settings, serve.edge), Limits::of_this_machine());
    for line in need.against(&limits) {
        if line.remedy.is_some() {
            eprintln!("umbra: warning: the machine ends before the settings do. {line}");
        }
    }
    let runtime = Runtime::new(&need.tuning(&limits))?;
    let module = program::guest(&runtime, serve.guest.as_deref())?;

    let threads = umbra_runtime::threads()?;
    let outcome = threads.block_on(until_the_end(&runtime, &module, loaded, serve.edge))?;
    threads.shutdown_background();
    Ok(outcome::exit_code(&outcome))
}

/// What the edge logs at most, as the guest does. Warnings of the runtime are always written.
fn level_of(level: LogLevel) -> LevelFilter {
    match level {
        LogLevel::Error | LogLevel::Warn => LevelFilter::Warn,
        LogLevel::Info => LevelFilter::Info,
        LogLevel::Debug => LevelFilter::Debug,
        LogLevel::Trace => LevelFilter::Trace,
    }
}

async fn until_the_end(runtime: &Runtime, module: &Module, loaded: Loaded, edge: Edge) -> Result<Outcome> {
    let mut signals = Signals::catch()?;
    let settings = ProcessSettings {
        arguments: vec!["umbra.wasm".to_owned()],
        variables: loaded.variables,
        directories: loaded.directories,
        ..ProcessSettings::root()
    };
    let goodbye = Duration::from_millis(loaded.settings.close_timeout_ms) + SLACK;
    let node = Node::new(runtime);
    let edge = match edge {
        Edge::Native => Some(umbra_edge::install(&node).await),
        Edge::Guest => None,
    };
    let running = node.start(module, "_start", settings, None).await?;
    let root = running.root.clone();
    let end = async {
        let outcome = running.outcome().await;
        if let Some(edge) = edge {
            edge.close();
        }
        if matches!(outcome, Outcome::Ended) {
            // The root has told everybody; whoever has a connection says goodbye on it and waits for the client's answer.
            let _ = timeout(goodbye, node.emptied()).await;
        }
        outcome
    };
    tokio::pin!(end);
    tokio::select! {
        outcome = &mut end => return Ok(outcome),
        () = signals.next() => stop::in_order(&*root),
    }
    tokio::select! {
        outcome = &mut end => Ok(outcome),
        () = signals.next() => Ok(Outcome::Killed),
    }
}
