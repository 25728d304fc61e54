"""Work done in pieces, one in each turn of the event loop, so that the window answers between."""

from collections import deque
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer, Slot


class Turns(QObject):
    """Does pieces of work one after the other, each in a turn of its own."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pieces: deque[Callable[[], None]] = deque()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._do_next)

    def begin(self, pieces: Iterable[Callable[[], None]]) -> None:
        """Do `pieces` from the next turn on, in place of those still to be done."""
        self._pieces = deque(pieces)
        if self._pieces:
            self._timer.start(1)
        else:
            self._timer.stop()

    def idle(self) -> bool:
        """Whether nothing is left to be done."""
        return not self._timer.isActive()

    @Slot()
    def _do_next(self) -> None:
        piece = self._pieces.popleft()
        if not self._pieces:
            self._timer.stop()
        piece()
