"""What one suite came to: the counts, the problems, and the table of all suites."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ALLOWED = Path(__file__).with_name("may_be_ignored.txt")


@dataclass
class Outcome:
    """One suite. Every problem is a sentence and counts as a failed test."""

    suite: str
    declared: int = 0
    passed: int = 0
    failing: int = 0
    ignored: int = 0
    problems: list = field(default_factory=list)

    @property
    def failed(self):
        """Failing tests and everything else that keeps the suite from being believed."""
        return self.failing + len(self.problems)


def missing(declared, listed, hint=""):
    """A sentence for each test that the sources declare and no harness holds. Harness names end in `::function`."""
    absent = Counter(declared) - Counter(name.rsplit("::", 1)[-1] for name in listed)
    return [f"'{name}' is declared in the sources and never runs{hint}" for name in sorted(absent.elements())]


def allowed_to_be_ignored():
    """The tests that may be ignored: one a line, its name and then the reason."""
    lines = ALLOWED.read_text().splitlines()
    entries = [line.split(maxsplit=1) for line in lines if line.strip() and not line.startswith("#")]
    return {entry[0] for entry in entries if len(entry) == 2}


def not_excused(ignored, allowed):
    """A sentence for each ignored test without a reason on the list."""
    return [f"'{name}' is ignored without a reason in {ALLOWED.name}" for name in ignored if name not in allowed]


def table(outcomes):
    """The suites in columns, and under them every problem."""
    width = max([len("suite"), *(len(outcome.suite) for outcome in outcomes)])
    lines = [f"{'suite':<{width}}  declared  passed  failed  ignored"]
    for o in outcomes:
        lines.append(f"{o.suite:<{width}}  {o.declared:>8}  {o.passed:>6}  {o.failed:>6}  {o.ignored:>7}")
    for o in outcomes:
        lines += [f"{o.suite}: {problem}" for problem in o.problems]
    return "\n".join(lines)


def last_line(outcomes):
    """The line that machines read."""
    return f"{sum(o.passed for o in outcomes)} passed, {sum(o.failed for o in outcomes)} failed"
