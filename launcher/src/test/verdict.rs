//! LAUNCHER, tests: what a test came to.

use umbra_runtime::{Outcome, StdoutCapture};

use super::names::TestFunction;
use super::panics;

/// One test that has run.
#[derive(Debug)]
pub struct Verdict {
    /// Its name.
    pub name: String,
    /// Whether it had to panic.
    pub should_panic: bool,
    /// Whether it did what it had to.
    pub passed: bool,
    /// What it and its children printed, and then why it failed, if that does not stand there yet.
    pub output: String,
}

impl Verdict {
    /// Judges a test that has ended: by its first process alone, since tests may start processes that are to fail. Those
    /// that failed are named.
    pub fn new(test: &TestFunction, outcome: &Outcome, output: &StdoutCapture, failed: &[u64]) -> Self {
        let note = judge(test, outcome, &output.content());
        Self::with_note(test, note, output, failed)
    }

    /// Of a test that is not waited for any longer.
    pub fn late(test: &TestFunction, seconds: f64, output: &StdoutCapture, failed: &[u64]) -> Self {
        Self::with_note(test, Some(format!("it did not end within {seconds} s and was killed")), output, failed)
    }

    fn with_note(test: &TestFunction, note: Option<String>, output: &StdoutCapture, failed: &[u64]) -> Self {
        let passed = note.is_none();
        let mut text = if output.is_empty() { String::new() } else { output.to_string() };
        if let Some(note) = note {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            text += &format!("note: {note}\n");
            let (root, children): (Vec<u64>, Vec<u64>) = failed.iter().partition(|id| **id == ROOT);
            if !children.is_empty() {
                let order = if root.is_empty() { "" } else { ", and the test itself" };
                text += &format!("note: failed or killed, by number: processes {children:?}{order}\n");
            }
        }
        Self { name: test.name.clone(), should_panic: test.should_panic.is_some(), passed, output: text }
    }
}

/// The number of a test's first process.
const ROOT: u64 = 1;

/// Why the test failed; `None` if it passed.
fn judge(test: &TestFunction, outcome: &Outcome, output: &str) -> Option<String> {
    let Some(expected) = &test.should_panic else {
        return match outcome {
            Outcome::Ended => None,
            Outcome::Exited(status) => Some(format!("the test left with status {status}")),
            Outcome::Trapped(_) if panics::message(output).is_some() => Some("the test panicked".to_owned()),
            Outcome::Trapped(reason) => Some(format!("the test trapped: {reason}")),
            Outcome::Killed => Some("the test was killed, by a signal or by a link".to_owned()),
        };
    };
    if matches!(outcome, Outcome::Ended) {
        return Some("the test did not panic as expected".to_owned());
    }
    match panics::message(output) {
        _ if expected.is_empty() => None,
        Some(message) if message.contains(expected) => None,
        Some(message) => Some(format!("the panic says {message:?}, which does not contain {expected:?}")),
        None => Some(format!("the test ended without a panic that contains {expected:?}")),
    }
}

#[cfg(test)]
mod tests {
    use umbra_runtime::Outcome;

    use super::judge;
    use crate::test::names::TestFunction;

    const PANIC: &str = "thread 'main' panicked at a.rs:1:2:\nthere is no room 7\n";

    fn failure(export: &str, outcome: &Outcome, output: &str) -> bool {
        judge(&TestFunction::of_export(export).expect("it is a test's name"), outcome, output).is_some()
    }

    #[test]
    fn a_test_passes_by_ending_and_by_nothing_else() {
        assert!(!failure("#lunatic_test_a", &Outcome::Ended, PANIC));
        for outcome in [Outcome::Killed, Outcome::Exited(3), Outcome::Trapped("unreachable".into())] {
            assert!(failure("#lunatic_test_a", &outcome, ""), "{outcome:?}");
        }
    }

    #[test]
    fn a_test_that_should_panic_fails_by_ending() {
        assert!(failure("#lunatic_test_#panic_#a", &Outcome::Ended, PANIC));
        assert!(!failure("#lunatic_test_#panic_#a", &Outcome::Trapped("unreachable".into()), PANIC));
    }

    #[test]
    fn a_test_that_should_panic_with_a_text_needs_that_text() {
        let trapped = Outcome::Trapped("unreachable".into());
        assert!(!failure("#lunatic_test_#panic_no room#a", &trapped, PANIC));
        assert!(failure("#lunatic_test_#panic_no seat#a", &trapped, PANIC));
        assert!(failure("#lunatic_test_#panic_no room#a", &trapped, "there is no room 7"));
        assert!(failure("#lunatic_test_#panic_no room#a", &Outcome::Ended, PANIC));
    }
}
