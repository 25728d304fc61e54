"""The drawing pad: a picture that a person draws, light on dark like the digits of MNIST."""

import threading

import cv2
import numpy as np

from visionlab.core.image import Frame, as_image
from visionlab.core.source import Source

SPEC = "pad:"

SIZE = 280
"""Height and width in pixels: ten times those of MNIST."""

PEN = 22
ERASER = 44
"""Widths in pixels; the strokes of MNIST are about two of its 28 pixels wide."""

_SHIFT = 4  # sixteenths of a pixel, so that slow strokes are smooth


class DrawingPad(Source):
    """A still that changes: `read` returns what has been drawn so far.

    `draw`, `erase` and `clear` may be called from any thread.
    """

    title = "Drawing pad"
    spec = SPEC

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._canvas = np.zeros((SIZE, SIZE), np.uint8)

    def draw(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Draw a round-ended line between two places, x and y, (0, 0) the first pixel's centre."""
        self._line(start, end, 255, PEN)

    def erase(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Wipe along the line between two places."""
        self._line(start, end, 0, ERASER)

    def clear(self) -> None:
        """Begin again."""
        with self._lock:
            self._canvas[:] = 0

    def read(self) -> Frame | None:
        """Return the drawing."""
        with self._lock:
            return Frame(as_image(self._canvas.copy()), name=self.title)

    def seek(self, index: int) -> None:
        """Do nothing: there is one page, and `read` always returns it."""

    def _line(
        self, start: tuple[float, float], end: tuple[float, float], value: int, width: int
    ) -> None:
        a, b = ((round(x * 2**_SHIFT), round(y * 2**_SHIFT)) for x, y in (start, end))
        with self._lock:
            cv2.line(self._canvas, a, b, value, width, cv2.LINE_AA, _SHIFT)
