"""Garbage is collected in the window's thread alone.

By itself Python collects in whichever thread happens to allocate. There an object of Qt's can be
among the garbage: its end holds one of Qt's locks and waits for Python's, while the window holds
Python's and waits for Qt's, and neither ever goes on.
"""

import gc
from typing import ClassVar

from PySide6.QtCore import QObject, QTimer, Slot

LOOK_MS = 100
"""Milliseconds between two looks at how much there is."""


class Garbage(QObject):
    """Collects in the thread that it is made in, as often as Python would, until it is stopped."""

    _at_work: ClassVar[set["Garbage"]] = set()
    _found_enabled: ClassVar[bool] = True

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        if not self._at_work:
            Garbage._found_enabled = gc.isenabled()
        self._at_work.add(self)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(LOOK_MS)

    @Slot()
    def look(self) -> None:
        """Collect what is due."""
        collect()

    def stop(self) -> None:
        """Leave it to Python again, if it was, unless another one is at work."""
        self._timer.stop()
        self._at_work.discard(self)
        if not self._at_work and self._found_enabled:
            gc.enable()


def collect() -> None:
    """Collect the oldest generation that is due, and with it the younger ones."""
    limits = gc.get_threshold()
    for generation, count in reversed(list(enumerate(gc.get_count()))):
        if count > limits[generation] > 0:
            gc.collect(generation)
            break
