"""The sum of several test runs, as the line that machines read: `total.py OUTPUT…`.

A run is believed by its last line alone. One that did not get so far counts as a failure.
"""

import re
import sys
from pathlib import Path

LAST = re.compile(r"(\d+) passed, (\d+) failed")


def total(outputs):
    """Passed and failed over all outputs."""
    passed = failed = 0
    for output in outputs:
        lines = output.strip().splitlines() or [""]
        found = LAST.fullmatch(lines[-1])
        passed += int(found[1]) if found else 0
        failed += int(found[2]) if found else 1
    return passed, failed


def main(files):
    """Prints the sum; the exit status says whether all is well."""
    passed, failed = total(Path(file).read_text(errors="replace") for file in files)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
