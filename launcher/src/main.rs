//! LAUNCHER: the program `umbra`: the runtime, and the guest that it runs.

mod cargo;
mod cli;
mod program;
mod serve;
mod test;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::{Cli, Command};

fn main() -> ExitCode {
    // With back traces on, lunatic makes one on ordinary paths and every message takes ten times as long.
    // SAFETY: there is one thread yet.
    unsafe { std::env::remove_var("RUST_BACKTRACE") };
    let cli = Cli::parse();
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("warn")).init();
    let done = match cli.command {
        None => serve::serve(&cli.serve),
        Some(Command::Run(run)) => serve::run(&run),
        Some(Command::Test(arguments)) => test::test(&arguments),
        Some(Command::Cargo(run)) => cargo::run(&run),
    };
    done.unwrap_or_else(|error| {
        eprintln!("umbra: {error:#}");
        ExitCode::FAILURE
    })
}
