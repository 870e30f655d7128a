//! LAUNCHER: Cargo's runner. Cargo says nothing of whether it built a program or its tests; what the file exports does.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args as _, Command, FromArgMatches as _};
use umbra_runtime::{Runtime, Tuning};

use crate::cli::Run;
use crate::test::Arguments;
use crate::{program, run, test};

/// Runs the tests in a file, or the file if it holds none.
///
/// # Errors
/// As for `umbra test` and `umbra run`.
pub fn run(built: &Run) -> Result<ExitCode> {
    let runtime = Runtime::new(&Tuning::default())?;
    let module = program::compile(&runtime, &built.program)?;
    if !test::holds_tests(&module) {
        return run::run_module(&runtime, &module, &built.program, &built.arguments);
    }
    let words = [OsString::from("umbra test"), built.program.clone().into_os_string()];
    let words = words.into_iter().chain(built.arguments.iter().map(OsString::from));
    let matches = Arguments::augment_args(Command::new("umbra test")).get_matches_from(words);
    test::test_module(&runtime, &module, &Arguments::from_arg_matches(&matches)?)
}
