"""The JavaScript suites: one a folder with test files, run by node's own test runner."""

import json
import tempfile
from pathlib import Path

import sources
from outcome import Outcome, not_excused
from program import run

REPORTER = Path(__file__).resolve().with_name("reporter.mjs")


def suites(root):
    """The test files of the project by suite: the nearest folder with a package.json, else the top folder."""
    found = {}
    for file in sources.node_test_files(root):
        inside = file.relative_to(root)
        home = next((folder for folder in inside.parents if (root / folder / "package.json").exists()), None)
        found.setdefault(root / (home or inside.parts[0]), []).append(file)
    return found


def test_folder(suite, folder, files, allowed, environment):
    """Runs the test files of one suite. The files are named one by one: what `node --test FOLDER` does differs
    between node's versions, up to running nothing. One file at a time: browsers beside each other starve on two cores."""
    outcome = Outcome(suite)
    outcome.declared = sum(sources.node_tests(file.read_text()) for file in files)
    with tempfile.TemporaryDirectory() as scratch:
        events = Path(scratch, "events")
        reporters = ["--test-reporter=spec", "--test-reporter-destination=stdout"]
        reporters += [f"--test-reporter={REPORTER.as_uri()}", f"--test-reporter-destination={events}"]
        ran = run(["node", "--test", "--test-concurrency=1", *reporters, *files], folder, environment)
        lines = events.read_text().splitlines() if events.exists() else []
    count(outcome, [json.loads(line) for line in lines], allowed)
    if ran.late:
        outcome.problems.append("the run did not end and was stopped")
    elif ran.status != 0 and not outcome.failed:
        outcome.problems.append(f"no test failed and node ended with status {ran.status}")
    if outcome.failed:
        print(ran.output, flush=True)
    return outcome


def count(outcome, events, allowed):
    """Adds what the reporter wrote: one event a test. A file that holds no test at all is reported by node as one
    passing test named as the file: that one does not count."""
    files = {event["file"] for event in events}
    tests = [event for event in events if not (event["passed"] and event["name"] in files)]
    ignored = [event["name"] for event in tests if event["ignored"]]
    outcome.ignored = len(ignored)
    outcome.passed = sum(event["passed"] and not event["ignored"] for event in tests)
    outcome.failing = sum(not event["passed"] and not event["ignored"] for event in tests)
    outcome.problems += not_excused(ignored, allowed)
    if len(tests) < outcome.declared:
        outcome.problems.append(f"the sources declare {outcome.declared} tests, and {len(tests)} were run")
    outcome.declared = max(outcome.declared, len(tests))
