"""What the picture lane does to a frame: run the pipeline, and prepare it for the screen."""

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

from visionlab.core.errors import Cancelled
from visionlab.core.image import Frame
from visionlab.core.operation import Catalogue
from visionlab.core.pipeline import Pipeline, Runner, Step
from visionlab.runtime.memory import hand_back
from visionlab.runtime.pyramid import Copy
from visionlab.runtime.shown import Shown, Wanted, prepare_original, present

HISTOGRAM_INTERVAL = 0.1
"""Seconds between two histograms of moving pictures: more would cost frames and show nothing."""

_LARGE = 64_000_000
"""Bytes from which the pixels of a result are let go before the next one is made."""
_LARGE_FRAME = 16_000_000
"""Bytes of a frame that stays from which freed memory is handed back."""


class PictureWork:
    """Keeps what one frame's work can hand on to the next.

    Parameters
    ----------
    catalogue : Catalogue
    release : callable
        Told, in the lane's thread, which former result's pixels are not to be held any longer:
        decimal values of a large picture are many times the picture itself.

    Attributes
    ----------
    copies : (int or Grid, int or Grid)
        What of original and result was painted last, and so will probably be again.
    """

    def __init__(self, catalogue: Catalogue, release: Callable[[Shown], None]) -> None:
        self.copies: tuple[Copy, Copy] = (0, 0)
        self._catalogue = catalogue
        self._release = release
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
        large = not moving and frame.image.nbytes > _LARGE_FRAME
        if self._last is not None and self._last.run.frame is not frame:
            self._last = None  # before the new pictures are made
            if large:
                hand_back()
        self._let_go(pipeline)
        run = self._runner.run(frame, pipeline, cancelled, wanted.step)
        if cancelled():
            raise Cancelled
        if wanted.histogram and moving:
            now = perf_counter()
            wanted = replace(wanted, histogram=now >= self._histogram_due)
            if wanted.histogram:
                self._histogram_due = now + HISTOGRAM_INTERVAL
        of_original, of_result = self.copies
        original = prepare_original(run, self._last, of_original)
        self._last = present(run, wanted, original, of_result)
        if large:
            hand_back()
        return self._last

    def _let_go(self, pipeline: Pipeline) -> None:
        """Release the last result where it is large and `pipeline` will make another."""
        last = self._last
        if last is None or last.result.released or last.run.pipeline == pipeline:
            return
        size = last.result.values.nbytes
        if size > max(2 * last.run.frame.image.nbytes, _LARGE):
            self._last = replace(last, result=last.result.without_pixels())
            self._release(last)
