//! DRIVER: the command `make bench`: what to compare, and where the figures go.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::{Parser, ValueEnum};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use umbra_bench::peer::{self, Peer};
use umbra_bench::plan::{Choice, Measure};
use umbra_bench::results::{Compared, Machine, Results};
use umbra_bench::{document, plots, run};
use umbra_client::Subprotocol;
use umbra_load::cpu;

/// Compares Umbra with its peers: installs what is missing, starts each on a processor of its own, and measures.
/// Without --quick, --only and --peers the figures, the table and the plots in the project are written anew.
#[derive(Clone, Debug, Parser)]
struct Arguments {
    /// Fewer points, shorter windows, one round: about three minutes
    #[arg(long)]
    quick: bool,
    /// Only these measurements
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Measure>,
    /// Only these, in this order
    #[arg(long, value_enum, value_delimiter = ',')]
    peers: Vec<Peer>,
    /// How often what is compared is measured [default: 3, with --quick 1]
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..))]
    rounds: Option<u8>,
    /// How Umbra's messages are encoded
    #[arg(long, value_enum, default_value_t = Encoding::Json)]
    encoding: Encoding,
    /// Writes the figures, the table and the plots although not everything was measured
    #[arg(long)]
    write: bool,
    /// Measures nothing: writes the table and the plots anew from the figures that are there
    #[arg(long, conflicts_with_all = ["quick", "only", "peers", "rounds", "write"])]
    render: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Encoding {
    Json,
    Bincode,
}

/// How often what is compared is measured, unless told.
const ROUNDS: usize = 3;

fn main() -> Result<()> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let arguments = Arguments::parse();
    let kept = peer::bench().join("results/comparison.json");
    if arguments.render {
        return render(&Results::read(&kept)?);
    }
    raise_file_limit()?;
    let peers = if arguments.peers.is_empty() { Peer::USUAL.to_vec() } else { arguments.peers.clone() };
    let measures = if arguments.only.is_empty() { Measure::value_variants().to_vec() } else { arguments.only.clone() };
    let rounds = arguments.rounds.map_or(if arguments.quick { 1 } else { ROUNDS }, usize::from);
    install(&peers)?;
    // Whoever cannot be started is told of now and not in the middle.
    peers.iter().try_for_each(|peer| peer.command(0).map(drop))?;
    let subprotocol = match arguments.encoding {
        Encoding::Json => Subprotocol::Json,
        Encoding::Bincode => Subprotocol::Bincode,
    };
    let processors = cpu::allowed()?;
    ensure!(processors.len() > 1, "server and driver need a processor each, and there is only one");
    let machine = machine(processors.len())?;
    let choice = Choice { peers: peers.clone(), measures, quick: arguments.quick, rounds };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let samples = runtime.block_on(run::everything(&choice, subprotocol, &processors))?;
    let command =
        if given.is_empty() { "make bench".into() } else { format!("make bench ARGS=\"{}\"", given.join(" ")) };
    let results = Results {
        machine,
        command,
        encoding: peer::encoding(subprotocol).into(),
        peers: peers.into_iter().map(|peer| Compared { peer, version: peer.version() }).collect(),
        samples,
    };
    println!("{}", document::markdown(&results));
    let everything = !arguments.quick && arguments.only.is_empty() && arguments.peers.is_empty();
    if everything || arguments.write {
        results.write(&kept)?;
        render(&results)?;
    }
    Ok(())
}

fn project() -> PathBuf {
    peer::bench().with_file_name("")
}

fn render(results: &Results) -> Result<()> {
    document::write(&project().join("docs/performance.md"), results)?;
    for (name, picture) in plots::all(results)? {
        let path = project().join("docs/images").join(name);
        std::fs::write(&path, picture).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

fn install(peers: &[Peer]) -> Result<()> {
    let names: Vec<_> = peers.iter().filter_map(|peer| peer.to_install()).collect();
    if names.is_empty() {
        return Ok(());
    }
    let status = Command::new(peer::bench().join("install.sh")).args(&names).status().context("bench/install.sh")?;
    ensure!(status.success(), "not every peer could be installed; --peers leaves some out");
    Ok(())
}

fn machine(cores: usize) -> Result<Machine> {
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo")?;
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let date = Command::new("date").args(["-u", "+%Y-%m-%d"]).output()?.stdout;
    let first_word = |path: &str| -> Result<String> {
        let text = std::fs::read_to_string(Path::new(path))?;
        Ok(text.split_whitespace().next().unwrap_or("unknown").to_owned())
    };
    Ok(Machine {
        date: String::from_utf8_lossy(&date).trim().to_owned(),
        cores,
        model: model.map_or("an unnamed processor", |(_, model)| model.trim()).to_owned(),
        kernel: first_word("/proc/sys/kernel/osrelease")?,
        load_before: first_word("/proc/loadavg")?,
    })
}

/// A connection is a file, here and at the server, which inherits the limit.
fn raise_file_limit() -> Result<()> {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).context("raising the limit of open files")
}
