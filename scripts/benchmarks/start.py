"""From the command to the painted sample picture, against importing torch."""

import subprocess
import sys
from statistics import median
from time import perf_counter

import common

ROUNDS = 7

PROGRAM = """
import os, sys
from visionlab import app
application, window = app.open_window([], None, None, None)
def painted(shown):
    heavy = [name for name in ("torch", "sklearn") if name in sys.modules]
    print("painted", *heavy, flush=True)
    os._exit(0)
window.pictures.painted.connect(painted)
application.exec()
"""


def first_line(code: str) -> tuple[float, str]:
    """Start Python with `code`; return the seconds until its first line, and the line."""
    start = perf_counter()
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        line = child.stdout.readline().strip()
        seconds = perf_counter() - start
        child.wait()
    return seconds, line


def main() -> None:
    """Measure, both in turn."""
    window, torch, heavy = [], [], set()
    for number in range(ROUNDS + 1):
        seconds, line = first_line(PROGRAM)
        reference, _ = first_line("import torch; print()")
        if number:  # the first round warms the disk cache
            window.append(seconds)
            torch.append(reference)
        assert line.startswith("painted"), "the window was not painted"
        heavy.update(line.split()[1:])
    ratios = [a / b for a, b in zip(window, torch, strict=True)]
    common.report([
        common.figure("window painted", median(window), "s"),
        common.figure("import torch", median(torch), "s"),
        common.figure("window painted / import torch", median(ratios), "x", "at most 0.8"),
        common.figure("torch or scikit-learn imported", len(heavy), "", "0"),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
