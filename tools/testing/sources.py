"""Which tests the sources declare: what the run is held to.

A harness can only list what was compiled into it. A test file that no module names, a plain `#[test]` in a crate that
runs on WebAssembly, a script that no pattern matches: these never reach a harness, and only the sources tell of them.
"""

import os
import re
from pathlib import Path

LEFT_OUT = {"target", "node_modules", ".git", ".toolchain"}
NOISE = re.compile(
    r"""//[^\n]*                            # line comment
      | /\*.*?\*/                           # block comment
      | b?r(?P<hashes>\#*)".*?"(?P=hashes)  # raw string
      | b?"(?:\\.|[^"\\])*"                 # string
      | b?'(?:\\[^']+|[^'\\])'              # character, not a lifetime""",
    re.DOTALL | re.VERBOSE,
)
RUST_TEST = re.compile(
    r"\#\[\s*(?:\w+::)*test\s*(?:\([^\]]*\))?\s*\]"  # #[test], #[lunatic::test], #[tokio::test(…)]
    r"(?:\s*\#\[[^\]]*\])*"
    r"\s*(?:pub(?:\([^)]*\))?\s+)?(?:async\s+)?fn\s+(\w+)"
)
MACRO = re.compile(r"macro_rules!\s*\w+\s*[{(\[]")
NODE_FILE = re.compile(r"^(.+[.\-_]test|test-.+|test)\.[cm]?js$")
NODE_TEST = re.compile(r"^[ \t]*(?:await\s+)?(?:t\.)?(?:test|it)(?:\.\w+)?\s*\(", re.MULTILINE)
NODE_COMMENT = re.compile(r"^\s*//[^\n]*|/\*.*?\*/", re.DOTALL | re.MULTILINE)


def rust_tests(text):
    """The names of the test functions in a Rust source, in order. Those that a macro writes are left out:
    a macro's tests belong to whoever calls it, under names of their own."""
    text = NOISE.sub('""', text)
    while macro := MACRO.search(text):
        text = text[: macro.start()] + text[end_of_block(text, macro.end()) :]
    return RUST_TEST.findall(text)


def end_of_block(text, at):
    """The position after the bracket that closes the one just before this position."""
    depth = 1
    while at < len(text) and depth:
        depth += (text[at] in "{([") - (text[at] in "})]")
        at += 1
    return at


def rust_tests_of(package):
    """The names of all tests declared under a package's folder, without those of packages inside it."""
    names = []
    for folder, subfolders, files in os.walk(package):
        subfolders[:] = [
            sub for sub in subfolders if sub not in LEFT_OUT and not Path(folder, sub, "Cargo.toml").exists()
        ]
        for file in files:
            if file.endswith(".rs"):
                names += rust_tests(Path(folder, file).read_text())
    return names


def node_test_files(root):
    """Every JavaScript test file of the project, by the names that `node --test` looks for."""
    found = []
    for folder, subfolders, files in os.walk(root):
        subfolders[:] = [sub for sub in subfolders if sub not in LEFT_OUT]
        found += [Path(folder, file) for file in files if NODE_FILE.match(file)]
    return sorted(found)


def node_tests(text):
    """How many tests a JavaScript source declares; a loop around one may make more of it, never fewer."""
    return len(NODE_TEST.findall(NODE_COMMENT.sub("", text)))
