"""What the window shows of a run, prepared in the lane so that the window only paints."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

import numpy as np

from visionlab.core.display import auto_display, to_rgb8
from visionlab.core.image import Display, Image, blank_like
from visionlab.core.pipeline import Run, Stage
from visionlab.core.result import Overlay, Plot, Reading, Result, Table
from visionlab.runtime.histogram import Histogram, histogram
from visionlab.runtime.outlines import outlined
from visionlab.runtime.pyramid import (
    Copy,
    Grid,
    Pixels,
    level_of,
    pyramid_level,
    sampled,
    top_level,
)


@dataclass(frozen=True, eq=False)
class ShownPicture:
    """A picture in 8 bits for the screen beside its true values."""

    name: str
    shown: Image
    values: Image
    display: Display | None = None
    alpha: Image | None = None
    copies: dict[Copy, Pixels] = field(default_factory=dict)
    """What `pyramid_level` and `sampled` make of `shown` and `alpha`, as far as it is made."""
    released: bool = False
    """The pixels were let go to save memory; only their shapes and types are left."""

    @staticmethod
    def of(
        name: str,
        picture: Image,
        display: Display | None,
        alpha: Image | None = None,
        copy: Copy = 0,
    ) -> "ShownPicture":
        """Prepare `picture`; a float one without `display` is shown in its own range.

        `copy` is what will probably be painted; a grid that is another picture's is left out.
        """
        if display is None and picture.dtype != np.uint8:
            display = auto_display(picture)
        shown = to_rgb8(picture, display)
        level = min(level_of(copy), top_level(shown.shape))
        copies: dict[Copy, Pixels] = {level: pyramid_level(shown, level, alpha)}
        if isinstance(copy, Grid) and copy.shape == shown.shape[:2]:
            copies[copy] = sampled(copies[level], copy)
        return ShownPicture(name, shown, picture, display, alpha, copies)

    def without_pixels(self) -> "ShownPicture":
        """Return a copy that takes no memory."""
        return replace(
            self, shown=blank_like(self.shown), values=blank_like(self.values), copies={},
            released=True,
        )  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What the window has open: the rest is not computed."""

    step: int | None = None
    """Show the picture after this step; None: after the last."""
    histogram: bool = False
    plots: bool = False
    views: bool = False


@dataclass(frozen=True, eq=False)
class Shown:
    """A run, ready to be painted.

    `tables`, `plots`, `readings` and `views` are those of all steps up to the one shown;
    `overlays` are those that belong to the picture shown. The pictures of `run` are not kept here.
    """

    run: Run
    original: ShownPicture
    result: ShownPicture
    overlays: tuple[Overlay, ...] = ()
    tables: tuple[Table, ...] = ()
    plots: tuple[Plot, ...] = ()
    readings: tuple[Reading, ...] = ()
    views: tuple[ShownPicture, ...] = ()
    histogram: Histogram | None = None


class _Named(Protocol):
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=_Named)


def present(run: Run, wanted: Wanted, original: ShownPicture, copy: Copy = 0) -> Shown:
    """Prepare `run` for the window; `original` is its frame, already prepared.

    `copy` is what of the result will probably be painted.
    """
    last = len(run.stages) if wanted.step is None else wanted.step + 1
    stages = [(i, s) for i, s in enumerate(run.stages[:last], 1) if s.result is not None]
    results = [(number, stage.result) for number, stage in stages if stage.result]
    final = results[-1][1] if results else Result(run.frame.image, run.frame.display)
    result = (
        original
        if _same_pixels(final.picture, original.values)
        else ShownPicture.of("", final.picture, final.display, copy=copy)
    )
    overlays = _numbered(_overlays(stages, final.picture))
    tables = _numbered((n, _linked(t, n, overlays)) for n, r in results for t in r.tables)
    plots = _numbered((n, p) for n, r in results for p in r.plots) if wanted.plots else ()
    views = _numbered((n, v) for n, r in results for v in r.views) if wanted.views else ()
    return Shown(
        run.without_pictures(),
        original,
        result,
        overlays=tuple(outlined(overlay) for overlay in overlays),
        tables=tables,
        plots=tuple(Plot(p.name, p.x_label, p.y_label, p.curves, p.markers) for p in plots),
        readings=_numbered((n, reading) for n, r in results for reading in r.readings),
        views=tuple(ShownPicture.of(v.name, v.picture, v.display) for v in views),
        histogram=histogram(final.picture) if wanted.histogram else None,
    )


def prepare_original(run: Run, former: Shown | None, copy: Copy = 0) -> ShownPicture:
    """Return the run's frame for the screen; a frame already shown is not prepared again."""
    frame = run.frame
    if former is not None and former.run.frame is frame:
        return former.original
    return ShownPicture.of(frame.name, frame.image, frame.display, frame.alpha, copy)


def _overlays(stages: list[tuple[int, Stage]], picture: Image) -> Iterable[tuple[int, Overlay]]:
    """Yield the overlays drawn on `picture`: those of the last steps that left it unchanged."""
    found: list[tuple[int, Overlay]] = []
    for number, stage in reversed(stages):
        if stage.result is None or not _same_pixels(stage.result.picture, picture):
            break
        found[:0] = [(number, overlay) for overlay in stage.result.overlays]
    return found


def _same_pixels(a: Image, b: Image) -> bool:
    """Whether two arrays are views of the same memory."""
    return a.shape == b.shape and a.dtype == b.dtype and a.ctypes.data == b.ctypes.data


def _linked(table: Table, number: int, overlays: tuple[Overlay, ...]) -> Table:
    """Let `table` name its overlay as it stands among the numbered ones."""
    name = f"{number} {table.overlay}"
    return replace(table, overlay=name) if name in {o.name for o in overlays} else table


def _numbered(items: Iterable[tuple[int, N]]) -> tuple[N, ...]:
    """Put the step's number before names that would stand twice."""
    pairs = list(items)
    names = [item.name for _, item in pairs]
    return tuple(
        replace(item, name=f"{number} {item.name}") if names.count(item.name) > 1 else item  # type: ignore[type-var]
        for number, item in pairs
    )
