"""Measure speed and memory as ratios within one run, print them and write JSON.

    python scripts/bench.py [--out out/bench.json] [--only NAME ...] [--seconds S]

Each benchmark is a file in ``scripts/benchmarks`` and runs in a process of its own, off screen.
Machines are shared and noisy, so what counts is the ratio to a reference in the same run.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / "benchmarks"
NAMES = (
    "pipeline", "live", "blocking", "start", "memory", "classify", "classify_live", "explain",
    "explain_live", "occlusion",
)  # fmt: skip


def measure(name: str, seconds: float) -> list[dict[str, object]]:
    """Run one benchmark; return its figures."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, str(FOLDER / f"{name}.py"), str(seconds)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    figures: list[dict[str, object]] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> int:
    """Run what was asked for; always 0 when every benchmark ran."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out/bench.json"), metavar="FILE")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, metavar="NAME")
    parser.add_argument(
        "--seconds", type=float, default=5.0, help="length of each live measurement"
    )
    options = parser.parse_args()
    figures: list[dict[str, object]] = []
    for name in options.only:
        print(f"{name} ...", flush=True)
        for figure in measure(name, options.seconds):
            figures.append({"benchmark": name, **figure})
            goal = f"goal {figure['goal']}" if figure.get("goal") else ""
            print(f"  {figure['name']:<58} {figure['value']:>9} {figure['unit']:<6} {goal}")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps({"cores": os.cpu_count(), "figures": figures}, indent=2))
    print(f"Written to {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
