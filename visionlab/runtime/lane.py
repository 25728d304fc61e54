"""A worker lane: one running job and one waiting slot.

New work replaces what waits, and what runs is finished and delivered. Dropping everything but
the newest result instead would starve live video whenever a job takes longer than a frame.
Results wait in a one-slot mailbox, so a stalled window never piles up pictures.
"""

import logging
import threading
from collections.abc import Callable, Generator
from contextlib import closing
from time import perf_counter
from typing import Any, TypeAlias

from PySide6.QtCore import QObject, Signal

from visionlab.core.errors import Cancelled

log = logging.getLogger(__name__)

Job: TypeAlias = Callable[[Callable[[], bool]], Any]
"""Takes a function that says whether to stop, and returns the result.

A generator as the result delivers one after another; it is closed when its epoch is over.
"""


class Lane(QObject):
    """Runs jobs in a thread of its own. `submit` and `new_epoch` may be called from any thread.

    Signals
    -------
    ready
        A result waits; `take` it in the thread that this object lives in.
    started
        A job runs; told once, and again only after `running` has found none.
    """

    ready = Signal()
    started = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._condition = threading.Condition()
        self._waiting: tuple[int, Job] | None = None
        self._since: float | None = None
        self._worked = 0.0
        self._told = False
        self._stopped = False
        self._epoch = 0
        self._mailbox: list[Any] = []
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def submit(self, job: Job, epoch: int) -> None:
        """Put `job` in the waiting slot, in place of what waits there.

        A job of an `epoch` that is over by now is dropped.
        """
        with self._condition:
            if epoch == self._epoch:
                self._waiting = (epoch, job)
                self._condition.notify_all()

    def wait_for_room(self, timeout: float) -> None:
        """Wait until no job waits; for sources that need not drop frames."""
        with self._condition:
            self._condition.wait_for(lambda: self._waiting is None or self._stopped, timeout)

    def new_epoch(self) -> int:
        """Cancel what runs, drop what waits and all results so far; return the new epoch."""
        with self._condition:
            self._epoch += 1
            self._waiting = None
            self._mailbox.clear()
            self._condition.notify_all()
            return self._epoch

    def take(self) -> Any | None:
        """Return the newest result, or None where there is no new one."""
        with self._condition:
            return self._mailbox.pop() if self._mailbox else None

    def waits(self) -> bool:
        """Whether a job waits for the present one to end."""
        with self._condition:
            return self._waiting is not None

    def running(self) -> float | None:
        """Return for how many seconds the present job has run; None where none runs."""
        with self._condition:
            self._told = self._since is not None
            return None if self._since is None else perf_counter() - self._since

    def worked(self) -> float:
        """Return for how many seconds it has worked so far, all jobs together."""
        with self._condition:
            return self._worked + (0.0 if self._since is None else perf_counter() - self._since)

    def idle(self) -> bool:
        """Whether nothing runs, waits, or lies in the mailbox."""
        with self._condition:
            return self._since is None and not (self._waiting or self._mailbox)

    def request_stop(self) -> None:
        """Ask the thread to end after the step in work, without waiting."""
        with self._condition:
            self._stopped = True
        self.new_epoch()

    def stop(self, timeout: float = 3.0) -> bool:
        """End the thread after the step in work; say whether it ended in `timeout` seconds."""
        self.request_stop()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while taken := self._next():
            self._run(*taken)
            del taken  # the job holds on to pictures, and the next one may be long in coming

    def _next(self) -> tuple[int, Job] | None:
        """Wait for a job and take it; None: there will be no more."""
        with self._condition:
            if self._since is not None:
                self._worked += perf_counter() - self._since
            self._since = None
            self._condition.wait_for(lambda: self._waiting or self._stopped)
            if self._stopped or self._waiting is None:
                return None
            taken, self._waiting = self._waiting, None
            self._since = perf_counter()
            tell, self._told = not self._told, True
            self._condition.notify_all()
        if tell:
            self.started.emit()
        return taken

    def _run(self, epoch: int, job: Job) -> None:
        try:
            result = job(lambda: epoch != self._epoch)
            if isinstance(result, Generator):
                self._deliver_all(epoch, result)
            else:
                self._deliver(epoch, result)
        except Cancelled:
            pass
        except Exception:
            log.exception("a job of the %s lane failed", self._thread.name)

    def _deliver_all(self, epoch: int, results: Generator[Any, None, None]) -> None:
        with closing(results):
            for result in results:
                self._deliver(epoch, result)
                if epoch != self._epoch:
                    return

    def _deliver(self, epoch: int, result: Any) -> None:
        with self._condition:
            if epoch != self._epoch:
                return
            wake = not self._mailbox
            self._mailbox[:] = [result]
        if wake:
            self.ready.emit()
