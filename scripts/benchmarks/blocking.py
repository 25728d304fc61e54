"""A 12-megapixel picture through every operation: how long the window stands still."""

import tempfile
from pathlib import Path
from time import perf_counter

import common
import numpy as np
from PySide6.QtCore import QTimer
from window import Bench

from visionlab.core.image import as_image
from visionlab.core.pipeline import Pipeline, Step
from visionlab.operations import catalogue
from visionlab.sources import save_picture


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


def main() -> None:
    """Measure."""
    bench = Bench()
    gaps = Gaps()
    worst: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        bench.start(str(big_picture(Path(folder))), Pipeline())
        editor, session = bench.session.editor, bench.session
        grey = Step.of(catalogue()["convert_colour"], source="RGB", target="grey")
        for op in catalogue().operations.values():
            before = (grey,) if op.needs else ()
            editor.load(Pipeline((*before, Step.of(op))))
            gaps.reset()
            bench.wait_for(session.idle)
            bench.run(0.15)
            worst[op.id] = gaps.longest * 1000
        bench.close()
    slowest = max(worst, key=worst.__getitem__)
    common.report([
        common.figure(f"longest stall of the window at 12 megapixels ({slowest})",
                      worst[slowest], "ms", "at most 50"),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
