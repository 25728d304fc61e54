"""The least that a Qt program can do: the same scene and cv2 calls, both pictures by QPainter.

Prints the painted frames a second. The yardstick of the live benchmark.
"""

import sys
from time import perf_counter

import cv2
from PySide6.QtCore import QRectF, QTimer, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from visionlab.sources import open_source


class Viewer(QWidget):
    """Original on the left, edges on the right."""

    def __init__(self, pane: tuple[float, float]) -> None:
        super().__init__()
        self._pane = pane
        self.resize(round(pane[0] * 2), round(pane[1]))
        self._source = open_source("camera:test:1280x720@max")
        self.painted = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.step)
        self._timer.start(0)

    @Slot()
    def step(self) -> None:
        """Take a frame and work on it."""
        frame = self._source.read()
        assert frame is not None
        self._original = frame.image
        grey = cv2.cvtColor(self._original, cv2.COLOR_RGB2GRAY)
        self._edges = cv2.Canny(cv2.GaussianBlur(grey, (5, 5), 1.0), 50, 150)
        self.repaint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint both."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        (width, height), rgb, grey = self._pane, self._original, self._edges
        form = QImage.Format
        left = QImage(rgb.data, 1280, 720, rgb.strides[0], form.Format_RGB888)
        right = QImage(grey.data, 1280, 720, grey.strides[0], form.Format_Grayscale8)
        shown = width * 720 / 1280
        top = (height - shown) / 2
        painter.drawImage(QRectF(0, top, width, shown), left)
        painter.drawImage(QRectF(width, top, width, shown), right)
        painter.end()
        self.painted += 1


def main() -> None:
    """Run for the seconds given first, with panes of the width and height given next."""
    seconds, width, height = (float(text) for text in sys.argv[1:4])
    application = QApplication([])
    viewer = Viewer((width, height))
    viewer.show()
    QTimer.singleShot(500, application.processEvents)
    start = perf_counter()
    warm = 0
    while perf_counter() - start < seconds + 0.5:
        application.processEvents()
        if not warm and perf_counter() - start > 0.5:
            warm = viewer.painted
    print((viewer.painted - warm) / seconds)


if __name__ == "__main__":
    main()
