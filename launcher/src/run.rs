//! LAUNCHER: `umbra run`: any program for lunatic, as `lunatic run` has it; but its arguments reach it, and its status counts.

use std::env;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use umbra_runtime::{Module, Node, ProcessSettings, Runtime, Tuning};

use crate::cli::Run;
use crate::{limits, outcome, program};

/// Runs a program until its first process ends.
///
/// # Errors
/// If it cannot be started.
pub fn run(run: &Run) -> Result<ExitCode> {
    let runtime = Runtime::new(&Tuning::default())?;
    let module = program::compile(&runtime, &run.program)?;
    run_module(&runtime, &module, &run.program, &run.arguments)
}

/// Runs a compiled program, which is called as its file.
///
/// # Errors
/// If it cannot be started.
pub fn run_module(runtime: &Runtime, module: &Module, file: &Path, arguments: &[String]) -> Result<ExitCode> {
    limits::raise_files();
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let settings = ProcessSettings {
        arguments: std::iter::once(name).chain(arguments.iter().cloned()).collect(),
        variables: env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect(),
        directories: vec![".".to_owned()],
        ..ProcessSettings::root()
    };
    let threads = umbra_runtime::threads()?;
    let outcome = threads.block_on(async {
        let running = Node::new(runtime).start(module, "_start", settings, None).await?;
        anyhow::Ok(running.outcome().await)
    })?;
    threads.shutdown_background();
    Ok(outcome::exit_code(&outcome))
}
