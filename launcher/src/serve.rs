//! LAUNCHER: a node with one program on it, until it ends.

use std::env;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use tokio::runtime::Builder;
use umbra_runtime::{Module, Node, Outcome, ProcessSettings, Runtime, Tuning};

use crate::cli::{Run, Serve};
use crate::program;

/// Serves until the guest ends.
pub fn serve(serve: &Serve) -> Result<ExitCode> {
    let guest = serve.guest.as_deref().context("this build has no guest inside: name one with --guest")?;
    run_program(guest, &[])
}

/// Runs a program as `lunatic run` does.
pub fn run(run: &Run) -> Result<ExitCode> {
    run_program(&run.program, &run.arguments)
}

fn run_program(file: &Path, arguments: &[String]) -> Result<ExitCode> {
    let runtime = Runtime::new(&Tuning::default())?;
    let module = program::compile(&runtime, file)?;
    run_module(&runtime, &module, file, arguments)
}

/// Runs a compiled program, which is called as its file.
pub fn run_module(runtime: &Runtime, module: &Module, file: &Path, arguments: &[String]) -> Result<ExitCode> {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let settings = ProcessSettings {
        arguments: std::iter::once(name).chain(arguments.iter().cloned()).collect(),
        variables: env::vars().collect(),
        directories: vec![".".to_owned()],
        ..ProcessSettings::root()
    };
    let threads = Builder::new_multi_thread().enable_all().build()?;
    let outcome = threads.block_on(async {
        let running = Node::new(runtime).start(module, "_start", settings, None).await?;
        anyhow::Ok(running.outcome().await)
    })?;
    threads.shutdown_background();
    Ok(exit_code(&outcome))
}

fn exit_code(outcome: &Outcome) -> ExitCode {
    match outcome {
        Outcome::Ended => ExitCode::SUCCESS,
        Outcome::Exited(status) => ExitCode::from(u8::try_from(*status).unwrap_or(1)),
        Outcome::Trapped(reason) => {
            eprintln!("umbra: the program failed: {reason}");
            ExitCode::FAILURE
        }
        Outcome::Killed => {
            eprintln!("umbra: the program was killed");
            ExitCode::FAILURE
        }
    }
}
