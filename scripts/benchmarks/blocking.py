"""A 12-megapixel picture through every operation: how long the window stands still."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import common
import numpy as np
from PySide6.QtCore import QTimer
from window import Bench

from visionlab.core.image import Image, as_image
from visionlab.core.pipeline import Pipeline, Step
from visionlab.operations import catalogue
from visionlab.sources import ArraySource, save_picture


class Gaps:
    """Records the longest time between two turns of the event loop."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = perf_counter()
        self._timer = QTimer()
        self._timer.timeout.connect(self._turn)
        self._timer.start(1)

    def _turn(self) -> None:
        now = perf_counter()
        self.longest = max(self.longest, now - self._last)
        self._last = now

    def reset(self) -> None:
        """Begin to measure."""
        self.longest, self._last = 0.0, perf_counter()


def big_picture(folder: Path) -> Path:
    """Write 4000 x 3000 pixels with structure."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:3000, :4000]
    rgb = np.stack([x // 16, y // 12, (x // 250 + y // 250) % 2 * 180], axis=2)
    noisy = (rgb + rng.integers(0, 16, rgb.shape)).clip(0, 255).astype(np.uint8)
    path = folder / "big.png"
    save_picture(path, as_image(noisy))
    return path


def noise() -> Image:
    """Return 4000 x 3000 random pixels: as many edges, corners and shapes as can be."""
    return as_image(np.random.default_rng(0).integers(0, 256, (3000, 4000, 3), np.uint8))


def mild() -> Iterator[tuple[str, tuple[Step, ...]]]:
    """Yield every operation at its defaults."""
    ops = catalogue()
    grey = Step.of(ops["convert_colour"], source="RGB", target="grey")
    for op in ops.operations.values():
        yield op.title, ((grey,) if op.needs else ()) + (Step.of(op),)


def hard() -> Iterator[tuple[str, tuple[Step, ...]]]:
    """Yield steps that find thousands of things, or work long."""
    ops = catalogue()
    grey = Step.of(ops["convert_colour"], source="RGB", target="grey")
    blur = Step.of(ops["gaussian_blur"], ksize=15, sigma=4.0)
    shapes = (grey, blur, Step.of(ops["threshold"]))
    edges = (grey, Step.of(ops["gaussian_blur"]), Step.of(ops["canny"], thresholds=(300, 500)))
    for retrieval in ("external", "list", "tree"):
        for approximation in ("none", "simple"):
            step = Step.of(ops["find_contours"], max_count=5000, approximation=approximation,
                           retrieval=retrieval)  # fmt: skip
            yield f"Contours, 5000, {retrieval}, {approximation}", (*shapes, step)
    yield "Contours", (*shapes, Step.of(ops["find_contours"]))
    yield "Harris, 5000, 1 px", (grey, Step.of(ops["harris"], max_count=5000, min_distance=1))
    many = Step.of(ops["shi_tomasi"], max_count=5000, min_distance=1.0, quality=0.01)
    yield "Shi-Tomasi, 5000", (grey, many)
    segments = Step.of(ops["hough_segments"], max_count=5000, threshold=10, min_length=5)
    yield "Hough segments, 5000", (*edges, segments)
    yield "Hough lines, 1000", (*edges, Step.of(ops["hough_lines"], max_count=1000, threshold=1))
    yield "Hit-or-miss", (*shapes, Step.of(ops["hit_or_miss"]))
    yield "Frequency filter", (grey, Step.of(ops["frequency_filter"]))
    yield "Median, 31 px", (Step.of(ops["median_blur"], ksize=31),)
    yield "Colour ranges", (Step.of(ops["range_mask"]),)


def stalls(
    bench: Bench, gaps: Gaps, cases: Iterator[tuple[str, tuple[Step, ...]]]
) -> dict[str, float]:
    """Return the longest stall, in milliseconds, while each of `cases` runs and is shown."""
    found = {}
    editor, session = bench.session.editor, bench.session
    for name, steps in cases:
        editor.load(Pipeline())
        bench.wait_for(session.idle)
        bench.run(0.2)
        editor.load(Pipeline(steps))
        gaps.reset()
        bench.wait_for(session.idle, 120)
        bench.run(0.3)
        found[name] = gaps.longest * 1000
    return found


def main() -> None:
    """Measure."""
    bench = Bench()
    gaps = Gaps()
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        bench.start(str(big_picture(Path(folder))), Pipeline())
        bench.run(0.5)
        gaps.reset()
        bench.run(2.0)
        figures.append(common.figure("longest turn while nothing runs", gaps.longest * 1000, "ms"))
        figures.append(worst("every operation", stalls(bench, gaps, mild())))
    bench.session.open("noise", lambda: ArraySource(noise(), "noise"))
    bench.wait_for(lambda: bench.painted[-1].name == "noise")
    for dock in ("histogram", "table", "views"):
        bench.window.docks.docks[dock].raise_()
        found = stalls(bench, gaps, hard())
        figures.append(worst(f"noise, {dock} open", found))
        print({name: round(stall) for name, stall in found.items()}, file=sys.stderr)
    bench.close()
    common.report(figures)


def worst(name: str, found: dict[str, float]) -> dict[str, Any]:
    """Return the longest of the stalls as a figure."""
    slowest = max(found, key=found.__getitem__)
    return common.figure(f"stall, 12 MP, {name} ({slowest})", found[slowest], "ms", "at most 50")


if __name__ == "__main__":
    main()
