"""The log file: every traceback goes there and none to the person."""

import logging
import sys
import threading
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from types import TracebackType

from visionlab.runtime.paths import log_file

log = logging.getLogger("visionlab")


def start_logging(tell: Callable[[], None] | None = None) -> None:
    """Write warnings, errors and uncaught exceptions of all threads to the log file.

    The terminal has one line of an uncaught exception; `tell` is called as well, in the thread
    where it happened.
    """
    path = log_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            path, maxBytes=1_000_000, backupCount=2, delay=True, encoding="utf-8"
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.raiseExceptions = False  # a log that cannot be written is no matter for the person
    hooks = _Hooks(tell)
    sys.excepthook = hooks.uncaught
    threading.excepthook = hooks.in_thread
    sys.unraisablehook = hooks.unraisable


class _Hooks:
    """What Python calls with an exception that nobody has caught."""

    def __init__(self, tell: Callable[[], None] | None) -> None:
        self._tell = tell

    def uncaught(
        self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error or kind(), trace)
            return
        log.critical("uncaught", exc_info=(kind, error or kind(), trace))
        print(f"visionlab: an unexpected fault was written to {log_file()}.", file=sys.stderr)
        if self._tell:
            self._tell()

    def in_thread(self, caught: threading.ExceptHookArgs) -> None:
        if not issubclass(caught.exc_type, SystemExit):
            self.uncaught(caught.exc_type, caught.exc_value, caught.exc_traceback)

    def unraisable(self, caught: "sys.UnraisableHookArgs") -> None:
        self.uncaught(caught.exc_type, caught.exc_value, caught.exc_traceback)
