"""``visionlab run``: apply a recipe to files and write pictures, tables and readings.

For an input ``cat.png`` it writes ``cat.png`` (8-bit results), or ``cat.tiff`` with the true
values and ``cat.png`` as shown (float results); ``cat.<table>.csv`` for each table; and
``cat.json`` with readings and times. Pages and video frames are numbered: ``cat_0001.png``.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from visionlab.core import recipe
from visionlab.core.errors import SourceError, VisionLabError
from visionlab.core.files import write_atomically
from visionlab.core.image import Frame
from visionlab.core.pipeline import Run, Runner
from visionlab.core.tables import to_csv
from visionlab.operations import catalogue
from visionlab.sources import is_address, open_source, pictures_in, save_picture


class Batch:
    """One recipe and one output folder, for any number of inputs.

    Raises
    ------
    VisionLabError
        The recipe is faulty, or the folder cannot be made.
    """

    def __init__(self, recipe_path: Path, folder: Path) -> None:
        self._pipeline = recipe.load(recipe_path, catalogue())
        self._runner = Runner(catalogue())
        self._folder = folder
        self._stems: set[str] = set()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise VisionLabError(f"{folder} is no folder to write to: {error.strerror}.") from None

    def expand(self, specs: Sequence[str]) -> list[str]:
        """Replace folders by the pictures in them."""
        inputs: list[str] = []
        for spec in specs:
            folder = not is_address(spec) and Path(spec).is_dir()
            inputs += [str(p) for p in pictures_in(Path(spec))] if folder else [spec]
        return inputs

    def process(self, spec: str) -> Iterator[dict[str, Any]]:
        """Apply the recipe to every page or frame of one input; yield a report for each.

        Raises
        ------
        VisionLabError
            The input cannot be read, a step refuses it, or an output cannot be written.
        """
        source = open_source(spec)
        try:
            if source.kind == "live":
                raise SourceError(f"{spec} has no end; run takes files.")
            single = source.kind == "still" and source.count == 1
            stem = self._unused_stem(spec)
            while (frame := source.read()) is not None:
                name = stem if single else f"{stem}_{frame.index + 1:04d}"
                yield self._process_frame(spec, frame, name)
        finally:
            source.close()

    def _process_frame(self, spec: str, frame: Frame, name: str) -> dict[str, Any]:
        run = self._runner.run(frame, self._pipeline)
        for number, stage in enumerate(run.stages, 1):
            if stage.error:
                raise VisionLabError(f"{spec}: step {number}: {stage.error.message}")
        report = {
            "input": spec,
            "index": frame.index,
            "note": frame.note,
            "files": [str(path) for path in self._write(run, spec, name)],
            "ms": round(run.ms, 3),
            "steps": [{"op": s.step.op, "ms": round(s.ms, 3)} for s in run.stages],
            "readings": [asdict(r) for s in run.stages if s.result for r in s.result.readings],
        }
        path = self._folder / f"{name}.json"
        self._write_text(path, json.dumps(report, indent=2) + "\n")
        return report

    def _write(self, run: Run, spec: str, name: str) -> list[Path]:
        paths = [self._folder / f"{name}.png"]
        if run.picture.dtype.kind == "f":
            paths.append(self._folder / f"{name}.tiff")
        for path in paths:
            if path.exists() and Path(spec).exists() and path.samefile(spec):
                raise VisionLabError(
                    f"{spec} would be overwritten by its result; choose another folder with -o."
                )
            save_picture(path, run.picture, run.display)
        for number, stage in enumerate(run.stages, 1):
            for table in stage.result.tables if stage.result else ():
                slug = re.sub(r"\W+", "_", table.name.lower()).strip("_")
                path = self._folder / f"{name}.{number}_{slug}.csv"
                self._write_text(path, to_csv(table))
                paths.append(path)
        return paths

    def _write_text(self, path: Path, text: str) -> None:
        try:
            write_atomically(path, text.encode())
        except OSError as error:
            raise VisionLabError(f"{path} cannot be written: {error.strerror}.") from None

    def _unused_stem(self, spec: str) -> str:
        base = stem = Path(spec.replace(":", "_")).stem
        number = 2
        while stem in self._stems:
            stem, number = f"{base}_{number}", number + 1
        self._stems.add(stem)
        return stem
