"""The Rust suites: one a package of the workspace, found by asking Cargo.

A package that uses lunatic is tested as WebAssembly, on the launcher or on stock lunatic; every other one natively. Each
test executable is asked what it holds, run, and held to that; and all that a package's executables hold together is held
to its sources. What speaks to a whole server, or opens connections to processes of one, is run once for each way to do so
(servers.py).
(What stands on the simulated runtime has its tests in a native package of its own. Only the examples in its documentation
lie in the package that is tested on lunatic: they are run on both.)
"""

import json
import re
from pathlib import Path

import servers
import sources
import wasm_tests
from outcome import Outcome, missing, not_excused
from program import run

NATIVE = ["--target", "host-tuple"]
# By one of these a package shows that the runtime is in it, which is of use only when it is optimised. The profile is
# the launcher's own, and the guest inside it, a default feature, is left out: that is a build of its own. All of them are
# built together, so that no crate is built twice for two sets of features.
RUNTIME = {"lunatic-process", "umbra-runtime", "wasmtime"}
OPTIMISED = ["--profile", "launcher", "--no-default-features"]
# By dependencies for it a package shows that it is built natively as well as for lunatic.
NOT_WASM = 'cfg(not(target_arch = "wasm32"))'
ANNOUNCED = re.compile(r"^running (\d+) tests?$", re.MULTILINE)
RESULT = re.compile(r"^test (\S+)(?: - should panic)? \.\.\. (FAILED|ignored)", re.MULTILINE)
TOOLS = Path(__file__).resolve().parent.parent
# Cargo's own variable for what it hands WebAssembly to.
RUNNER = "CARGO_TARGET_WASM32_WASIP1_RUNNER"


def runner(stock):
    """The script that runs WebAssembly."""
    return TOOLS / ("stock-runner.sh" if stock else "wasm-runner.sh")


class Package:
    """One package as Cargo describes it."""

    def __init__(self, described):
        self.name = described["name"]
        self.id = described["id"]
        self.folder = Path(described["manifest_path"]).parent
        self.on_lunatic = any(needs["name"] == "lunatic" for needs in described["dependencies"])
        self.is_native_too = not self.on_lunatic or any(needs.get("target") == NOT_WASM for needs in described["dependencies"])
        self.has_runtime = any(needs["name"] in RUNTIME for needs in described["dependencies"])
        self.has_doc_tests = any(target["doctest"] for target in described["targets"])

    @property
    def flags(self):
        """What Cargo must be told to build it as it is tested."""
        if self.on_lunatic:
            return []
        return NATIVE + OPTIMISED * self.has_runtime

    @property
    def doc_flags(self):
        """The same for each run of the examples in its documentation."""
        if not self.has_doc_tests:
            return []
        if self.on_lunatic and self.is_native_too:
            return [self.flags, NATIVE]
        return [self.flags]


def packages(root):
    """All packages of the workspace, those on lunatic last."""
    ran = run(["cargo", "metadata", "--no-deps", "--format-version", "1"], root, split=True)
    return sorted(map(Package, json.loads(ran.output)["packages"]), key=lambda package: package.on_lunatic)


def build(root, chosen):
    """Builds the test executables of packages that share their flags: a dictionary from package id to names and paths,
    and the packages that did not compile. When all together fail, each is tried alone."""
    if not chosen:
        return {}, []
    names = [part for package in chosen for part in ("-p", package.name)]
    ran = run(
        ["cargo", "test", "--no-run", "--message-format=json-render-diagnostics", *chosen[0].flags, *names],
        root,
        split=True,
    )
    if ran.status == 0:
        return executables(ran.output), []
    if len(chosen) == 1:
        return {}, chosen
    built, broken = {}, []
    for package in chosen:
        found, failed = build(root, [package])
        built.update(found)
        broken += failed
    return built, broken


def executables(messages):
    """The test executables in Cargo's messages, by package id: name and path of each."""
    found = {}
    for line in messages.splitlines():
        message = json.loads(line) if line.startswith("{") else {}
        if message.get("reason") == "compiler-artifact" and message["profile"]["test"] and message["executable"]:
            found.setdefault(message["package_id"], []).append((message["target"]["name"], message["executable"]))
    return found


def test_package(root, package, programs, allowed, stock, ways):
    """Runs everything that a package has to be tested with: an outcome, and one more for each way to start a server, if
    tests of the package do. On stock lunatic, only what lunatic or a server has a part in."""
    outcome = Outcome(package.name)
    live = {way: Outcome(f"{package.name}, {way}") for way in ways}
    held = []
    for name, program in programs:
        listed = list_tests(package, program)
        held += listed
        if (package.name, name) in servers.RUST:
            for way, command in ways.items():
                ran = run([program], package.folder, environment(package, {"UMBRA_SERVER": command}))
                judge(live[way], name, ran, len(listed), allowed)
        elif (package.name, name) in servers.PROCESSES:
            for way, told in servers.edges(stock).items():
                ran = run([runner(stock), program], package.folder, environment(package, told))
                judge(live[way], name, ran, len(listed), allowed)
        elif package.on_lunatic or not stock:
            command = [runner(stock), program] if package.on_lunatic else [program]
            judge(outcome, Path(program).name, run(command, package.folder, environment(package)), len(listed), allowed)
    hint = " (on WebAssembly only #[lunatic::test] does)" if package.on_lunatic else ""
    outcome.problems += missing(sources.rust_tests_of(package.folder), held, hint)
    for flags in package.doc_flags:
        if package.on_lunatic and flags == package.flags or not stock:
            command = ["cargo", "test", "--quiet", "--doc", "-p", package.name, *flags]
            ran = run(command, root, {RUNNER: str(runner(stock))})
            judge(outcome, "documentation", ran, sum(map(int, ANNOUNCED.findall(ran.output))), allowed)
    return [told for told in (outcome, *live.values()) if told.declared or told.failed or told is outcome and not stock]


def environment(package, more=()):
    """What Cargo would tell a test program, and what else is to be said."""
    return {"CARGO_MANIFEST_DIR": str(package.folder), **dict(more)}


def list_tests(package, program):
    """The full names of the tests that an executable holds."""
    if package.on_lunatic:
        return wasm_tests.tests_in(program)
    ran = run([program, "--list", "--format", "terse"], package.folder, split=True)
    return [line.removesuffix(": test") for line in ran.output.splitlines() if line.endswith(": test")]


def judge(outcome, program, ran, held, allowed):
    """Adds one run to the outcome. Prints its output if anything is wrong with it."""
    output = wasm_tests.COLOUR.sub("", ran.output)
    summaries = [tuple(map(int, counts)) for counts in wasm_tests.SUMMARY.findall(output)]
    passed, failing, ignored, left_out = map(sum, zip(*summaries)) if summaries else (0, 0, 0, 0)
    outcome.declared += held
    outcome.passed += passed
    outcome.failing += failing
    outcome.ignored += ignored
    problems = not_excused([name for name, how in RESULT.findall(output) if how == "ignored"], allowed)
    if ran.late:
        problems.append(f"{program} did not end and was stopped")
    elif not summaries:
        problems.append(f"{program} printed no result (status {ran.status})")
    elif passed + failing + ignored != held or left_out:
        problems.append(f"{program} holds {held} tests and ran {passed + failing} of them, {ignored} ignored")
    elif ran.status != 0 and not failing:
        problems.append(f"{program} reports no failing test and ended with status {ran.status}")
    if problems or failing:
        print(ran.output, flush=True)
    outcome.problems += problems
