"""The command ``visionlab``. Qt is loaded only where a window is drawn."""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from visionlab import __version__
from visionlab.core.errors import VisionLabError

WINDOW_HELP = """
other commands:
  visionlab ops [--json]                        list every operation with its parameters
  visionlab run RECIPE PATH... -o DIR [--json]  apply a recipe to files
  visionlab doctor [--json]                     versions, devices, cameras, missing libraries
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with `argv` and return its exit code: 0, or 2 for wrong input."""
    args = list(sys.argv[1:] if argv is None else argv)
    commands = {"ops": _ops, "run": _run, "doctor": _doctor}
    try:
        if args and args[0] in commands:
            return commands[args[0]](args[1:])
        return _window(args)
    except VisionLabError as error:
        print(f"visionlab: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


class _Parser(argparse.ArgumentParser):
    """Says what was wrong in one line."""

    def error(self, message: str) -> NoReturn:
        raise VisionLabError(f"{message}; `{self.prog} --help` shows how it is used.")


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{2,5})x(\d{2,5})", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r} is no size; write it as 1440x900")
    return int(match[1]), int(match[2])


def _window(args: list[str]) -> int:
    parser = _Parser(
        prog="visionlab",
        description="Classical computer vision, live, on the picture in front of you.",
        epilog=WINDOW_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"visionlab {__version__}")
    parser.add_argument(
        "source", nargs="*", metavar="SOURCE",
        help="PATH, URL, camera:N, camera:test[:WxH@FPS] or sample:NAME",
    )  # fmt: skip
    parser.add_argument("--recipe", type=Path, metavar="R", help="steps to start with")
    parser.add_argument(
        "--screenshot", type=Path, metavar="OUT.png",
        help="draw the window without a display, save it as a picture and end",
    )  # fmt: skip
    parser.add_argument("--size", type=_size, metavar="WxH", help="size of the window")
    parser.add_argument("--scheme", choices=("light", "dark"), help="colours of the window")
    options = parser.parse_args(args)
    from visionlab import app

    if options.screenshot:
        return app.screenshot(
            options.screenshot, options.source, options.recipe, options.size, options.scheme
        )
    return app.run(options.source, options.recipe, options.size, options.scheme)


def _ops(args: list[str]) -> int:
    parser = _Parser(prog="visionlab ops", description="List every operation.")
    parser.add_argument("--json", action="store_true", help="with all parameters, as JSON")
    options = parser.parse_args(args)
    from visionlab import listing

    print(listing.as_json() if options.json else listing.as_text())
    return 0


def _run(args: list[str]) -> int:
    parser = _Parser(prog="visionlab run", description="Apply a recipe to files.")
    parser.add_argument("recipe", type=Path, metavar="RECIPE")
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="picture, video, folder or sample:NAME"
    )
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    parser.add_argument("--json", action="store_true", help="print a report as JSON")
    options = parser.parse_args(args)
    from visionlab.batch import Batch

    batch = Batch(options.recipe, options.output)
    inputs = batch.expand(options.paths)
    reports = []
    failed = False
    for number, spec in enumerate(inputs, 1):
        try:
            for report in batch.process(spec):
                reports.append(report)
                if not options.json:
                    files = ", ".join(report["files"])
                    print(f"[{number}/{len(inputs)}] {spec} -> {files}  {report['ms']:.1f} ms")
        except VisionLabError as error:
            failed = True
            text = str(error)
            where = "" if Path(spec).name in text else f"{spec}: "
            print(f"visionlab run: {where}{text}", file=sys.stderr)
    if options.json:
        print(json.dumps(reports, indent=2))
    return 2 if failed else 0


def _doctor(args: list[str]) -> int:
    parser = _Parser(prog="visionlab doctor", description="Look at the installation.")
    parser.add_argument("--json", action="store_true", help="print a report as JSON")
    options = parser.parse_args(args)
    from visionlab import doctor

    print(doctor.as_json() if options.json else doctor.as_text())
    return 0
