//! FAULTS, live: many runs, several at a time, and what they came to.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::future::join_all;

use super::{Arena, RunError};
use crate::compare::{Counts, compare};
use crate::plan::{Fault, Plan};
use crate::script::Script;
use crate::story::Story;

/// One match to play.
#[derive(Clone)]
pub struct Job {
    /// What is played.
    pub script: Script,
    /// What goes wrong.
    pub plan: Plan,
}

/// What many runs came to.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Matches played.
    pub runs: u64,
    /// Processes that were ended in matches that went on as if nothing had happened.
    pub kills_survived: u64,
    /// Sums over all runs.
    pub counts: Counts,
    /// The runs that failed.
    pub failures: Vec<Failure>,
}

/// A run that failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What differs.
    pub difference: String,
    /// What `make chaos ARGS=…` repeats it.
    pub repeat: String,
}

impl Job {
    /// Plays it and compares.
    pub async fn play(self, arena: &Arena) -> Tally {
        let story = arena.run(&self.script, &self.plan).await;
        self.judge(story)
    }

    /// What a run of it came to.
    pub fn judge(&self, story: Result<Story, RunError>) -> Tally {
        let mut tally = Tally { runs: 1, ..Tally::default() };
        let difference = match story {
            Ok(story) => {
                let verdict = compare(&self.script, &self.plan, &story);
                tally.counts = verdict.counts;
                verdict.difference
            }
            Err(error) => Some(format!("the run came to nothing: {error}")),
        };
        match difference {
            Some(difference) => tally.failures.push(Failure { difference, repeat: self.repeat() }),
            None => tally.kills_survived = self.kills(),
        }
        tally
    }

    /// How to play exactly this again.
    fn repeat(&self) -> String {
        let (game, seed) = (self.script.subject().rules.name(), self.script.seed());
        format!("--once --game {game} --seed {seed} --plan '{}'", self.plan)
    }

    fn kills(&self) -> u64 {
        self.plan.faults.iter().filter(|fault| matches!(fault, Fault::Kill { .. })).count() as u64
    }
}

impl Tally {
    /// Adds what others came to.
    pub fn add(&mut self, other: Self) {
        self.runs += other.runs;
        self.kills_survived += other.kills_survived;
        self.counts.add(&other.counts);
        self.failures.extend(other.failures);
    }
}

/// Plays all `jobs` on these servers, on each so many at a time. What shares a server shares its processes: a manager that
/// dies for one match dies for all. `watch` sees each run's tally as it comes and says whether to go on.
pub async fn play_all(
    jobs: impl IntoIterator<Item = Job>,
    arenas: &[Arena],
    at_a_time: usize,
    watch: impl FnMut(&Tally) -> bool,
) -> Tally {
    let (jobs, watch, all) = (Mutex::new(jobs.into_iter()), Mutex::new(watch), Mutex::new(Tally::default()));
    let go_on = AtomicBool::new(true);
    let work = async |arena: &Arena| {
        while go_on.load(Ordering::SeqCst) {
            // In a statement of its own, so that the lock is let go of before the match begins.
            let job = lock(&jobs).next();
            let Some(job) = job else { return };
            let tally = job.play(arena).await;
            if !lock(&watch)(&tally) {
                go_on.store(false, Ordering::SeqCst);
            }
            lock(&all).add(tally);
        }
    };
    join_all(arenas.iter().flat_map(|arena| (0..at_a_time).map(|_| work(arena)).collect::<Vec<_>>())).await;
    all.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { asked, actions_lost, actions_doubled, events, events_missed, events_doubled, events_resynced } =
            self.counts;
        write!(
            f,
            "{} runs, {} kills survived; of {asked} actions {actions_lost} lost, {actions_doubled} doubled; of {events} \
             events {events_missed} missed, {events_doubled} doubled, {events_resynced} resynced; {} failures",
            self.runs,
            self.kills_survived,
            self.failures.len()
        )
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  again: make chaos ARGS=\"{}\"", self.difference, self.repeat)
    }
}
