"""A worker lane: one running job and one waiting slot.

New work replaces what waits, and what runs is finished and delivered. Dropping everything but
the newest result instead would starve live video whenever a job takes longer than a frame.
Results wait in a one-slot mailbox, so a stalled window never piles up pictures.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any, TypeAlias

from PySide6.QtCore import QObject, Signal

from visionlab.core.errors import Cancelled

log = logging.getLogger(__name__)

Job: TypeAlias = Callable[[Callable[[], bool]], Any]
"""Takes a function that says whether to stop, and returns the result."""


class Lane(QObject):
    """Runs jobs in a thread of its own. `submit` and `new_epoch` may be called from any thread.

    Signals
    -------
    ready
        A result waits; `take` it in the thread that this object lives in.
    """

    ready = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._condition = threading.Condition()
        self._waiting: tuple[int, Job] | None = None
        self._running = False
        self._stopped = False
        self._epoch = 0
        self._mailbox: list[Any] = []
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Put `job` in the waiting slot, in place of what waits there."""
        with self._condition:
            self._waiting = (self._epoch, job)
            self._condition.notify_all()

    def wait_for_room(self, timeout: float) -> None:
        """Wait until no job waits; for sources that need not drop frames."""
        with self._condition:
            self._condition.wait_for(lambda: self._waiting is None or self._stopped, timeout)

    def new_epoch(self) -> None:
        """Drop what waits, cancel what runs, and drop results of jobs submitted before."""
        with self._condition:
            self._epoch += 1
            self._waiting = None
            self._mailbox.clear()
            self._condition.notify_all()

    def take(self) -> Any | None:
        """Return the newest result, or None where there is no new one."""
        with self._condition:
            return self._mailbox.pop() if self._mailbox else None

    def idle(self) -> bool:
        """Whether nothing runs, waits, or lies in the mailbox."""
        with self._condition:
            return not (self._running or self._waiting or self._mailbox)

    def stop(self, timeout: float = 3.0) -> bool:
        """End the thread after the running job; say whether it ended in `timeout` seconds."""
        with self._condition:
            self._stopped = True
            self._epoch += 1
            self._condition.notify_all()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while True:
            with self._condition:
                self._running = False
                self._condition.wait_for(lambda: self._waiting or self._stopped)
                if self._stopped or self._waiting is None:
                    return
                epoch, job = self._waiting
                self._waiting = None
                self._running = True
                self._condition.notify_all()
            self._run(epoch, job)

    def _run(self, epoch: int, job: Job) -> None:
        try:
            self._deliver(epoch, job(lambda: epoch != self._epoch))
        except Cancelled:
            pass
        except Exception:
            log.exception("a job of the %s lane failed", self._thread.name)

    def _deliver(self, epoch: int, result: Any) -> None:
        with self._condition:
            if epoch != self._epoch:
                return
            wake = not self._mailbox
            self._mailbox[:] = [result]
        if wake:
            self.ready.emit()
