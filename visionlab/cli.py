"""The command ``visionlab``. Qt is loaded only where a window is drawn."""

import argparse
import io
import json
import logging
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, TextIO

from visionlab import __version__
from visionlab.core.errors import VisionLabError

OTHER_COMMANDS = """
other commands:
  visionlab ops [--json]                        list every operation with its parameters
  visionlab run RECIPE PATH... -o DIR [--json]  apply a recipe to files
  visionlab models [--json]                     list the classifiers
  visionlab data [--fetch NAME] [--json]        list data sets, get one from the web
  visionlab classify PATH... [--model ID] [--top K] [--json]   say what is on pictures
  visionlab explain PATH --method ID -o OUT.{png,npy,csv} [--target LABEL] [--json]   show why
  visionlab evaluate --model ID [--data DIR] [--json]          measure a classifier
  visionlab doctor [--json]                     versions, devices, cameras, missing libraries
"""

log = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with `argv` and return its exit code.

    Returns
    -------
    int
        0; 2 for wrong input, after a line on stderr that says what was wrong with which input;
        130 when stopped by the keyboard; 141 when nobody reads the output any more.
    """
    args = list(sys.argv[1:] if argv is None else argv)
    try:
        _prepare()
        code = _command(args)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        _abandon_stdout()
        return 141
    except Exception as error:
        if isinstance(error, OSError):
            _abandon_stdout()  # the disk that it goes to may be full
        _complain(_sentence(error))
        return 2


def _command(args: list[str]) -> int:
    commands = {
        "ops": _ops, "run": _run, "models": _models, "data": _data, "classify": _classify,
        "explain": _explain, "evaluate": _evaluate, "doctor": _doctor,
    }  # fmt: skip
    command = commands.get(args[0]) if args else None
    try:
        return command(args[1:]) if command else _window(args)
    except SystemExit:  # --help and --version, printed
        return 0


class _Parser(argparse.ArgumentParser):
    """Says what was wrong in one line."""

    def error(self, message: str) -> NoReturn:
        raise VisionLabError(f"{message}; `{self.prog} --help` shows how it is used.")


def _parser(command: str, description: str) -> _Parser:
    parser = _Parser(prog=f"visionlab {command}", description=description, allow_abbrev=False)
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _count(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f'a number from 1 was expected and "{text}" came')
    return number


def _name(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("an empty name was given")
    return text


def _path(text: str) -> Path:
    return Path(_name(text))


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"([0-9]{1,5})x([0-9]{1,5})", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r} is no size; write it as 1440x900")
    return int(match[1]), int(match[2])


def _window(args: list[str]) -> int:
    parser = _Parser(
        prog="visionlab",
        description="Classical computer vision, live, on the picture in front of you.",
        epilog=OTHER_COMMANDS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"visionlab {__version__}")
    parser.add_argument(
        "source", nargs="*", type=_name, metavar="SOURCE",
        help="PATH, URL, camera:N, camera:test[:WxH@FPS] or sample:NAME",
    )  # fmt: skip
    parser.add_argument("--recipe", type=_path, metavar="R", help="steps to start with")
    parser.add_argument(
        "--screenshot", type=_path, metavar="OUT.png",
        help="draw the window without a display, save it as a picture and end",
    )  # fmt: skip
    parser.add_argument("--size", type=_size, metavar="WxH", help="size of the window")
    parser.add_argument("--scheme", choices=("light", "dark"), help="colours of the window")
    options = parser.parse_intermixed_args(args)
    from visionlab import app

    wishes = options.source, options.recipe, options.size, options.scheme
    if not options.screenshot:
        return app.run(*wishes)
    with _quiet_libraries():
        return app.screenshot(options.screenshot, *wishes)


def _ops(args: list[str]) -> int:
    options = _parser("ops", "List every operation with its parameters.").parse_args(args)
    from visionlab import listing
    from visionlab.operations import catalogue

    print(listing.as_json() if options.json else listing.as_text())
    for error in catalogue().errors:
        _complain(error)
    return 2 if catalogue().errors else 0


def _run(args: list[str]) -> int:
    parser = _parser(
        "run",
        "Apply a recipe to files: write a picture for each, with tables and readings.",
    )
    parser.add_argument("recipe", type=_path, metavar="RECIPE")
    parser.add_argument(
        "paths", nargs="+", type=_name, metavar="PATH",
        help="picture, video, folder of pictures or sample:NAME",
    )  # fmt: skip
    parser.add_argument(
        "-o", "--output", type=_path, required=True, metavar="DIR", help="folder to write to"
    )
    options = parser.parse_intermixed_args(args)
    from visionlab.batch import Batch

    batch = Batch(options.recipe, options.paths, options.output)
    done: list[dict[str, Any]] = []
    errors: list[dict[str, str]] = []
    for number, spec in enumerate(batch.inputs, 1):
        try:
            with _quiet_libraries() as terminal:
                for report in batch.process(spec):
                    progress = f"[{number}/{len(batch.inputs)}] {_progress(report)}"
                    if not options.json:
                        print(progress, flush=True)
                        continue
                    done.append(report)
                    if terminal.isatty():
                        print(progress, file=terminal)
        except VisionLabError as error:
            text = str(error) if f'"{spec}"' in str(error) else f"{spec}: {error}"
            errors.append({"input": spec, "error": text})
            _complain(text)
    if options.json:
        print(json.dumps({"pictures": done, "errors": errors}, indent=2))
    return 2 if errors else 0


def _models(args: list[str]) -> int:
    options = _parser("models", "List the classifiers and how well they do.").parse_args(args)
    from visionlab import model_commands

    found = model_commands.list_models()
    if options.json:
        print(json.dumps(model_commands.models_report(found), indent=2))
    else:
        print(model_commands.models_text(found))
    for sentence in found.broken:
        _complain(sentence)
    return 2 if found.broken else 0


def _data(args: list[str]) -> int:
    parser = _parser("data", "List the data sets; get one from the web, checked and resumable.")
    parser.add_argument(
        "--fetch", action="append", default=[], type=_name, metavar="NAME", help="which to get"
    )
    options = parser.parse_args(args)
    from visionlab import data_sets

    progress = _Fetching() if sys.stderr.isatty() else None
    report = data_sets.report(options.fetch, progress)
    print(json.dumps(report, indent=2) if options.json else data_sets.as_text(report))
    return 0


def _classify(args: list[str]) -> int:
    parser = _parser("classify", "Say what is on pictures.")
    parser.add_argument(
        "paths", nargs="+", type=_name, metavar="PATH",
        help="picture, video, folder of pictures or sample:NAME",
    )  # fmt: skip
    parser.add_argument("--model", default="pictures", type=_name, metavar="ID", help="which model")
    parser.add_argument("--top", default=5, type=_count, metavar="K", help="how many classes")
    parser.add_argument(
        "--fit", choices=("crop", "stretch", "pad"), help="how a picture becomes square"
    )
    options = parser.parse_intermixed_args(args)
    from visionlab.model_commands import Naming

    naming = Naming(options.model, options.paths, options.fit, options.top)
    done: list[dict[str, Any]] = []
    errors: list[dict[str, str]] = []
    for spec in naming.inputs:
        try:
            with _quiet_libraries():
                done.append(naming.process(spec))
        except VisionLabError as error:
            errors.append({"input": spec, "error": str(error)})
            _complain(str(error) if spec in str(error) else f"{spec}: {error}")
            continue
        if not options.json:
            answer = ", ".join(f"{r['label']} {r['probability']:.1%}" for r in done[-1]["top"])
            print(_one_line(f"{spec}: {answer}"), flush=True)
    if options.json:
        print(json.dumps({"pictures": done, "errors": errors}, indent=2))
    return 2 if errors else 0


def _explain(args: list[str]) -> int:
    from visionlab import explain_command

    parser = _parser("explain", "Show what on a picture made a classifier say what it says.")
    explain_command.add_arguments(parser)
    options = vars(parser.parse_intermixed_args(args))
    as_json = options.pop("json")
    progress = _show_part if sys.stderr.isatty() else None
    report = explain_command.explain(**options, progress=progress)
    print(json.dumps(report, indent=2) if as_json else explain_command.as_text(report))
    return 0


def _evaluate(args: list[str]) -> int:
    parser = _parser("evaluate", "Measure a classifier on a data set.")
    parser.add_argument("--model", required=True, type=_name, metavar="ID", help="which model")
    parser.add_argument(
        "--data", type=_path, metavar="DIR",
        help="MNIST's or Fashion-MNIST's files, Tiny ImageNet's tree, or a folder for each class; "
        "by default the data sets that `visionlab data` finds",
    )  # fmt: skip
    parser.add_argument("--limit", type=_count, metavar="N", help="only N pictures, at random")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="of the drawing")
    options = parser.parse_args(args)
    from visionlab import model_commands

    progress = _show_progress if sys.stderr.isatty() else None
    report = model_commands.evaluate(
        options.model, options.data, options.limit, options.seed, progress
    )
    print(json.dumps(report, indent=2) if options.json else model_commands.evaluation_text(report))
    for sentence in report["errors"]:
        _complain(sentence)
    return 2 if report["errors"] else 0


class _Fetching:
    """Says what is fetched or unpacked, once for each percent."""

    def __init__(self) -> None:
        self._told = ""

    def __call__(self, what: str, done: int, total: int) -> None:
        text = f"{what}: {done * 100 // max(total, 1)} % of {total / 1e6:,.0f} MB"
        if text != self._told:
            end = "\n" if done >= total else ""
            print(f"\r{text}", end=end, file=sys.stderr, flush=True)
        self._told = text


def _show_progress(done: int, total: int) -> None:
    end = "\n" if done == total else ""
    print(f"\r{done:,} of {total:,} pictures", end=end, file=sys.stderr, flush=True)


def _show_part(done: float) -> None:
    print(f"\r{done:.0%}", end="\n" if done == 1 else "", file=sys.stderr, flush=True)


def _doctor(args: list[str]) -> int:
    parser = _parser("doctor", "Say what is installed, what works, and what is missing.")
    options = parser.parse_args(args)
    from visionlab import doctor

    print(doctor.as_json() if options.json else doctor.as_text())
    return 0


def _progress(report: dict[str, Any]) -> str:
    frame = f" {report['frame']}/{report['frames']}" if report["frames"] > 1 else ""
    files = ", ".join(report["files"])
    return _one_line(
        f"{report['input']}{frame} -> {files}  {report['ms']:.1f} ms  {report['note']}"
    )


def _prepare() -> None:
    """Let the log have every traceback, and no name fail to be printed."""
    from visionlab.runtime.logs import start_logging

    start_logging()
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the shell
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _sentence(error: Exception) -> str:
    """Return what the person is told; the traceback of the unexpected goes to the log."""
    if isinstance(error, VisionLabError):
        return str(error)
    from visionlab.runtime.paths import log_file

    log.critical("uncaught", exc_info=error)
    if isinstance(error, ImportError):
        return f"A library cannot be loaded: {error}; `visionlab doctor` names what is missing."
    return f"An unexpected fault ({error}) was written to {log_file()}."


def _complain(text: str) -> None:
    print(f"visionlab: {_one_line(text)}", file=sys.stderr)


def _one_line(text: str) -> str:
    """Return `text` with control characters, which a file's name may hold, made visible."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", lambda match: repr(match[0])[1:-1], text).rstrip()


@contextmanager
def _quiet_libraries() -> Iterator[TextIO]:
    """Keep off the terminal what C libraries write there about damaged files.

    What shall be seen there is written to what this yields.
    """
    sys.stderr.flush()
    with open(os.dup(2), "w", buffering=1, errors="backslashreplace") as terminal:  # noqa: PTH123
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 2)
        os.close(nothing)
        try:
            yield terminal
        finally:
            sys.stderr.flush()
            os.dup2(terminal.fileno(), 2)


def _abandon_stdout() -> None:
    """Let what is still buffered go nowhere, or Python complains at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
