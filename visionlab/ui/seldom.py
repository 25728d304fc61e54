"""What a person reads: brought up to date a few times a second, not with every live picture."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

SLOW_MS = 100
"""Milliseconds between two states of what is glanced at rather than looked at."""
READ_MS = 250
"""Milliseconds between two states of what is read."""


class Seldom(QObject):
    """Does what is asked for in a turn of its own, and then not again for a while.

    The last time is never lost. It is not done at once: what was painted took long enough.

    Parameters
    ----------
    parent : QObject
    do : callable
        Brings up to date.
    every : int
        Milliseconds from one time to the next.
    """

    def __init__(self, parent: QObject, do: Callable[[], None], every: int = SLOW_MS) -> None:
        super().__init__(parent)
        self._do, self._every = do, every
        self._asked = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_time)

    def ask(self) -> None:
        """Have it done soon."""
        self._asked = True
        if not self._timer.isActive():
            self._timer.start(0)

    @Slot()
    def _on_time(self) -> None:
        if self._asked:
            self._asked = False
            self._timer.start(self._every)
            self._do()
