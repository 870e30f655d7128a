//! LOAD: the command: what to measure, on which server, and where to write it.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::{Parser, ValueEnum};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use umbra_client::Subprotocol;
use umbra_load::action::VALUE_BYTES_MIN;
use umbra_load::load::{self, Pace, Plan};
use umbra_load::report::{self, Finding};
use umbra_load::server::Server;
use umbra_load::{cpu, cycles, idle};

/// Measures an Umbra server. Without --closed, --rate, --idle or --cycles it measures all of them.
#[derive(Clone, Debug, Parser)]
struct Arguments {
    /// Each player acts again as soon as its last action is answered
    #[arg(long)]
    closed: bool,
    /// Players act by a timetable; events delivered a second over all receivers
    #[arg(long, value_name = "EVENTS")]
    rate: Option<f64>,
    /// Memory of so many users who do nothing
    #[arg(long, value_name = "USERS")]
    idle: Option<usize>,
    /// Connect, join, leave, again and again
    #[arg(long)]
    cycles: bool,
    /// Measures everything in both encodings and writes the table to docs/performance.md
    #[arg(long, conflicts_with_all = ["closed", "rate", "idle", "cycles", "url"])]
    all: bool,
    /// Players over all rooms
    #[arg(long, default_value_t = 256)]
    users: usize,
    /// Players a room
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=64))]
    room_size: u8,
    /// Bytes of JSON of each action's value
    #[arg(long, default_value_t = 64)]
    value_bytes: usize,
    /// How long each measurement counts
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// How messages are encoded
    #[arg(long, value_enum, default_value_t = Encoding::Json)]
    encoding: Encoding,
    /// A server that runs already, as ws://HOST:PORT/ws or HOST:PORT; otherwise $UMBRA_SERVER starts one
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Where --all writes
    #[arg(long, default_value = "docs/performance.md")]
    document: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Encoding {
    Json,
    Bincode,
}

/// How long players play before it counts.
const WARM_UP: Duration = Duration::from_secs(2);
/// The rate of the timetable, unless told.
const RATE: f64 = 25_600.0;
/// How many idle users, unless told.
const IDLE_USERS: usize = 1000;

fn main() -> Result<()> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let arguments = Arguments::parse();
    ensure!(arguments.value_bytes >= VALUE_BYTES_MIN, "a value has at least {VALUE_BYTES_MIN} bytes");
    raise_file_limit()?;
    let machine = report::machine(&given);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let findings = runtime.block_on(measure(&arguments))?;
    let text = format!("{machine}\n{}", report::markdown(&findings));
    println!("{text}");
    if arguments.all {
        report::write_between_markers(&arguments.document, "umbra-load", &text)?;
    }
    Ok(())
}

async fn measure(arguments: &Arguments) -> Result<Vec<Finding>> {
    let allowed = cpu::allowed()?;
    let nothing_chosen =
        !(arguments.closed || arguments.rate.is_some() || arguments.idle.is_some() || arguments.cycles);
    let encodings = match (arguments.all, arguments.encoding) {
        (true, _) => vec![Subprotocol::Json, Subprotocol::Bincode],
        (false, Encoding::Json) => vec![Subprotocol::Json],
        (false, Encoding::Bincode) => vec![Subprotocol::Bincode],
    };
    let mut findings = Vec::new();
    for subprotocol in encodings {
        let mut paces = Vec::new();
        if arguments.closed || nothing_chosen {
            paces.push(Pace::Closed);
        }
        if let Some(events_per_second) = arguments.rate.or(nothing_chosen.then_some(RATE)) {
            paces.push(Pace::Open { events_per_second });
        }
        for pace in paces {
            let plan = Plan {
                subprotocol,
                users: arguments.users,
                room_size: arguments.room_size,
                value_bytes: arguments.value_bytes,
                pace,
                warm_up: WARM_UP,
                window: Duration::from_secs(arguments.seconds),
            };
            eprintln!("umbra-load: {pace:?}, {}, {} s …", subprotocol.name(), arguments.seconds);
            let server = server(arguments, &allowed).await?;
            findings.push(Finding::Load(plan, load::run(&server, plan).await?));
        }
        if arguments.cycles || nothing_chosen {
            eprintln!("umbra-load: coming and going, {}, {} s …", subprotocol.name(), arguments.seconds);
            let server = server(arguments, &allowed).await?;
            let window = Duration::from_secs(arguments.seconds);
            let visits = cycles::run(server.addr(), subprotocol, arguments.room_size, window).await?;
            findings.push(Finding::Cycles { subprotocol, visits });
        }
        let can_weigh = arguments.url.is_none();
        if let Some(users) = arguments.idle.or((nothing_chosen && can_weigh).then_some(IDLE_USERS)) {
            eprintln!("umbra-load: {users} idle users, {} …", subprotocol.name());
            let server = server(arguments, &allowed).await?;
            let each = idle::run(&server, subprotocol, users, arguments.room_size).await?;
            findings.push(Finding::Idle { subprotocol, users, room_size: arguments.room_size, each });
        }
    }
    Ok(findings)
}

/// A fresh server for each measurement, so that none inherits what another left behind.
async fn server(arguments: &Arguments, allowed: &[usize]) -> Result<Server> {
    if let Some(addr) = &arguments.url {
        let addr = addr.strip_prefix("ws://").unwrap_or(addr);
        return Ok(Server::running(addr.strip_suffix("/ws").unwrap_or(addr).to_owned()));
    }
    let command =
        std::env::var("UMBRA_SERVER").context("UMBRA_SERVER must say how to start a server (or give --url)")?;
    cpu::confine(allowed)?;
    let server = Server::start(&command).await?;
    if let [_, others @ ..] = allowed
        && !others.is_empty()
    {
        cpu::confine(others)?;
    }
    Ok(server)
}

/// A connection is a file, here and at the server, which inherits the limit.
fn raise_file_limit() -> Result<()> {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).context("raising the limit of open files")
}
