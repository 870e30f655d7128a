"""`make prove`: puts bugs back, one at a time, and shows that the fault kit finds each.

    tools/with-tools.sh python3 tools/testing/put_back.py [NAME…]

Each bug is a small edit that undoes one safeguard against one race. It is made in a copy of the sources, never in this
tree; the copy shares one folder of build products, so each costs a few seconds. The kit then plays its sweep on the
simulated server and has to fail, naming the match's seed and the step. A bug that it does not find is a hole in the kit,
and fails this command.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SWEEP = ["cargo", "test", "-p", "umbra-faults", "--target", "host-tuple", "--test", "simulated"]

# Name of the race: file, what stands there, what is put in its place.
BUGS = {
    "kill between journal and broadcast": (
        "crates/machine/src/room/roster.rs",
        "op <= *answered",
        "op < *answered",
    ),
    "kill between broadcast and reply": (
        "src/process/user.rs",
        "if n <= *heard => return,",
        "if n <= *heard && n == 0 => return,",
    ),
    "user killed with an action under way": (
        "crates/machine/src/connection.rs",
        "self.stage = Stage::SignedIn;\n        self.unanswered.clone()",
        "self.stage = Stage::SignedIn;\n        Vec::new()",
    ),
    "user asks what is answered before its room has carried it out": (
        "crates/machine/src/session/rebirth.rs",
        "known.answers = now.answers;",
        "let _ = (known, now);",
    ),
    "user killed with the result of the match": (
        "crates/machine/src/room/absence.rs",
        "Phase::Waiting => now_ms < self.outcome_travels_until_ms,",
        "Phase::Waiting => false,",
    ),
    "manager killed while creating a room": (
        "src/process/room_manager.rs",
        "self.make_known(&plan, handle);",
        "",
    ),
    "user manager killed just after it has started a user": (
        "src/process/user_manager.rs",
        "self.note(&uid, user, &arrival.attach);",
        "",
    ),
}


def main(wanted):
    """Puts back the named bugs, or all; returns the exit status."""
    if unknown := set(wanted) - set(BUGS):
        sys.exit(f"no such bug: {', '.join(sorted(unknown))}. There are: {', '.join(BUGS)}")
    holes = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "umbra"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns("target", ".git", "node_modules"), symlinks=True)
        for name in wanted or BUGS:
            found = put_back(copy, *BUGS[name])
            print(f"{name}: {found or 'NOT FOUND'}", flush=True)
            if not found:
                holes.append(name)
    print(f"{len(wanted or BUGS) - len(holes)} found, {len(holes)} not found")
    return 1 if holes else 0


def put_back(copy, file, old, new):
    """Plays the sweep with one bug; says how it was found, or None."""
    path = copy / file
    text = path.read_text()
    if text.count(old) != 1:
        sys.exit(f"{file} holds {old!r} {text.count(old)} times, expected once: this list is out of date")
    path.write_text(text.replace(old, new))
    command = [*SWEEP, "--target-dir", str(ROOT / "target" / "put-back"), "--", "--test-threads=2"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    path.write_text(text)
    if done.returncode == 0:
        return None
    said = done.stdout + done.stderr
    if "could not compile" in said:
        sys.exit(f"with {new!r} in {file} nothing compiles:\n{said}")
    failure = re.search(r"panicked at .*\n(?:assertion .* failed: )?(.*)\n(?:\s+left: (.*))?", said)
    return " – ".join(part[:200] for part in failure.groups() if part) if failure else "the sweep fails"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
