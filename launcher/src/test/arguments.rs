//! LAUNCHER, tests: what can be typed behind `umbra test FILE`: the flags of Rust's own harness that have a meaning here.
//! Any other is refused, since a flag that is passed over runs something else than was asked for.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::cli::Edge;

/// How long a test may take, unless `UMBRA_TEST_TIMEOUT` says otherwise.
const LIMIT_S: f64 = 120.0;
/// Tests at a time for each processor: most of what a test of processes does is wait.
const TESTS_A_PROCESSOR: usize = 4;

/// Run the tests of a file.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The file: what `cargo test --no-run` built for WebAssembly
    pub program: PathBuf,
    #[command(flatten)]
    pub selection: Selection,
    /// List the tests instead of running them
    #[arg(long)]
    pub list: bool,
    /// Let the tests' output through as it comes
    #[arg(long, alias = "no-capture")]
    pub nocapture: bool,
    /// Show the output of tests that passed as well
    #[arg(long)]
    show_output: bool,
    /// A character a test instead of a line
    #[arg(long, short)]
    quiet: bool,
    /// How to print: pretty, or terse, which with --list leaves out all but the names
    #[arg(long, value_enum, default_value_t = Format::Pretty)]
    format: Format,
    /// Whether to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    color: Color,
    /// Tests at a time
    #[arg(long, value_name = "NUMBER", env = "RUST_TEST_THREADS")]
    test_threads: Option<NonZeroUsize>,
    /// How long each test may take, in seconds
    #[arg(long, value_name = "SECONDS", env = "UMBRA_TEST_TIMEOUT", default_value_t = LIMIT_S, value_parser = seconds)]
    test_timeout: f64,
    /// Who owns the connections of a server in a test: native puts an edge into each test's node
    #[arg(long, value_enum, env = "UMBRA_TEST_EDGE", default_value_t = Edge::Guest)]
    pub edge: Edge,
}

/// Which tests are meant.
#[derive(Clone, Debug, Default, Args)]
pub struct Selection {
    /// Run only tests whose names contain one of these
    #[arg(value_name = "FILTER")]
    pub filters: Vec<String>,
    /// The filters are whole names
    #[arg(long)]
    pub exact: bool,
    /// Leave out tests whose names contain this
    #[arg(long, value_name = "FILTER")]
    pub skip: Vec<String>,
    /// Run only the ignored tests
    #[arg(long, conflicts_with = "include_ignored")]
    pub ignored: bool,
    /// Run the ignored tests as well
    #[arg(long)]
    pub include_ignored: bool,
}

/// How the report looks.
#[derive(Clone, Copy, Debug)]
pub struct Appearance {
    /// A character a test.
    pub quiet: bool,
    /// In colours.
    pub colored: bool,
    /// With what passed tests printed.
    pub show_output: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Pretty,
    Terse,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

impl Arguments {
    /// Whether to print as little as possible.
    pub fn terse(&self) -> bool {
        self.quiet || self.format == Format::Terse
    }

    /// How the report is to look.
    pub fn appearance(&self) -> Appearance {
        let colored = match self.color {
            Color::Auto => std::io::IsTerminal::is_terminal(&std::io::stdout()),
            Color::Always => true,
            Color::Never => false,
        };
        Appearance { quiet: self.terse(), colored, show_output: self.show_output }
    }

    /// How many tests run at a time.
    pub fn at_a_time(&self) -> usize {
        let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        self.test_threads.map_or(TESTS_A_PROCESSOR * processors, NonZeroUsize::get)
    }

    /// How long each test may take.
    pub fn limit(&self) -> Duration {
        Duration::from_secs_f64(self.test_timeout)
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds <= 1e6 => Ok(seconds),
        _ => Err("expected a number of seconds, more than 0".to_owned()),
    }
}
