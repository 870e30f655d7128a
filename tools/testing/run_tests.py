"""`make test` and `make test-stock`: runs every suite of the project, or what stock lunatic has a part in, and fails if
anything failed, or ran less than is declared.

    tools/with-tools.sh python3 tools/testing/run_tests.py [--stock] [SUITE…]

Suites are found, not listed: Rust packages by asking Cargo, JavaScript by file name. The cheap ones come first. At the
end stands a table, every problem as a sentence, and one line for machines: `N passed, N failed`.
"""

import io
import os
import sys
import unittest
from pathlib import Path

import node_suites
import rust_suites
import servers
from outcome import Outcome, allowed_to_be_ignored, last_line, table
from program import run

ROOT = Path(__file__).resolve().parent.parent.parent
OWN = "tools/testing"


def main(arguments):
    """Runs the suites with these names, or all; returns the exit status."""
    stock = "--stock" in arguments
    wanted = [argument for argument in arguments if argument != "--stock"]
    os.environ.pop("UMBRA_SERVER", None)
    allowed = allowed_to_be_ignored()
    ways = servers.ways(stock)
    found_packages = rust_suites.packages(ROOT)
    found_folders = node_suites.suites(ROOT)
    names = {OWN, *(package.name for package in found_packages)}
    names |= {str(folder.relative_to(ROOT)) for folder in found_folders}
    if unknown := set(wanted) - names:
        sys.exit(f"no such suite: {', '.join(sorted(unknown))}. There are: {', '.join(sorted(names))}")
    chosen = set(wanted) or names

    outcomes = []
    if OWN in chosen and not stock:
        outcomes.append(report(own_tests()))
    packages = [package for package in found_packages if package.name in chosen]
    folders = {folder: files for folder, files in found_folders.items() if str(folder.relative_to(ROOT)) in chosen}
    if stock:
        packages = [package for package in packages if package.on_lunatic or package.name in dict(servers.RUST)]
        folders = {}
    outcomes += build_guest()
    outcomes += rust(packages, allowed, stock, ways)
    for folder, files in folders.items():
        name = str(folder.relative_to(ROOT))
        runs = {f"{name}, {way}": {"UMBRA_SERVER": command} for way, command in ways.items()}
        for suite, environment in (runs if name in servers.NODE else {name: {}}).items():
            announce(suite)
            outcomes.append(report(node_suites.test_folder(suite, folder, files, allowed, environment)))

    print(f"\n{table(outcomes)}\n\n{last_line(outcomes)}", flush=True)
    return 1 if any(outcome.failed for outcome in outcomes) or not outcomes else 0


def own_tests():
    """The tests of this accounting: were it broken, nothing it says about the others would count."""
    announce(OWN)
    suite = unittest.defaultTestLoader.discover(str(Path(__file__).parent))
    declared = suite.countTestCases()
    said = io.StringIO()
    result = unittest.TextTestRunner(said).run(suite)
    failing = len(result.failures) + len(result.errors)
    if failing:
        print(said.getvalue(), flush=True)
    outcome = Outcome(OWN, declared, result.testsRun - failing - len(result.skipped), failing, len(result.skipped))
    if not declared or result.testsRun != declared or result.skipped:
        outcome.problems.append(f"{declared} tests are declared, {result.testsRun} ran")
    return outcome


def build_guest():
    """The guest itself, which the tests over real connections start, with the browser's client that it serves; and the bots.
    No outcome unless it fails."""
    announce("the browser's client")
    if run(["cargo", "run", "--quiet", *rust_suites.NATIVE, "-p", "umbra-bindgen"], ROOT, echo=True).status:
        return [Outcome("the browser's client", problems=["it cannot be built, or is too large"])]
    announce("the guest and the bots (release build)")
    if run(["cargo", "build", "--release", "-p", "umbra", "-p", "umbra-bots"], ROOT, echo=True).status:
        return [Outcome("the guest", problems=["the release build failed"])]
    return []


def rust(packages, allowed, stock, ways):
    """Builds and runs the chosen packages, those on lunatic after the native ones."""
    outcomes = []
    for flags in dict.fromkeys(tuple(package.flags) for package in packages):
        group = [package for package in packages if tuple(package.flags) == flags]
        announce(f"building tests: {' '.join(package.name for package in group)}")
        built, broken = rust_suites.build(ROOT, group)
        outcomes += [Outcome(package.name, problems=["the tests did not compile"]) for package in broken]
        for package in group:
            if package not in broken:
                announce(package.name)
                programs = built.get(package.id, [])
                outcomes += map(report, rust_suites.test_package(ROOT, package, programs, allowed, stock, ways))
    return outcomes


def announce(what):
    """Says what comes next."""
    print(f"test: {what}", flush=True)


def report(outcome):
    """Says what a suite came to, and hands it on."""
    print(f"test: {outcome.suite}: {outcome.passed} passed, {outcome.failed} failed", flush=True)
    return outcome


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
