//! LAUNCHER, tests: what is printed, in the form of Rust's own harness, which people and tools can read.

use std::time::Instant;

use super::arguments::Appearance;
use super::plan::Plan;
use super::verdict::Verdict;

const GREEN: &str = "\x1b[32m";
const RED: &str = "\x1b[31m";
const YELLOW: &str = "\x1b[33m";
const PLAIN: &str = "\x1b[m";

/// Prints the names of what was chosen.
pub fn list(plan: &Plan, terse: bool) {
    let mut tests: Vec<&str> = plan.chosen().map(|test| test.name.as_str()).collect();
    tests.sort_unstable();
    for name in &tests {
        println!("{name}: test");
    }
    if !terse {
        println!("\n{}, 0 benchmarks", count(tests.len()));
    }
}

/// A run that goes on: printed as it goes.
pub struct Report {
    appearance: Appearance,
    started: Instant,
    passed: Vec<Verdict>,
    failed: Vec<Verdict>,
    ignored: usize,
    left_out: usize,
}

impl Report {
    /// Says how many tests there are, and which are ignored.
    pub fn start(plan: &Plan, appearance: Appearance) -> Self {
        println!("\nrunning {}", count(plan.chosen().count()));
        let report = Self {
            appearance,
            started: Instant::now(),
            passed: Vec::new(),
            failed: Vec::new(),
            ignored: plan.ignored.len(),
            left_out: plan.left_out,
        };
        for test in &plan.ignored {
            report.line(&test.name, test.should_panic.is_some(), "ignored", YELLOW, "i");
        }
        report
    }

    /// One more test.
    pub fn add(&mut self, verdict: Verdict) {
        if verdict.passed {
            self.line(&verdict.name, verdict.should_panic, "ok", GREEN, ".");
            self.passed.push(verdict);
        } else {
            self.line(&verdict.name, verdict.should_panic, "FAILED", RED, "F");
            self.failed.push(verdict);
        }
    }

    /// The outputs and the summary. Whether nothing failed.
    pub fn end(mut self) -> bool {
        if self.appearance.quiet {
            println!();
        }
        self.passed.sort_by(|one, other| one.name.cmp(&other.name));
        self.failed.sort_by(|one, other| one.name.cmp(&other.name));
        if self.appearance.show_output {
            tell("successes", &self.passed);
        }
        if !self.failed.is_empty() {
            tell("failures", &self.failed);
        }
        let good = self.failed.is_empty();
        let result = if good { self.paint("ok", GREEN) } else { self.paint("FAILED", RED) };
        println!(
            "\ntest result: {result}. {} passed; {} failed; {} ignored; 0 measured; {} filtered out; finished in {:.2}s\n",
            self.passed.len(),
            self.failed.len(),
            self.ignored,
            self.left_out,
            self.started.elapsed().as_secs_f64()
        );
        good
    }

    fn line(&self, name: &str, should_panic: bool, result: &str, color: &str, mark: &str) {
        if self.appearance.quiet {
            print!("{}", self.paint(mark, color));
        } else {
            let panic = if should_panic { " - should panic" } else { "" };
            println!("test {name}{panic} ... {}", self.paint(result, color));
        }
    }

    fn paint(&self, text: &str, color: &str) -> String {
        if self.appearance.colored { format!("{color}{text}{PLAIN}") } else { text.to_owned() }
    }
}

fn tell(what: &str, verdicts: &[Verdict]) {
    println!("\n{what}:");
    for verdict in verdicts.iter().filter(|verdict| !verdict.output.is_empty()) {
        println!("\n---- {} stdout ----\n{}", verdict.name, verdict.output.trim_end());
    }
    println!("\n{what}:");
    for verdict in verdicts {
        println!("    {}", verdict.name);
    }
}

fn count(tests: usize) -> String {
    if tests == 1 { "1 test".to_owned() } else { format!("{tests} tests") }
}
