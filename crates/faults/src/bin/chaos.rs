//! FAULTS, the command: `make chaos`. Plays matches under faults without end, or one again, or measures.

use std::io::{Write, stdout};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Parser;
use umbra_faults::games::{named, shipped};
use umbra_faults::live::sweep::{Job, Tally, play_all};
use umbra_faults::live::{Arena, figures};
use umbra_faults::plan::Plan;
use umbra_faults::script::Subject;
use umbra_faults::sweep::{Kind, draw};
use umbra_game::chance::{Chance, IndexedRandom, SeedableRng};

/// How often it says how far it is.
const REPORT: Duration = Duration::from_secs(10);

/// Plays whole matches while processes die and connections fail, and compares each with the undisturbed match. Without end
/// and at random, unless told otherwise; it stops at the first difference.
#[derive(Clone, Debug, Parser)]
struct Arguments {
    /// Plays one match
    #[arg(long, conflicts_with = "figures")]
    once: bool,
    /// Measures what faults cost, and prints the tables of docs/reliability.md
    #[arg(long)]
    figures: bool,
    /// Only this game
    #[arg(long)]
    game: Option<String>,
    /// Only faults of this kind; may be given several times
    #[arg(long)]
    kind: Vec<Kind>,
    /// The seed of the match, or of the first of many; drawn unless given
    #[arg(long)]
    seed: Option<u64>,
    /// What goes wrong, as a failure prints it: 'kill room after 5; cut 1 during 7'. Without it, it is drawn from the seed
    #[arg(long, requires = "once")]
    plan: Option<Plan>,
    /// Stops after so many matches
    #[arg(long)]
    runs: Option<u64>,
    /// How many servers
    #[arg(long, default_value_t = 4)]
    servers: usize,
    /// How many matches at a time on each of them
    #[arg(long, default_value_t = 1)]
    at_a_time: usize,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    if arguments.figures {
        let figures = figures::measure().await?;
        println!("{figures}");
        return Ok(ExitCode::SUCCESS);
    }
    let subjects = match &arguments.game {
        Some(game) => vec![named(game).with_context(|| format!("there is no game {game}"))?],
        None => shipped().to_vec(),
    };
    ensure!(arguments.servers > 0 && arguments.at_a_time > 0, "at least one server and one match at a time");
    let first = arguments.seed.unwrap_or_else(|| fastrand::u64(0..1 << 32));
    let tally = if arguments.once {
        once(&arguments, &subjects, first).await?
    } else {
        on_and_on(&arguments, &subjects, first).await
    };
    println!("{tally}");
    for failure in &tally.failures {
        println!("{failure}");
    }
    Ok(if tally.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The match of a seed: what is played, and what goes wrong unless it is told.
fn job(arguments: &Arguments, subjects: &[Subject], seed: u64) -> Result<Job> {
    let mut chance = Chance::seed_from_u64(seed);
    let subject = subjects.choose(&mut chance).context("a game")?;
    let script = subject.script(seed)?;
    let kinds = if arguments.kind.is_empty() { &Kind::ALL[..] } else { &arguments.kind[..] };
    let plan = arguments.plan.clone().unwrap_or_else(|| draw(&script, kinds, &mut chance));
    Ok(Job { script, plan })
}

async fn once(arguments: &Arguments, subjects: &[Subject], seed: u64) -> Result<Tally> {
    let job = job(arguments, subjects, seed)?;
    println!("{} of {} seats, seed {seed}, under: {}", job.script.subject().rules.name(), job.script.seats(), job.plan);
    Ok(job.play(&Arena::start()).await)
}

async fn on_and_on(arguments: &Arguments, subjects: &[Subject], first: u64) -> Tally {
    println!("from seed {first} on; stop it with Ctrl-C");
    let arenas: Vec<Arena> = (0..arguments.servers).map(|_| Arena::start()).collect();
    let seeds = (first..).take(usize::try_from(arguments.runs.unwrap_or(u64::MAX)).unwrap_or(usize::MAX));
    let jobs = seeds.filter_map(|seed| job(arguments, subjects, seed).ok()).filter(|job| !job.plan.faults.is_empty());
    let (mut so_far, mut said) = (Tally::default(), Instant::now());
    play_all(jobs, &arenas, arguments.at_a_time, |tally| {
        so_far.add(tally.clone());
        if said.elapsed() >= REPORT {
            said = Instant::now();
            println!("{so_far}");
            // Whoever watches through a pipe wants to see it, too; if nobody does, that is no failure.
            let _ = stdout().flush();
        }
        so_far.failures.is_empty()
    })
    .await
}
