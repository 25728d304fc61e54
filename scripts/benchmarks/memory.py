"""Memory of a 12-megapixel picture with five steps, in units of the picture's own bytes."""

import gc
import json
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from time import sleep
from typing import Any

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


def pipelines() -> dict[str, Pipeline]:
    """Return five steps of each sort: 8-bit ones, decimal colours, spectra."""
    ops = catalogue()
    grey = Step.of(ops["convert_colour"], source="RGB", target="grey")
    mixed = (
        Step.of(ops["gaussian_blur"]), Step.of(ops["brightness_contrast"]), grey,
        Step.of(ops["sobel"]), Step.of(ops["convert_depth"]),
    )  # fmt: skip
    decimal = (
        Step.of(ops["convert_float"]), Step.of(ops["gaussian_blur"]), Step.of(ops["box_blur"]),
        Step.of(ops["invert"]), Step.of(ops["brightness_contrast"]),
    )  # fmt: skip
    spectra = (Step.of(ops["frequency_filter"], cutoff=cutoff) for cutoff in (0.4, 0.3, 0.2, 0.1))
    return {
        "mixed steps": Pipeline(mixed),
        "decimal RGB": Pipeline(decimal),
        "grey and four frequency filters": Pipeline((grey, *spectra)),
    }


def measure(name: str, pipeline: Pipeline) -> list[dict[str, Any]]:
    """Open a large picture with `pipeline`, then switch its last step off and on."""
    bench = Bench()
    with tempfile.TemporaryDirectory() as folder:
        path = big_picture(Path(folder))
        bench.start("sample:coffee", Pipeline())
        bench.run(1.0)
        gc.collect()
        idle = resident()
        peak = Peak()
        bench.window.start([str(path)], pipeline)
        bench.wait_for(lambda: bench.painted[-1].name == "big.png")
        bench.wait_for(bench.session.idle)
        bench.run(1.0)
        opened, settled = peak.end(), resident()
        peak = Peak()
        for on in (False, True):
            bench.session.editor.toggle(len(pipeline) - 1, on)
            bench.wait_for(bench.session.idle)
        bench.run(0.5)
        moved = peak.end()
        bench.close()
    picture = int(np.prod((3000, 4000, 3)))
    return [
        common.figure(f"{name}: {what}", (highest - idle) / picture, "x", "under 12")
        for what, highest in (
            ("settled", settled),
            ("peak while opened", opened),
            ("peak while the last step is switched", moved),
        )
    ]


def main() -> None:
    """Measure one sort, in a process of its own so that each starts from an idle window."""
    if len(sys.argv) > 2:
        common.report(measure(sys.argv[2], pipelines()[sys.argv[2]]))
        return
    figures = []
    for name in pipelines():
        done = subprocess.run(
            [sys.executable, __file__, "0", name], stdout=subprocess.PIPE, text=True, check=True
        )
        figures += json.loads(done.stdout.splitlines()[-1])
    common.report(figures)


if __name__ == "__main__":
    main()
