"""What the benchmarks share."""

import json
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

from visionlab import environment  # noqa: F401  (prepares the libraries before they load)


def figure(name: str, value: float, unit: str = "", goal: str = "") -> dict[str, Any]:
    """Return one figure of a benchmark."""
    return {"name": name, "value": round(value, 4), "unit": unit, "goal": goal}


def report(figures: list[dict[str, Any]]) -> None:
    """Print the figures as the last line of the output."""
    print(json.dumps(figures), flush=True)


def seconds() -> float:
    """Return how long a live measurement shall last."""
    return float(sys.argv[1]) if len(sys.argv) > 1 else 5.0


def ratio(a: Callable[[], object], b: Callable[[], object], rounds: int) -> float:
    """Return the time of `a` over the time of `b`: the median over pairs run in turn."""
    ratios = []
    for number in range(rounds + 3):
        first, second = (a, b) if number % 2 else (b, a)
        start = perf_counter()
        first()
        middle = perf_counter()
        second()
        end = perf_counter()
        pair = (middle - start) / (end - middle)
        ratios.append(pair if number % 2 else 1 / pair)
    return sorted(ratios[3:])[rounds // 2]
