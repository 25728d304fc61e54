"""Memory of a 12-megapixel picture with five steps, in units of the picture's own bytes."""

import gc
import json
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from time import sleep
from typing import Any, NamedTuple

import common
import numpy as np
from blocking import structured
from window import Bench

from visionlab.core.pipeline import Pipeline, Step
from visionlab.operations import catalogue
from visionlab.sources import save_picture


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


class Case(NamedTuple):
    """A pipeline, and a control of its last step that is moved to `value`."""

    pipeline: Pipeline
    control: str
    value: Any


def cases() -> dict[str, Case]:
    """Return five steps of each sort: mixed ones, decimal colours, spectra."""
    ops = catalogue()
    blur, grey = Step.of(ops["gaussian_blur"]), Step.of(ops["convert_colour"], target="grey")
    mixed = (
        blur, Step.of(ops["brightness_contrast"]), grey, Step.of(ops["sobel"]),
        Step.of(ops["convert_depth"]),
    )  # fmt: skip
    decimal = (
        Step.of(ops["convert_float"]), blur, Step.of(ops["box_blur"]), Step.of(ops["invert"]),
        Step.of(ops["bilateral_filter"]),
    )  # fmt: skip
    spectra = (Step.of(ops["frequency_filter"], cutoff=cutoff) for cutoff in (0.4, 0.3, 0.2, 0.1))
    return {
        "mixed steps": Case(Pipeline(mixed), "mode", "clip"),
        "decimal RGB": Case(Pipeline(decimal), "sigma_colour", 31.0),
        "grey and four frequency filters": Case(Pipeline((grey, *spectra)), "cutoff", 0.05),
    }


def settle(bench: Bench) -> None:
    """Wait until all is painted; every step must have worked, or the figures mean nothing."""
    bench.wait_for(bench.session.idle)
    bench.run(1.0)
    shown = bench.session.last
    assert shown is not None
    assert shown.run.pipeline == bench.session.editor.pipeline
    assert shown.run.error is None, shown.run.error


def measure(name: str, case: Case) -> list[dict[str, Any]]:
    """Open a large picture with a pipeline, then move the last control."""
    bench = Bench()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.png"
        save_picture(path, structured())
        bench.start("sample:coffee", Pipeline())
        bench.run(1.0)
        gc.collect()
        idle = resident()
        peak = Peak()
        bench.window.start([str(path)], case.pipeline)
        bench.wait_for(lambda: bench.painted[-1].name == "big.png")
        settle(bench)
        opened, settled = peak.end(), resident()
        peak = Peak()
        bench.session.editor.select(len(case.pipeline) - 1)
        bench.session.editor.set_param(case.control, case.value)
        settle(bench)
        moved = peak.end()
        bench.close()
    picture = int(np.prod((3000, 4000, 3)))
    return [
        common.figure(f"{name}: {what}", (highest - idle) / picture, "x", "under 12")
        for what, highest in (
            ("settled", settled),
            ("peak while opened", opened),
            ("peak while the last control moves", moved),
        )
    ]


def main() -> None:
    """Measure one sort, in a process of its own so that each starts from an idle window."""
    if len(sys.argv) > 2:
        common.report(measure(sys.argv[2], cases()[sys.argv[2]]))
        return
    figures = []
    for name in cases():
        done = subprocess.run(
            [sys.executable, __file__, "0", name], stdout=subprocess.PIPE, text=True, check=True
        )
        figures += json.loads(done.stdout.splitlines()[-1])
    common.report(figures)


if __name__ == "__main__":
    main()
