"""Set VisionLab up if need be, and start it.

    python3 scripts/run.py [--torch-index URL] [VISIONLAB'S OWN ARGUMENTS]

Without a display the same window is drawn off screen, into out/visionlab.png.
"""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

from _python import ensure_fit

OUT = Path(__file__).resolve().parent.parent / "out"
COMMANDS = {"ops", "run", "doctor"}
OPTIONS = {"--screenshot", "--help", "-h", "--version"}


def main() -> int:
    """Set up, start the program, and return its exit status."""
    ensure_fit()
    from _environment import Environment
    from _setup import set_up

    from visionlab import system

    options, arguments = parse()
    wants_window = COMMANDS.isdisjoint(arguments[:1]) and OPTIONS.isdisjoint(arguments)
    window = wants_window and bool(system.display())
    python = set_up("run", torch_index=options.torch_index, window=window)
    program = [str(python), "-m", "visionlab"]
    launch = draw if wants_window and not window else start
    status = launch(program, arguments)
    if status not in (0, 2) and Environment().damaged():
        set_up("run", window=window, thorough=True)
        status = launch(program, arguments)
    return status


def parse() -> "tuple[argparse.Namespace, list[str]]":
    """Return this script's own options, and what is left for the program."""
    parser = argparse.ArgumentParser(
        description="Set VisionLab up in .venv if need be, and start it.",
        epilog="All other arguments go to VisionLab itself; `-- --help` shows them.",
        allow_abbrev=False,
    )
    parser.add_argument("--torch-index", default="", metavar="URL", help="take PyTorch from there")
    options, arguments = parser.parse_known_args()
    return options, [argument for argument in arguments if argument != "--"]


def start(program: "list[str]", arguments: "list[str]") -> int:
    """Run the program until it ends."""
    running = subprocess.Popen([*program, *arguments])
    signal.signal(signal.SIGTERM, lambda *_: running.terminate())
    while True:
        try:
            return running.wait()
        except KeyboardInterrupt:  # the program got it too, and decides
            continue


def draw(program: "list[str]", arguments: "list[str]") -> int:
    """Draw the window off screen; keep the picture and the program's report."""
    OUT.mkdir(exist_ok=True)
    picture, report = OUT / "visionlab.png", OUT / "visionlab-report.txt"
    print("There is no display here, so the window is drawn off screen.", flush=True)
    command = [*program, "--screenshot", str(picture), "--size", "1440x900", *arguments]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=False)
    sys.stdout.write(done.stdout.decode(errors="replace"))
    if done.returncode == 0:
        report.write_bytes(done.stdout)
        print(f"Picture: {picture}\nReport:  {report}")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
