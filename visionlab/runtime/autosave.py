"""Keeps the steps and the source on disk while they are edited, for the case of a crash."""

import logging
from contextlib import suppress

import msgspec
from PySide6.QtCore import QLockFile, QObject, QTimer, Slot

from visionlab.core import recipe
from visionlab.core.errors import RecipeError
from visionlab.core.files import write_atomically
from visionlab.core.pipeline import Pipeline
from visionlab.runtime.paths import config_folder
from visionlab.runtime.session import Session

log = logging.getLogger(__name__)

DELAY_MS = 1000
"""Milliseconds from an edit to its being saved."""


class Saved(msgspec.Struct, forbid_unknown_fields=True):
    """What is kept."""

    source: str
    recipe: str


class Autosave(QObject):
    """Saves the session a moment after each edit; only one running program does.

    Attributes
    ----------
    found : tuple of (Pipeline, str) or None
        Steps and source of a session that did not end properly.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._path = config_folder() / "autosave.json"
        with suppress(OSError):  # a folder that takes no files: there is no autosave then
            self._path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = QLockFile(str(self._path.with_suffix(".lock")))
        self._lock.setStaleLockTime(0)
        self._mine = self._lock.tryLock(0)
        self._keep = False
        self.found = self._read() if self._mine else None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self.save)
        if self._mine:
            session.editor.pipelineChanged.connect(self._timer.start)
            session.sourceChanged.connect(self._timer.start)

    @Slot()
    def save(self) -> None:
        """Save now; a full disk is logged and does no harm."""
        source = self._session.source
        saved = Saved(source.spec if source else "", recipe.dumps(self._session.editor.pipeline))
        try:
            write_atomically(self._path, msgspec.json.encode(saved))
        except OSError as error:
            log.warning("the session was not saved: %s", error)

    @Slot()
    def keep(self) -> None:
        """Leave unsaved steps for the next start: the session ends, and nobody can be asked."""
        self._keep = self._mine and self._session.editor.modified
        if self._keep:
            self.save()

    @Slot()
    def finish(self) -> None:
        """Forget what was kept: the session ends properly."""
        self._timer.stop()
        if self._mine:
            if not self._keep:
                self._path.unlink(missing_ok=True)
            self._lock.unlock()

    def _read(self) -> tuple[Pipeline, str] | None:
        try:
            saved = msgspec.json.decode(self._path.read_bytes(), type=Saved)
            return recipe.loads(saved.recipe, self._session.editor.catalogue), saved.source
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecipeError) as error:
            log.warning("the last session's autosave is not readable: %s", error)
            return None
