"""What the picture lane does to a frame: run the pipeline, and prepare it for the screen."""

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

from visionlab.core.errors import Cancelled
from visionlab.core.image import Frame
from visionlab.core.operation import Catalogue
from visionlab.core.pipeline import Pipeline, Runner, Step
from visionlab.runtime.shown import Shown, Wanted, prepare_original, present

HISTOGRAM_INTERVAL = 0.1
"""Seconds between two histograms of moving pictures: more would cost frames and show nothing."""


class PictureWork:
    """Keeps what one frame's work can hand on to the next.

    Attributes
    ----------
    levels : (int, int)
        How often the sides of original and result are halved for painting; a hint.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.levels = (0, 0)
        self._catalogue = catalogue
        self._histogram_due = 0.0
        self.forget()

    def forget(self) -> None:
        """Let go of all pictures."""
        self._runner = Runner(self._catalogue)
        self._last: Shown | None = None

    @property
    def current(self) -> tuple[int, Step] | None:
        """The step in work and its position; may be read from any thread."""
        return self._runner.current

    def run(
        self,
        frame: Frame,
        pipeline: Pipeline,
        wanted: Wanted,
        moving: bool,
        cancelled: Callable[[], bool],
    ) -> Shown:
        """Return `frame` after `pipeline`, ready to be painted.

        Raises
        ------
        Cancelled
            `cancelled` returned true between two steps.
        """
        if self._last is not None and self._last.run.frame is not frame:
            self._last = None  # before the new pictures are made
        run = self._runner.run(frame, pipeline, cancelled, wanted.step)
        if cancelled():
            raise Cancelled
        if wanted.histogram and moving:
            now = perf_counter()
            wanted = replace(wanted, histogram=now >= self._histogram_due)
            if wanted.histogram:
                self._histogram_due = now + HISTOGRAM_INTERVAL
        original_level, result_level = self.levels
        original = prepare_original(run, self._last, original_level)
        self._last = present(run, wanted, original, result_level)
        return self._last
