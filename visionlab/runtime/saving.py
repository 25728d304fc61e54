"""Saves pictures beside the window: encoding 12 megapixels takes half a second."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot

from visionlab.core.errors import VisionLabError
from visionlab.core.image import Display, Image
from visionlab.sources import save_picture

log = logging.getLogger(__name__)


class Saver(QObject):
    """Writes pictures one after the other, in the order in which they were given.

    Signals
    -------
    started(Path)
        A picture was given to be saved.
    saved(Path)
        A picture is written.
    failed(sentence)
        One could not be; what was there before still is.
    """

    started = Signal(object)
    saved = Signal(object)
    failed = Signal(str)
    _written = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pending = 0
        self._worker = ThreadPoolExecutor(1, "save")
        self._last: Future[None] | None = None
        self._written.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether a picture is not written yet."""
        return self._pending > 0

    def save(self, path: Path, picture: Image, display: Display | None = None) -> None:
        """Write `picture`, which must not change, as `save_picture` does."""
        self._pending += 1
        self.started.emit(path)
        self._last = self._worker.submit(self._write, path, picture, display)

    def finish(self, timeout: float = 3.0) -> bool:
        """Wait up to `timeout` seconds until all is written; say whether it is."""
        return self._last is None or bool(wait([self._last], timeout).done)

    def _write(self, path: Path, picture: Image, display: Display | None) -> None:
        """Save in the worker's thread."""
        fault = ""
        try:
            save_picture(path, picture, display)
        except VisionLabError as error:
            fault = str(error)
        except Exception:
            log.exception("%s was not saved", path)
            fault = f'"{path}" was not saved: the program has a fault; see Help, Show Log File.'
        self._written.emit(path, fault)

    @Slot(object, str)
    def _tell(self, path: Path, fault: str) -> None:
        self._pending -= 1
        if fault:
            self.failed.emit(fault)
        else:
            self.saved.emit(path)
