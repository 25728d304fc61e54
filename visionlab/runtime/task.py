"""One piece of work in a thread of its own: told how far it is, stopped when asked."""

import logging
import threading
from collections.abc import Callable
from time import perf_counter
from typing import Any, TypeAlias

from PySide6.QtCore import QObject, Qt, Signal, Slot

from visionlab.core.errors import Cancelled, VisionLabError

log = logging.getLogger(__name__)

Tell: TypeAlias = Callable[[str, int, int], None]
"""Takes what is done, and how much of how much; 0 of 0 where nobody knows. Raises Cancelled."""

Work: TypeAlias = Callable[[Tell, Callable[[], bool]], Any]
"""Takes a `Tell` and a function that says whether to stop; returns the result."""

INTERVAL = 0.05
"""Seconds between two tellings of the same work."""


class Task(QObject):
    """Runs `work` once; exactly one of `done`, `failed` and `cancelled` follows.

    Signals
    -------
    progressed(text, so far, in all)
        See `Tell`.
    done(result)
        It has succeeded.
    failed(sentence)
        It has failed; the sentence is for people.
    cancelled
        It has stopped because that was asked for.
    """

    progressed = Signal(str, object, object)  # bytes have more than 32 bits
    done = Signal(object)
    failed = Signal(str)
    cancelled = Signal()
    _finished = Signal(object, str, bool)

    def __init__(self, name: str, work: Work) -> None:
        super().__init__()
        self._name = name
        self._work = work
        self._stop = threading.Event()
        self._told: tuple[str, float] = ("", 0.0)
        self._running = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._finished.connect(self._finish, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        """Whether the end has not been told yet."""
        return self._running

    def start(self) -> None:
        """Begin."""
        self._running = True
        self._thread.start()

    @Slot()
    def cancel(self) -> None:
        """Ask the work to stop, without waiting."""
        self._stop.set()

    def wait(self, timeout: float) -> bool:
        """Wait for the thread; say whether it ended in `timeout` seconds."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        result, sentence, stopped = None, "", False
        try:
            result = self._work(self._tell, self._stop.is_set)
        except Cancelled:
            stopped = True
        except VisionLabError as error:
            stopped = self._stop.is_set()  # what was given up fails in its own ways
            sentence = str(error)
        except Exception:
            log.exception("the task %s failed", self._name)
            sentence = self.tr(
                "This failed because of a fault in the program; the log file says more."
            )
        try:
            self._finished.emit(result, sentence, stopped)
        except RuntimeError:  # the window, and this object with it, has gone meanwhile
            log.info("nobody waits for the task %s any more", self._name)

    def _tell(self, text: str, done: int, total: int) -> None:
        """Pass on how far it is, but not so often that the window has nothing else to do."""
        if self._stop.is_set():
            raise Cancelled
        former, at = self._told
        now = perf_counter()
        if text != former or now - at >= INTERVAL or done == total:
            self._told = (text, now)
            self.progressed.emit(text, done, total)

    @Slot(object, str, bool)
    def _finish(self, result: object, sentence: str, stopped: bool) -> None:
        self._running = False
        if stopped:
            self.cancelled.emit()
        elif sentence:
            self.failed.emit(sentence)
        else:
            self.done.emit(result)
