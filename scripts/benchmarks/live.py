"""The test camera through grey, blur and Canny, original and result both painted, off screen."""

import subprocess
import sys
from pathlib import Path
from statistics import quantiles

import common
from PySide6.QtCore import QSize
from window import Bench

from visionlab.core.pipeline import Pipeline, Step
from visionlab.operations import catalogue

RATE = 60


def steps() -> Pipeline:
    """Return grey, blur, Canny."""
    ops = catalogue()
    return Pipeline((
        Step.of(ops["convert_colour"], source="RGB", target="grey"),
        Step.of(ops["gaussian_blur"], ksize=5, sigma=1.0),
        Step.of(ops["canny"], thresholds=(50, 150)),
    ))  # fmt: skip


def paced(bench: Bench, seconds: float) -> list[dict[str, object]]:
    """Measure at 60 frames a second."""
    bench.start(f"camera:test:1280x720@{RATE}", steps())
    bench.run(1.0)
    bench.painted.clear()
    bench.run(seconds)
    frames = {p.number for p in bench.painted}
    produced = max(frames) - min(frames) + 1
    delays = [(p.at - p.taken) * RATE for p in bench.painted]
    cut = quantiles(delays, n=100)
    return [
        common.figure("painted / produced at 60 a second", len(frames) / produced, "",
                      "at least 0.98"),
        common.figure("delay from camera to screen, median", cut[49], "frames", "at most 2"),
        common.figure("delay from camera to screen, 99 of 100", cut[98], "frames", "at most 2"),
    ]  # fmt: skip


def unthrottled(bench: Bench, seconds: float) -> list[dict[str, object]]:
    """Measure as fast as it goes; before and after, the minimal program, its panes as large."""
    bench.start("sample:gradient", steps())  # nothing moves
    bench.run(0.5)
    pane = bench.window.docks.compare.original.size()
    before = minimal(seconds / 2, pane)
    bench.start("camera:test:1280x720@max", steps())
    bench.run(0.5)
    bench.painted.clear()
    bench.run(seconds)
    rate = len(bench.painted) / seconds
    bench.close()
    reference = (before + minimal(seconds / 2, pane)) / 2
    return [
        common.figure("unthrottled, painted frames a second", rate, "1/s"),
        common.figure("minimal Qt program, the same", reference, "1/s"),
        common.figure("unthrottled / minimal program", rate / reference, "x", "at least 0.8"),
    ]


def minimal(seconds: float, pane: QSize) -> float:
    """Return the frames a second of the minimal program."""
    program = Path(__file__).with_name("minimal_live.py")
    command = [sys.executable, str(program), str(seconds), str(pane.width()), str(pane.height())]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout.splitlines()[-1])


def main() -> None:
    """Measure."""
    seconds = common.seconds()
    bench = Bench()
    common.report([*paced(bench, seconds), *unthrottled(bench, seconds)])


if __name__ == "__main__":
    main()
