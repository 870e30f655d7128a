//! LAUNCHER: a server: a node with the guest on it, from its settings to its ordered end.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use tokio::runtime::Builder;
use umbra_runtime::{Module, Node, Outcome, ProcessSettings, Runtime, Tuning};

use crate::capacity::Need;
use crate::cli::Serve;
use crate::limits::{self, Limits};
use crate::settings::{self, Loaded};
use crate::stop::{self, Signals};
use crate::{outcome, program};

/// Serves until the guest ends, by itself or because a signal asked for it.
///
/// # Errors
/// If it could not start: a sentence for the operator.
pub fn serve(serve: &Serve) -> Result<ExitCode> {
    let loaded = settings::load(serve.settings.as_deref())?;
    limits::raise_files();
    for line in Need::new(&loaded.settings, serve.edge).against(&Limits::of_this_machine()) {
        if line.remedy.is_some() {
            eprintln!("umbra: warning: the machine ends before the settings do. {line}");
        }
    }
    let runtime = Runtime::new(&Tuning::default())?;
    let guest = serve.guest.as_deref().context("this build has no guest inside: name one with --guest")?;
    let module = program::compile(&runtime, guest)?;

    let threads = Builder::new_multi_thread().enable_all().build()?;
    let outcome = threads.block_on(until_the_end(&runtime, &module, loaded))?;
    threads.shutdown_background();
    Ok(outcome::exit_code(&outcome))
}

async fn until_the_end(runtime: &Runtime, module: &Module, loaded: Loaded) -> Result<Outcome> {
    let mut signals = Signals::catch()?;
    let settings = ProcessSettings {
        arguments: vec!["umbra.wasm".to_owned()],
        variables: loaded.variables,
        directories: loaded.directories,
        ..ProcessSettings::root()
    };
    let running = Node::new(runtime).start(module, "_start", settings, None).await?;
    let root = running.root.clone();
    let end = running.outcome();
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
