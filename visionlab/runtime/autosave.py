"""Keeps the steps and the source on disk while they are edited, for the case of a crash."""

import logging
from contextlib import suppress
from pathlib import Path

import msgspec
from PySide6.QtCore import QLockFile, QObject, QTimer, Slot

from visionlab.core import recipe
from visionlab.core.errors import RecipeError
from visionlab.core.files import read_at_most, write_atomically
from visionlab.core.pipeline import Pipeline
from visionlab.runtime.paths import config_folder
from visionlab.runtime.session import Session

log = logging.getLogger(__name__)

MAX_BYTES = 2 * recipe.MAX_BYTES
"""A recipe's quotation marks and line ends take two bytes here."""

DELAY_MS = 1000
"""Milliseconds from an edit to its being saved."""


class Saved(msgspec.Struct, forbid_unknown_fields=True):
    """What is kept."""

    source: str
    recipe: str
    path: str = ""


class Autosave(QObject):
    """Saves the session a moment after each edit; only one running program does.

    Attributes
    ----------
    found : tuple of (Pipeline, str) or None
        Steps and source of a session that did not end properly.
    path : Path or None
        The recipe file in which those steps were kept.
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
        self.path: Path | None = None
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
        source, editor = self._session.source, self._session.editor
        path = str(editor.path) if editor.path else ""
        saved = Saved(source.spec if source else "", recipe.dumps(editor.pipeline), path)
        try:
            write_atomically(self._path, msgspec.json.encode(saved), private=True)
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
            saved = msgspec.json.decode(read_at_most(self._path, MAX_BYTES), type=Saved)
            steps = recipe.loads(saved.recipe, self._session.editor.catalogue)
            self.path = Path(saved.path) if saved.path else None
            return steps, saved.source
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecipeError) as error:
            log.warning("the last session's autosave is not readable: %s", error)
            return None
