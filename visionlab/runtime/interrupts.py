"""Ctrl+C and the system's wish that the program end, heard by the event loop."""

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


class Interrupts(QObject):
    """Makes signals of the system a signal of Qt; for the main thread.

    Python calls its handlers between two of its own instructions, and while Qt waits for events
    there are none. So the system's signals also write to a socket, which wakes the event loop.

    Signals
    -------
    asked
        The program shall end.
    """

    asked = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._reading, self._writing = socket.socketpair()
        for end in (self._reading, self._writing):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._reading.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._empty)
        signal.set_wakeup_fd(self._writing.fileno(), warn_on_full_buffer=False)
        for name in _NAMES:
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._on_signal)

    def _on_signal(self, *_: object) -> None:
        self.asked.emit()

    @Slot()
    def _empty(self) -> None:
        """Take the bytes away; Python has called the handler by now."""
        self._reading.recv(256)
