//! LAUNCHER: the program `umbra`: the runtime, and the guest that it runs.

mod capacity;
mod cargo;
mod check;
mod cli;
mod limits;
mod outcome;
mod program;
mod run;
mod serve;
mod settings;
mod stop;
mod test;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::{Cli, Command};

fn main() -> ExitCode {
    // With back traces on, lunatic makes one on ordinary paths and every message takes ten times as long.
    // SAFETY: there is one thread yet.
    unsafe { std::env::remove_var("RUST_BACKTRACE") };
    let cli = Cli::parse();
    // lunatic warns of every process that fails or is killed. A server says so itself, once, with the reason; and tests
    // fail processes on purpose.
    let filter = match &cli.command {
        Some(Command::Run(_)) => "warn",
        Some(Command::Test(_) | Command::Cargo(_)) => "error",
        // Which of the edge's lines are written is a setting of the server's.
        None | Some(Command::Check(_)) => "warn,lunatic_process=error,umbra_edge=trace",
    };
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or(filter)).init();
    let done = match cli.command {
        None => serve::serve(&cli.serve),
        Some(Command::Check(check)) => check::check(&check),
        Some(Command::Run(run)) => run::run(&run),
        Some(Command::Test(arguments)) => test::test(&arguments),
        Some(Command::Cargo(run)) => cargo::run(&run),
    };
    done.unwrap_or_else(|error| {
        // In one write: whoever else writes there must not come between the words.
        let line = format!("umbra: {error:#}\n");
        eprint!("{line}");
        ExitCode::FAILURE
    })
}
