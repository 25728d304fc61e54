"""Every check of the project, one after the other: style, types, imports, tests."""

import os
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from _environment import ROOT

from visionlab import system

OUT = ROOT / "out"
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
WORKERS = min(4, os.cpu_count() or 1)
NOTHING_SELECTED = 5
"""pytest's exit status where no test fits its arguments."""


class Outcome(NamedTuple):
    """How one check ended."""

    title: str
    word: str
    seconds: float


def run_all(python: Path, pytest_arguments: Sequence[str]) -> int:
    """Run every check, sum up, and return 0 if none failed, else 1."""
    OUT.mkdir(exist_ok=True)
    reports = [OUT / "tests.xml", OUT / "tests-display.xml"]
    for report in reports:
        report.unlink(missing_ok=True)
    base = [str(python), "-m", "pytest", *pytest_arguments]
    outcomes = [
        check("ruff check", [python, "-m", "ruff", "check"]),
        check("ruff format", [python, "-m", "ruff", "format", "--check"]),
        check("mypy", [python, "-m", "mypy"]),
        check("import-linter", [python, "-c", LINT_IMPORTS]),
        check("tests", off_screen(base, reports[0]), tests_environment("offscreen")),
    ]
    with x_display() as environment:
        if environment is None:
            outcomes.append(Outcome("tests on a display", "left out: there is none", 0))
        else:
            command = [*base, "-m", "xdisplay", f"--junitxml={reports[1]}"]
            outcomes.append(check("tests on a display", command, environment))
    return sum_up(outcomes, reports)


def off_screen(base: Sequence[str], report: Path) -> list[str]:
    """Return the command for all tests that need no display."""
    workers = ["--numprocesses", str(WORKERS), "--dist", "worksteal"]
    return [*base, "-m", "not xdisplay", *workers, f"--junitxml={report}"]


def check(
    title: str, command: Sequence[str | Path], environment: dict[str, str] | None = None
) -> Outcome:
    """Run one check under a heading."""
    print(f"\n===== {title} =====", flush=True)
    start = time.monotonic()
    status = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    word = {0: "passed", NOTHING_SELECTED: "nothing selected"}.get(status, "FAILED")
    return Outcome(title, word, time.monotonic() - start)


def sum_up(outcomes: Sequence[Outcome], reports: Sequence[Path]) -> int:
    """Print a table of the checks and the number of tests; return the exit status."""
    print("\n===== summary =====")
    for outcome in outcomes:
        print(f"{outcome.title:<20} {outcome.seconds:7.1f} s   {outcome.word}")
    tests = count_tests(report for report in reports if report.exists())
    print(f"{tests['passed']} passed, {tests['failed']} failed, {tests['skipped']} skipped")
    return int(any(outcome.word == "FAILED" for outcome in outcomes))


def count_tests(reports: Iterator[Path]) -> Counter[str]:
    """Count the tests in pytest's JUnit files by how they ended."""
    tests: Counter[str] = Counter()
    for report in reports:
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):
            failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            skipped = int(suite.get("skipped", 0))
            tests["failed"] += failed
            tests["skipped"] += skipped
            tests["passed"] += int(suite.get("tests", 0)) - failed - skipped
    return tests


def tests_environment(platform: str) -> dict[str, str]:
    """Return the environment for tests: no Qt setting of the person's own but the platform."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QT_")}
    return {**kept, "QT_QPA_PLATFORM": platform} if platform else kept


@contextmanager
def x_display() -> Iterator[dict[str, str] | None]:
    """Start a virtual X display where there can be one; else yield the real one, or None."""
    if not shutil.which("Xvfb"):
        platform = "xcb" if system.display().startswith("X") else ""
        yield tests_environment(platform) if system.display() else None
        return
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1920x1080x24"]
    server = subprocess.Popen(
        [*command, "-nolisten", "tcp", "-noreset"], pass_fds=(writing,), stderr=subprocess.DEVNULL
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        yield {**tests_environment("xcb"), "DISPLAY": f":{number}"} if number else None
    finally:
        server.terminate()
        server.wait()
