"""``visionlab run``: apply a recipe to files and write pictures, tables and readings.

For an input ``cat.jpg`` it writes ``cat.png``: an 8-bit result exactly, a float one as it is
shown, with its true values beside it in ``cat.tiff``; ``cat.3_lines.csv`` for a table of step 3;
and ``cat.json`` with readings and times. Pages and video frames are numbered: ``cat_0001.png``.
"""

import glob
import json
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from visionlab.core import recipe
from visionlab.core.errors import SourceError, VisionLabError
from visionlab.core.files import write_atomically
from visionlab.core.image import Frame
from visionlab.core.pipeline import Run, Runner
from visionlab.core.source import Source
from visionlab.core.tables import to_csv
from visionlab.operations import catalogue
from visionlab.sources import is_address, is_folder, open_source, pictures_in, save_picture

MAX_STEM_BYTES = 160
"""What is kept of a long name, so that all that is added to it fits in 255 bytes."""


class Batch:
    """One recipe and one output folder, for any number of inputs.

    Attributes
    ----------
    inputs : list of str
        What to give to `process`, one after the other: folders and patterns are replaced by
        the pictures in them.

    Raises
    ------
    VisionLabError
        The recipe is faulty, or the folder cannot be written to.
    """

    def __init__(self, recipe_path: Path, specs: Sequence[str], folder: Path) -> None:
        self._pipeline = recipe.load(recipe_path, catalogue())
        self._runner = Runner(catalogue())
        self.inputs = [path for spec in specs for path in expand(spec)]
        self._kept = {_identity(path) for path in (str(recipe_path), *self.inputs)} - {None}
        self._names = _Names()
        self._folder = folder
        _make_folder(folder)

    def process(self, spec: str) -> Iterator[dict[str, Any]]:
        """Apply the recipe to every page or frame of one input; yield a report for each.

        Raises
        ------
        VisionLabError
            The input cannot be read, a step refuses it, or an output cannot be written.
        """
        if is_address(spec) and not spec.startswith("sample:"):
            raise SourceError(f'"{spec}" is live and has no end; choose files or samples.')
        with closing(open_source(spec)) as source:
            single = source.kind == "still" and source.count == 1
            stem = self._names.take(_stem(spec))
            digits = max(4, len(str(source.count)))
            while (frame := source.read()) is not None:
                name = stem
                if not single:
                    name = self._names.take(f"{stem}_{frame.index + 1:0{digits}}")
                yield self._process_frame(source, frame, name)

    def _process_frame(self, source: Source, frame: Frame, name: str) -> dict[str, Any]:
        run = self._runner.run(frame, self._pipeline)
        _refuse_failure(run)
        files = self._write_pictures(run, name) + self._write_tables(run, name)
        path = self._free(f"{name}.json")
        report = {
            "input": source.spec,
            "frame": frame.index + 1,
            "frames": source.count,
            "note": frame.note,
            "files": [str(file) for file in (*files, path)],
            "result": _describe(run),
            "ms": round(run.ms, 3),
            "steps": [
                {"step": number, "op": s.step.op, "enabled": s.step.enabled, "ms": round(s.ms, 3)}
                for number, s in enumerate(run.stages, 1)
            ],
            "readings": [
                {"step": number, **asdict(reading)}
                for number, s in enumerate(run.stages, 1)
                for reading in (s.result.readings if s.result else ())
            ],
        }
        _write_text(path, json.dumps(report, indent=2) + "\n")
        return report

    def _write_pictures(self, run: Run, name: str) -> list[Path]:
        decimal = run.picture.dtype.kind == "f"
        paths = [self._free(f"{name}{suffix}") for suffix in (".png", ".tiff")[: 1 + decimal]]
        for path in paths:
            save_picture(path, run.picture, run.display if decimal else None)
        return paths

    def _write_tables(self, run: Run, name: str) -> list[Path]:
        paths = []
        for number, stage in enumerate(run.stages, 1):
            for table in stage.result.tables if stage.result else ():
                title = re.sub(r"\W+", "_", table.name.lower()).strip("_")
                paths.append(self._free(f"{name}.{number}_{title}.csv"))
                _write_text(paths[-1], to_csv(table))
        return paths

    def _free(self, name: str) -> Path:
        """Return the path of an output; refuse one that would replace an input or the recipe."""
        path = self._folder / name
        if _identity(str(path)) in self._kept:
            raise VisionLabError(
                f'The result would replace "{path}", which is read; choose another folder with -o.'
            )
        return path


class _Names:
    """Gives each output name once, also where a file system takes "A" and "a" for the same."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, name: str) -> str:
        """Return `name`, or `name` with a number where it is taken."""
        free, count = name, 2
        while free.casefold() in self._taken:
            free, count = f"{name}_{count}", count + 1
        self._taken.add(free.casefold())
        return free


def expand(spec: str) -> list[str]:
    """Return the pictures of a folder or a pattern; `spec` itself for all else.

    Windows leaves patterns such as ``*.png`` to the program.
    """
    if not spec.strip() or is_address(spec):
        return [spec]
    matches = [spec] if os.path.lexists(spec) else sorted(glob.glob(spec)) or [spec]  # noqa: PTH207
    inputs = []
    for match in matches:
        pictures = []
        if is_folder(Path(match)):
            with suppress(SourceError):  # which opening the folder raises again
                pictures = [str(path) for path in pictures_in(Path(match))]
        inputs += pictures or [match]
    return inputs


def _identity(path: str) -> tuple[int, int] | None:
    """Return what two paths of the same file share; None where there is no file."""
    try:
        status = os.stat(path)  # noqa: PTH116  (takes any text)
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        reason = "it is a file" if isinstance(error, FileExistsError) else error.strerror
        raise VisionLabError(
            f'The output folder "{folder}" cannot be used: {reason}; choose another with -o.'
        ) from None


def _stem(spec: str) -> str:
    """Return the output's name without its ending, such as "cat" or "sample_coffee"."""
    stem = Path(spec.replace(":", "_")).stem
    data = stem.encode(errors="surrogateescape")
    return stem if len(data) <= MAX_STEM_BYTES else data[:MAX_STEM_BYTES].decode(errors="ignore")


def _refuse_failure(run: Run) -> None:
    for number, stage in enumerate(run.stages, 1):
        if stage.error:
            sentence = f"step {number}: {stage.error.message}"
            if mend := stage.error.mend:
                step = json.dumps({"op": mend.op, "params": dict(mend.params)})
                sentence = f"{sentence.rstrip('.')}: put {step} before it."
            raise VisionLabError(sentence)


def _describe(run: Run) -> dict[str, Any]:
    """Say what the result is, and which values the ends of the colours in its PNG stand for."""
    picture, display = run.picture, run.display
    shown = asdict(display) if display and picture.dtype.kind == "f" else None
    return {
        "width": picture.shape[1],
        "height": picture.shape[0],
        "channels": 1 if picture.ndim == 2 else 3,
        "type": picture.dtype.name,
        "shown": shown,
    }


def _write_text(path: Path, text: str) -> None:
    try:
        write_atomically(path, text.encode())
    except OSError as error:
        raise VisionLabError(f'"{path}" cannot be written: {error.strerror}.') from None
