"""The log file: every traceback goes there and none to the person."""

import logging
import sys
from logging.handlers import RotatingFileHandler
from types import TracebackType

from visionlab.runtime.paths import log_file


def start_logging() -> None:
    """Write warnings, errors and uncaught exceptions to the log file."""
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
    sys.excepthook = _log_uncaught


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("visionlab").critical("uncaught", exc_info=(kind, error, trace))
    print(f"visionlab: an unexpected fault was written to {log_file()}.", file=sys.stderr)
