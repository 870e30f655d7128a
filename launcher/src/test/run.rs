//! LAUNCHER, tests: runs them, so many at a time, each on a node of its own and within its limit.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use umbra_runtime::{Module, Node, ProcessSettings, Runtime, StdoutCapture};

use super::arguments::Arguments;
use super::capture::Failures;
use super::names::TestFunction;
use super::plan::Plan;
use super::verdict::Verdict;
use crate::cli::Edge;

/// Beyond its limit: after this long without a word the threads themselves are blocked, by tests that call what blocks.
const GRACE: Duration = Duration::from_secs(15);

/// Runs all tests of a plan and hands on each verdict as it comes.
///
/// # Errors
/// If the threads cannot be started, or are blocked by a test.
pub fn all(
    runtime: &Runtime,
    module: &Module,
    plan: &Plan,
    arguments: &Arguments,
    mut add: impl FnMut(Verdict),
) -> Result<()> {
    let threads = Builder::new_multi_thread().enable_all().build()?;
    let (sender, verdicts) = mpsc::channel();
    let places = Arc::new(Semaphore::new(arguments.at_a_time()));
    let settings = settings();
    for test in &plan.run {
        let one = One {
            runtime: runtime.clone(),
            module: module.clone(),
            test: test.clone(),
            settings: settings.clone(),
            limit: arguments.limit(),
            nocapture: arguments.nocapture,
            edge: arguments.edge,
        };
        let (places, sender): (Arc<Semaphore>, Sender<Verdict>) = (places.clone(), sender.clone());
        threads.spawn(async move {
            let _place = places.acquire_owned().await.expect("it is never closed");
            // Nobody listens any more once the run has been given up.
            let _ = sender.send(one.run().await);
        });
    }
    drop(sender);

    let mut missing: Vec<&str> = plan.run.iter().map(|test| test.name.as_str()).collect();
    while !missing.is_empty() {
        match verdicts.recv_timeout(arguments.limit() + GRACE) {
            Ok(verdict) => {
                missing.retain(|name| *name != verdict.name);
                add(verdict);
            }
            Err(RecvTimeoutError::Timeout) => {
                threads.shutdown_background();
                bail!("some tests block all threads, so that none of these can end: {}", missing.join(", "));
            }
            Err(RecvTimeoutError::Disconnected) => bail!("a test has no verdict: {}", missing.join(", ")),
        }
    }
    threads.shutdown_background();
    Ok(())
}

/// What a test may do and is given: what `lunatic run` gives a program, but for what belongs to this run.
fn settings() -> ProcessSettings {
    ProcessSettings {
        variables: std::env::vars().filter(|(name, _)| !name.starts_with("UMBRA_TEST_")).collect(),
        directories: vec![".".to_owned()],
        ..ProcessSettings::root()
    }
}

struct One {
    runtime: Runtime,
    module: Module,
    test: TestFunction,
    settings: ProcessSettings,
    limit: Duration,
    nocapture: bool,
    edge: Edge,
}

impl One {
    async fn run(self) -> Verdict {
        let output = StdoutCapture::new(self.nocapture);
        let failures = Failures::new();
        let node = Node::watched(&self.runtime, failures.clone());
        match self.edge {
            Edge::Native => drop(umbra_edge::install(&node).await),
            Edge::Guest => {}
        }
        let export = &self.test.export;
        let verdict = match node.start(&self.module, export, self.settings, Some(&output)).await {
            Err(error) => {
                let outcome = umbra_runtime::Outcome::Trapped(format!("{error:#}"));
                Verdict::new(&self.test, &outcome, &output, &[])
            }
            Ok(running) => match timeout(self.limit, running.outcome()).await {
                Ok(outcome) => Verdict::new(&self.test, &outcome, &output, &failures.so_far()),
                Err(_) => Verdict::late(&self.test, self.limit.as_secs_f64(), &output, &failures.so_far()),
            },
        };
        // Whoever is left of this test must not disturb the others.
        node.environment.kill_all();
        verdict
    }
}
