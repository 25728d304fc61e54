"""12-megapixel pictures through every operation: how long the window stands still."""

import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any, NamedTuple

import common
import numpy as np
from PySide6.QtCore import QTimer
from window import Bench

from visionlab.core.image import Image, as_image
from visionlab.core.pipeline import Pipeline, Step
from visionlab.operations import catalogue
from visionlab.sources import ArraySource, save_picture

TICK = """
import time
last = time.perf_counter()
while True:
    time.sleep(0.001)
    now = time.perf_counter()
    if now - last > 0.004:
        print(last, now - last, flush=True)
    last = now
"""
"""A process that does nothing: what holds it up is the machine."""

GOAL = 0.05
"""Seconds. A case above it is tried again: the machine, too, stands still now and then."""

Case = tuple[str, tuple[Step, ...]]


class Stall(NamedTuple):
    """The worst of a case: seconds between two turns of the event loop, and of work in one."""

    begin: float
    end: float
    gap: float
    work: float


class Gaps:
    """Records the longest time between two turns of the event loop, and the longest work in it."""

    def __init__(self) -> None:
        self._begin = self._last = perf_counter()
        self._worked = thread_time()
        self._gap = self._work = 0.0
        self._timer = QTimer()
        self._timer.timeout.connect(self._turn)
        self._timer.start(1)

    def _turn(self) -> None:
        now, worked = perf_counter(), thread_time()
        self._gap = max(self._gap, now - self._last)
        self._work = max(self._work, worked - self._worked)
        self._last, self._worked = now, worked

    def reset(self) -> None:
        """Begin to measure."""
        self._begin = self._last = perf_counter()
        self._worked = thread_time()
        self._gap = self._work = 0.0

    def worst(self) -> Stall:
        """Return what was found since."""
        return Stall(self._begin, perf_counter(), self._gap, self._work)


def structured() -> Image:
    """Return 4000 x 3000 colour pixels with structure."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:3000, :4000]
    rgb = np.stack([x // 16, y // 12, (x // 250 + y // 250) % 2 * 180], axis=2)
    return as_image((rgb + rng.integers(0, 16, rgb.shape)).clip(0, 255).astype(np.uint8))


def noise() -> Image:
    """Return 4000 x 3000 random pixels: as many edges and corners as can be."""
    return as_image(np.random.default_rng(0).integers(0, 256, (3000, 4000, 3), np.uint8))


def busy() -> Image:
    """Return 4000 x 3000 black and white pixels: 30,000 shapes and holes with long borders."""
    rng = np.random.default_rng(0)
    field = rng.standard_normal((3000, 4000)).astype(np.float32)
    for axis in (0, 1) * 3:
        field = np.mean([np.roll(field, shift, axis) for shift in range(-2, 3)], axis=0)
    return as_image(((field > 0) * 255).astype(np.uint8))


def every() -> Iterator[Case]:
    """Yield every operation at its defaults."""
    ops = catalogue()
    grey = Step.of(ops["convert_colour"], source="RGB", target="grey")
    for op in ops.operations.values():
        yield op.title, ((grey,) if op.needs else ()) + (Step.of(op),)


def hard_on_noise() -> Iterator[Case]:
    """Yield steps that find thousands of things in noise, or work long."""
    ops = catalogue()
    grey = Step.of(ops["convert_colour"], source="RGB", target="grey")
    for distance in (1, 2):
        step = Step.of(ops["harris"], max_count=5000, min_distance=distance, threshold=0.0)
        yield f"Harris, 5000, {distance} px", (grey, step)
        step = Step.of(ops["shi_tomasi"], max_count=5000, min_distance=distance, quality=0.001)
        yield f"Shi-Tomasi, 5000, {distance} px", (grey, step)
    few = Step.of(ops["threshold"], level=254)
    for name, values in (("hough_lines", {"max_count": 1000}),
                         ("hough_segments", {"max_count": 5000, "min_length": 0})):  # fmt: skip
        for theta in (1.0, 10.0):
            step = Step.of(ops[name], threshold=1, theta=theta, **values)
            yield f"{ops[name].title}, 1 vote, {theta:.0f}°", (grey, few, step)
    smooth = Step.of(ops["gaussian_blur"], ksize=15)
    circles = Step.of(ops["hough_circles"], threshold=10, radius=(8, 16), max_count=1000)
    yield "Hough circles, 10 votes", (grey, smooth, circles)
    level = Step.of(ops["threshold"])
    for retrieval in ("external", "list", "components", "tree"):
        step = Step.of(ops["find_contours"], max_count=5000, retrieval=retrieval)
        yield f"Contours of noise, {retrieval}", (grey, level, step)
    yield "Median, 31 px", (Step.of(ops["median_blur"], ksize=31),)
    yield "Bilateral, 15 px", (Step.of(ops["bilateral_filter"], diameter=15),)
    yield "Frequency filter", (grey, Step.of(ops["frequency_filter"]))


def hard_on_shapes() -> Iterator[Case]:
    """Yield all ways to trace contours, and some to shape them."""
    ops = catalogue()
    trace = ops["find_contours"]
    for retrieval in ("external", "list", "components", "tree"):
        for approximation in ("none", "simple"):
            step = Step.of(trace, max_count=5000, retrieval=retrieval, approximation=approximation)
            yield f"Contours, 5000, {retrieval}, {approximation}", (step,)
    yield "Contours", (Step.of(trace),)
    step = Step.of(trace, retrieval="list", circularity=(0, 0.9), solidity=(0, 0.9), simplify=1.0)
    yield "Contours, filtered", (step,)
    yield "Hit-or-miss", (Step.of(ops["hit_or_miss"]),)
    yield "Opening, 31 px, 10 times", (Step.of(ops["opening"], size=31, iterations=10),)


def stalls(bench: Bench, gaps: Gaps, cases: Iterable[Case]) -> dict[str, Stall]:
    """Return each case's stall; of one above the goal, the median of three tries."""
    found = {}
    for name, steps in cases:
        tries = [stall(bench, gaps, steps)]
        if tries[0].gap > GOAL:
            tries += [stall(bench, gaps, steps), stall(bench, gaps, steps)]
            print(name, *(f"{one.gap * 1000:.0f} ms" for one in tries), file=sys.stderr)
        found[name] = sorted(tries, key=lambda one: one.gap)[len(tries) // 2]
    return found


def stall(bench: Bench, gaps: Gaps, steps: tuple[Step, ...]) -> Stall:
    """Return the worst while `steps` run, are shown, and are zoomed into."""
    editor, session, compare = bench.session.editor, bench.session, bench.window.docks.compare
    editor.load(Pipeline())
    bench.wait_for(session.idle)
    bench.run(0.15)
    gaps.reset()
    editor.load(Pipeline(steps))
    bench.wait_for(session.idle, 120)
    bench.run(0.25)
    for look in (compare.one_to_one, compare.zoom_in, compare.fit):
        look()
        bench.run(0.05)
    return gaps.worst()


def show(bench: Bench, name: str, picture: Image) -> None:
    """Open `picture` and wait until it is painted."""
    bench.session.editor.load(Pipeline())
    bench.session.open(name, lambda: ArraySource(picture, name))
    bench.wait_for(lambda: bench.painted[-1].name == name)


def measure(bench: Bench, gaps: Gaps) -> dict[str, dict[str, Stall]]:
    """Return the worst of each case of each group."""
    gaps.reset()
    bench.run(2.0)
    groups = {"nothing to do": {"idle": gaps.worst()}}
    docks = bench.window.docks.docks
    for name, picture, hard in (
        ("structured", structured(), ()),
        ("noise", noise(), tuple(hard_on_noise())),
        ("shapes", busy(), tuple(hard_on_shapes())),
    ):
        show(bench, name, picture)
        docks["histogram"].raise_()
        groups[f"{name}, every operation"] = stalls(bench, gaps, every())
        for dock in ("table", "views") if hard else ():
            docks[dock].raise_()
            groups[f"{name}, hard values, {dock}"] = stalls(bench, gaps, hard)
    return groups


def figures(
    name: str, found: dict[str, Stall], held: list[tuple[float, float]]
) -> list[dict[str, Any]]:
    """Return the worst of a group; each case goes to the error output."""
    for case, stall in found.items():
        print(f"{name}: {case}: {stall.gap * 1000:.0f} ms, work {stall.work * 1000:.0f}, "
              f"idle process {machine(stall, held):.0f}", file=sys.stderr)  # fmt: skip
    case = max(found, key=lambda case: found[case].gap)
    worst = found[case]
    return [
        common.figure(f"stall: {name} ({case})", worst.gap * 1000, "ms", "at most 50"),
        common.figure("  of an idle process meanwhile", machine(worst, held), "ms"),
        common.figure("  longest work of the window", max(s.work for s in found.values()) * 1000,
                      "ms"),
    ]  # fmt: skip


def machine(stall: Stall, held: list[tuple[float, float]]) -> float:
    """Return for how many milliseconds the idle process was held up during `stall`'s case."""
    return 1000 * max((gap for at, gap in held if stall.begin <= at <= stall.end), default=0.0)


def main() -> None:
    """Measure."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile("w+") as ticks:
        path = Path(folder) / "big.png"
        save_picture(path, structured())
        idle = subprocess.Popen([sys.executable, "-c", TICK], stdout=ticks)
        bench = Bench()
        bench.start(str(path), Pipeline())
        groups = measure(bench, Gaps())
        bench.close()
        idle.terminate()
        idle.wait()
        ticks.seek(0)
        whole = [line.split() for line in ticks if line.endswith("\n")]
    held = [(float(at), float(gap)) for at, gap in whole]
    common.report([one for name, found in groups.items() for one in figures(name, found, held)])


if __name__ == "__main__":
    main()
