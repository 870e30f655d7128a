//! LAUNCHER, tests: runs the `#[lunatic::test]` functions of a file, each on a node of its own.
//!
//! ```text
//! arguments ─┐
//! names ─────┴→ plan: what runs, what is ignored, what is left out
//!                 └→ run: so many at a time, each with a limit → verdict → report
//! ```

mod arguments;
mod capture;
mod names;
mod panics;
mod plan;
mod report;
mod run;
mod verdict;

use std::process::ExitCode;

use anyhow::{Result, ensure};
use umbra_runtime::{Module, Runtime, Tuning};

pub use self::arguments::Arguments;
use self::names::TestFunction;
use self::plan::Plan;
use self::report::Report;
use crate::program;

/// What a failed run ends with, as Rust's own test harness does.
const FAILED: u8 = 101;

/// Runs the tests of a file.
///
/// # Errors
/// If the file cannot be run, or holds nothing that is a test.
pub fn test(arguments: &Arguments) -> Result<ExitCode> {
    let runtime = Runtime::new(&Tuning::default())?;
    let module = program::compile(&runtime, &arguments.program)?;
    ensure!(holds_tests(&module), "{} holds no tests of lunatic's", arguments.program.display());
    test_module(&runtime, &module, arguments)
}

/// Whether a program holds tests of lunatic's.
pub fn holds_tests(module: &Module) -> bool {
    module.functions().any(|export| TestFunction::of_export(&export).is_some())
}

/// Runs the tests of a program.
///
/// # Errors
/// If the tests cannot be started.
pub fn test_module(runtime: &Runtime, module: &Module, arguments: &Arguments) -> Result<ExitCode> {
    let tests = module.functions().filter_map(|export| TestFunction::of_export(&export)).collect();
    let plan = Plan::new(tests, &arguments.selection);
    if arguments.list {
        report::list(&plan, arguments.terse());
        return Ok(ExitCode::SUCCESS);
    }
    let mut report = Report::start(&plan, arguments.appearance());
    run::all(runtime, module, &plan, arguments, |verdict| report.add(verdict))?;
    Ok(if report.end() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}
