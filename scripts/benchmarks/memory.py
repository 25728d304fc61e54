"""Memory of a 12-megapixel picture with five steps, in units of the picture's own bytes."""

import gc
import tempfile
import threading
from pathlib import Path
from time import sleep

import common
import numpy as np
from blocking import big_picture
from window import Bench

from visionlab.core.pipeline import Pipeline, Step
from visionlab.operations import catalogue


def resident() -> int:
    """Return this process's resident bytes (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


class Peak:
    """Samples the resident bytes in the background."""

    def __init__(self) -> None:
        self.bytes = 0
        self._stop = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop:
            self.bytes = max(self.bytes, resident())
            sleep(0.002)

    def end(self) -> int:
        """Stop and return the peak."""
        self._stop = True
        self._thread.join()
        return self.bytes


def main() -> None:
    """Measure."""
    ops = catalogue()
    five = Pipeline((
        Step.of(ops["gaussian_blur"]),
        Step.of(ops["brightness_contrast"]),
        Step.of(ops["convert_colour"], source="RGB", target="grey"),
        Step.of(ops["sobel"]),
        Step.of(ops["convert_depth"]),
    ))  # fmt: skip
    bench = Bench()
    with tempfile.TemporaryDirectory() as folder:
        path = big_picture(Path(folder))
        bench.start("sample:coffee", Pipeline())
        bench.run(1.0)
        gc.collect()
        idle = resident()
        peak = Peak()
        bench.window.start([str(path)], five)
        bench.wait_for(lambda: bench.painted[-1].name == "big.png")
        bench.wait_for(bench.session.idle)
        bench.run(1.0)
        highest, settled = peak.end(), resident()
        bench.close()
    picture = np.prod((3000, 4000, 3))
    common.report([
        common.figure("after five steps, above the idle window", (settled - idle) / picture,
                      "x", "under 12"),
        common.figure("at the peak, above the idle window", (highest - idle) / picture,
                      "x", "under 12"),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
