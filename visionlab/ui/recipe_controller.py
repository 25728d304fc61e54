"""Commands on files of ours: recipes, the result picture, tables; and unsaved changes."""

import io
import re
from pathlib import Path
from typing import Literal

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from visionlab.core import recipe
from visionlab.core.errors import VisionLabError
from visionlab.core.files import write_atomically
from visionlab.core.image import Display, Image
from visionlab.core.pipeline import Pipeline
from visionlab.core.result import Table
from visionlab.core.tables import to_csv
from visionlab.runtime.saving import Saver
from visionlab.runtime.session import Session


class RecipeController(QObject):
    """Opens and saves what the person makes.

    Signals
    -------
    refused(sentence)
        Something could not be read or written.
    begun(sentence)
        Something is being written; `done` or `refused` will follow.
    done(sentence)
        Something was written, and where.
    nameChanged
        Another recipe file is being edited.
    """

    refused = Signal(str)
    begun = Signal(str)
    done = Signal(str)
    nameChanged = Signal()

    def __init__(self, window: QWidget, session: Session) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._folder = str(Path.home())
        self.saver = Saver(self)
        self.saver.started.connect(self._tell_begun)
        self.saver.saved.connect(self._tell_done)
        self.saver.failed.connect(self.refused)

    @property
    def path(self) -> Path | None:
        """The recipe file being edited."""
        return self._session.editor.path

    def begin(self, pipeline: Pipeline, path: Path | None, *, saved: bool) -> None:
        """Edit the steps to begin with; those of a recipe file are saved to it again."""
        path = path.absolute() if path else None
        self._session.editor.load(pipeline, path, saved=saved)
        if path:
            self._folder = str(path.parent)
            self.nameChanged.emit()

    @Slot()
    def new(self) -> None:
        """Begin an empty recipe."""
        if self.may_discard():
            self._session.editor.load(Pipeline())
            self.nameChanged.emit()

    @Slot()
    def choose_and_open(self) -> None:
        """Ask for a recipe file and open it."""
        name, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Open Recipe"), self._folder, self._filter()
        )
        if name:
            self.open(name)

    @Slot(str)
    def open(self, name: str) -> None:
        """Open a recipe; a faulty one changes nothing."""
        path = Path(name)
        try:
            pipeline = recipe.load(path, self._session.editor.catalogue)
        except VisionLabError as error:
            self.refused.emit(str(error))
            return
        if self.may_discard():
            self._session.editor.load(pipeline, path)
            self._folder = str(path.parent)
            self.nameChanged.emit()

    @Slot()
    def save(self) -> bool:
        """Save the recipe where it was opened from; ask where, if it is new."""
        return self._write_recipe(self.path) if self.path else self.save_as()

    @Slot()
    def save_as(self) -> bool:
        """Ask where to save the recipe, and do so."""
        start = str(self.path or Path(self._folder) / "recipe.json")
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save Recipe"), start, self._filter()
        )
        path = self._with_ending(name, ".json")
        return path is not None and self._write_recipe(path)

    def save_picture(self, picture: Image, display: Display | None, name: str) -> None:
        """Ask where to save `picture`, and have it done beside the window."""
        ending = ".tiff" if picture.dtype.kind == "f" else ".png"  # what keeps the true values
        chosen, _ = QFileDialog.getSaveFileName(
            self._window,
            self.tr("Save Picture"),
            str(Path(self._folder) / f"{name}{ending}"),
            self.tr("Pictures (*.png *.jpg *.webp *.bmp *.tiff)"),
        )
        named = re.fullmatch(r"\.[A-Za-z]\w{1,4}", Path(chosen).suffix)
        path = Path(chosen) if named else self._with_ending(chosen, ending)
        if path:
            self._folder = str(path.parent)
            self.saver.save(path, picture, display)

    def save_table(self, table: Table) -> None:
        """Ask where to save `table` as CSV, and do so."""
        start = str(Path(self._folder) / f"{table.name.lower().replace(' ', '_')}.csv")
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save Table"), start, self.tr("Tables (*.csv)")
        )
        if path := self._with_ending(name, ".csv"):
            self._write(path, to_csv(table).encode())

    def save_array(self, values: Image, name: str, ending: Literal[".npy", ".csv"]) -> None:
        """Ask where to save an array's values, and do so: for NumPy, or one line a row as CSV."""
        kind = self.tr("NumPy arrays (*.npy)") if ending == ".npy" else self.tr("Tables (*.csv)")
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save Values"), str(Path(self._folder) / f"{name}{ending}"), kind
        )
        if path := self._with_ending(chosen, ending):
            data = io.BytesIO()
            if ending == ".npy":
                np.save(data, values)
            else:
                np.savetxt(data, values, "%.9g", ",")  # as many digits as float32 has
            self._write(path, data.getvalue())

    @Slot(QImage)
    def copy(self, image: QImage) -> None:
        """Put a picture on the clipboard."""
        QGuiApplication.clipboard().setImage(image)
        self.done.emit(self.tr("Copied the view to the clipboard"))

    @Slot(str)
    def copy_text(self, text: str) -> None:
        """Put a text on the clipboard."""
        QGuiApplication.clipboard().setText(text)
        self.done.emit(self.tr("Copied {0} to the clipboard").format(text))

    def may_discard(self) -> bool:
        """Ask about unsaved changes, if there are any; say whether to go on."""
        if not self._session.editor.modified:
            return True
        buttons = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self._window,
            self.tr("Unsaved Steps"),
            self.tr("The steps have changed since they were saved. Save them as a recipe?"),
            buttons.Save | buttons.Discard | buttons.Cancel,
            buttons.Save,
        )
        return self.save() if answer == buttons.Save else answer == buttons.Discard

    def _filter(self) -> str:
        return self.tr("Recipes (*.json)")

    def _with_ending(self, chosen: str, ending: str) -> Path | None:
        """Return the chosen place with `ending`; None where the person changed their mind."""
        path = Path(chosen)
        if not chosen or path.suffix.lower() == ending:
            return path if chosen else None
        path = path.with_name(path.name + ending)
        return path if not path.exists() or self._may_overwrite(path) else None

    def _may_overwrite(self, path: Path) -> bool:
        """Ask about a file that the desktop's dialog did not ask about."""
        answer = QMessageBox.question(
            self._window,
            self.tr("Overwrite"),
            self.tr("{0} is there already. Overwrite it?").format(path),
        )
        return answer == QMessageBox.StandardButton.Yes

    def _write_recipe(self, path: Path) -> bool:
        if not self._write(path, recipe.dumps(self._session.editor.pipeline).encode()):
            return False
        self._session.editor.mark_saved(path)
        self.nameChanged.emit()
        return True

    def _write(self, path: Path, data: bytes) -> bool:
        self._folder = str(path.parent)
        try:
            write_atomically(path, data)
        except OSError as error:
            reason = error.strerror or str(error)
            self.refused.emit(
                self.tr("{0} could not be saved: {1}; choose another place.").format(path, reason)
            )
            return False
        self._tell_done(path)
        return True

    @Slot(object)
    def _tell_begun(self, path: Path) -> None:
        self.begun.emit(self.tr("Saving {0}…").format(path.name))

    @Slot(object)
    def _tell_done(self, path: Path) -> None:
        self.done.emit(self.tr("Saved {0}").format(path.name))
