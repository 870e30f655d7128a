"""Runs one program to its end, or to its deadline, and keeps what it prints."""

import os
import signal
import subprocess
import threading
from dataclasses import dataclass

DEADLINE_S = 900


@dataclass
class Ran:
    """A program that ended: its exit status, everything it printed, and whether the deadline ended it."""

    status: int
    output: str
    late: bool


def run(command, cwd, env=None, echo=False, deadline_s=DEADLINE_S, split=False):
    """Runs a command. It gets a process group of its own, so that the deadline ends whatever it started as well.
    With `split`, standard error goes straight to ours and only standard output is kept."""
    child = subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=None if split else subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    late = threading.Event()

    def end():
        late.set()
        os.killpg(child.pid, signal.SIGKILL)

    timer = threading.Timer(deadline_s, end)
    timer.start()
    lines = []
    try:
        for line in child.stdout:
            lines.append(line)
            if echo:
                print(line, end="", flush=True)
        status = child.wait()
    except BaseException:
        os.killpg(child.pid, signal.SIGKILL)
        raise
    finally:
        timer.cancel()
    return Ran(status, "".join(lines), late.is_set())
