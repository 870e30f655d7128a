"""Whether a WebAssembly test executable really ran its tests.

Used by tools/wasm-runner.sh (`--check`) and by the test run. A `#[lunatic::test]` is an exported function whose name
begins with PREFIX, so the file itself says how many tests it holds, whatever a harness claims to have run.
"""

import argparse
import re
import sys
from pathlib import Path

PREFIX = "#lunatic_test_"
EXPORT_SECTION = 7
FUNCTION = 0
SUMMARY = re.compile(
    r"^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored; \d+ measured; (\d+) filtered out", re.MULTILINE
)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class NotWasm(Exception):
    """The file is no WebAssembly module, or is cut off."""


def number(data, at):
    """Reads a LEB128 number; returns it and the position after it."""
    value = shift = 0
    while True:
        if at >= len(data):
            raise NotWasm("the module ends inside a number")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def exported_functions(data):
    """The names of the functions that a module exports, in order."""
    if data[:4] != b"\0asm":
        raise NotWasm("this is no WebAssembly module")
    at = 8
    while at < len(data):
        section = data[at]
        size, at = number(data, at + 1)
        if section == EXPORT_SECTION:
            return names_in(data, at)
        at += size
    return []


def names_in(data, at):
    """The function names in an export section that begins at this position."""
    count, at = number(data, at)
    names = []
    for _ in range(count):
        length, at = number(data, at)
        name = data[at : at + length].decode()
        kind = data[at + length]
        _, at = number(data, at + length + 1)
        if kind == FUNCTION:
            names.append(name)
    return names


def tests_in(module):
    """The full names (`crate::module::function`) of the tests that a file holds."""
    return [
        re.sub(r"^(#ignore_)?(#panic_(\\#|[^#])*#)?", "", name[len(PREFIX) :])
        for name in exported_functions(Path(module).read_bytes())
        if name.startswith(PREFIX)
    ]


def problem_with(held, output):
    """Why the output of a run cannot be believed, given how many tests the file holds; None if it can."""
    summaries = SUMMARY.findall(COLOUR.sub("", output))
    if len(summaries) != 1:
        return f"the file holds {held} tests, and the run printed {len(summaries)} summaries instead of one"
    accounted = sum(map(int, summaries[0]))
    if accounted != held:
        return f"the file holds {held} tests, and the run accounts for {accounted}"
    return None


def main():
    """Checks one run; says what is wrong on stderr and ends with status 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", nargs=2, metavar=("MODULE", "OUTPUT"), required=True)
    module, output = parser.parse_args().check
    problem = problem_with(len(tests_in(module)), Path(output).read_text(errors="replace"))
    if problem:
        print(f"wasm-runner: {problem} ({module})", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
