//! LAUNCHER: what can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::test;

/// A server for room games over WebSocket.
#[derive(Debug, Parser)]
#[command(name = "umbra", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(flatten)]
    pub serve: Serve,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Serve: what `umbra` does without a command.
#[derive(Debug, Args)]
pub struct Serve {
    /// The settings; without it umbra.toml in this directory, if it is there
    #[arg(value_name = "SETTINGS.toml")]
    pub settings: Option<PathBuf>,
    /// Run this guest instead of the one inside
    #[arg(long, value_name = "FILE")]
    pub guest: Option<PathBuf>,
    /// Who owns the connections
    #[arg(long, value_enum, default_value_t = Edge::Native)]
    pub edge: Edge,
}

/// Who owns the connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Edge {
    /// This program: a native process for each
    Native,
    /// The guest's own socket processes, as on stock lunatic.
    Guest,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say whether settings are good and what they need, and start nothing
    Check(Check),
    /// Run a program for lunatic, as `lunatic run` does
    Run(Run),
    /// Run the tests of a program for lunatic
    Test(test::Arguments),
    /// What Cargo calls as runner: `test` for a file with tests of lunatic's in it, `run` for any other
    #[command(hide = true)]
    Cargo(Run),
}

#[derive(Debug, Args)]
pub struct Check {
    /// The settings; without it umbra.toml in this directory, if it is there
    #[arg(value_name = "SETTINGS.toml")]
    pub settings: Option<PathBuf>,
    /// Who is to own the connections
    #[arg(long, value_enum, default_value_t = Edge::Native)]
    pub edge: Edge,
}

#[derive(Debug, Args)]
pub struct Run {
    /// The program: a .wasm file
    pub program: PathBuf,
    /// Its arguments
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub arguments: Vec<String>,
}
