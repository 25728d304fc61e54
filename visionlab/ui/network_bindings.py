"""Wires the network panel to the network lane."""

import logging
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from visionlab.core.errors import VisionLabError
from visionlab.deep.families import ALIKE, SUFFIXES
from visionlab.deep.shelf import Shelved, shelf
from visionlab.runtime.answers import NetworkOptions
from visionlab.runtime.classifying import Classifying
from visionlab.runtime.kept import keep
from visionlab.runtime.own_models import remove
from visionlab.runtime.paths import kept_folder, models_folder
from visionlab.runtime.session import Session
from visionlab.runtime.settings import Settings
from visionlab.runtime.shown import Shown
from visionlab.ui.actions import Actions
from visionlab.ui.add_model_dialog import AddModelDialog
from visionlab.ui.data_sets_dialog import DataSetsDialog
from visionlab.ui.docks import Docks
from visionlab.ui.kept_dialog import KeptDialog
from visionlab.ui.model_card_dialog import ModelCardDialog

log = logging.getLogger(__name__)

DIGITS = "digits"
"""The bundled model for the drawing pad."""


class NetworkBindings(QObject):
    """Everything that the network lane is asked and answers.

    Signals
    -------
    refused(sentence), done(sentence)
        For the status bar.
    openRequested(path)
        A kept picture is wanted as the source.
    """

    refused = Signal(str)
    done = Signal(str)
    openRequested = Signal(str)

    def __init__(
        self,
        parent: QWidget,
        session: Session,
        docks: Docks,
        actions: Actions,
        settings: Settings,
    ) -> None:
        super().__init__(parent)
        self._window = parent
        self._session = session
        self._docks = docks
        self._settings = settings
        self._models: tuple[Shelved, ...] = ()
        self._heat_wanted = False
        self._data_sets: DataSetsDialog | None = None
        self._network: Classifying = session.network
        panel = docks.network
        panel.changed.connect(self._choose)
        panel.keepRequested.connect(self.keep)
        panel.about.clicked.connect(self._about)
        panel.add.clicked.connect(self.add_model)
        docks.pad.readRequested.connect(self._read_digit)
        docks.openChanged.connect(self._want)
        docks.openChanged.connect(self._show)
        session.shown.connect(self._look)
        session.sourceChanged.connect(self._forget)
        self._network.predicted.connect(self._show)
        self._network.loadingChanged.connect(self._show_loading)
        self._network.failed.connect(self.refused)
        self._network.failed.connect(panel.set_failed)
        actions["keep_answer"].triggered.connect(self.keep)
        actions["kept_answers"].triggered.connect(self._show_kept)
        actions["show_network"].triggered.connect(self._raise)
        actions["add_model"].triggered.connect(self.add_model)
        actions["about_model"].triggered.connect(self._about)
        actions["data_sets"].triggered.connect(self._show_data_sets)
        self._network.choose(model=settings.model)
        self._offer_models()
        panel.set_devices(())

    def _offer_models(self) -> None:
        found = shelf(models_folder())
        self._models = found.models
        cards = [model.card for model in found.models]
        ids = [card.id for card in cards]
        if ids and self._network.options.model not in ids:
            default = NetworkOptions().model
            self._network.choose(model=default if default in ids else ids[0])
        self._docks.network.set_cards(cards)
        self._docks.network.set_options(self._network.options)
        for sentence in found.broken:
            log.warning("%s", sentence)

    @Slot(object)
    def _choose(self, changes: dict[str, object]) -> None:
        self._network.choose(**changes)
        self._settings.model = self._network.options.model

    @Slot()
    def _want(self) -> None:
        self._network.want(self._heat_wanted or self._docks.is_open("network"))

    @Slot(bool)
    def want_heat(self, wanted: bool) -> None:
        """Say whether heatmaps need the network."""
        self._heat_wanted = wanted
        self._want()

    @Slot(object)
    def _look(self, shown: Shown) -> None:
        self._network.look(shown, self._session.moving)

    @Slot()
    def _forget(self) -> None:
        self._network.forget()
        self._docks.network.set_predicted(None)

    @Slot()
    def _show(self) -> None:
        """Show the newest answer, if somebody looks."""
        last = self._network.last
        if last is not None and self._docks.is_open("network"):
            self._docks.network.set_predicted(last)

    @Slot()
    def _show_loading(self) -> None:
        self._docks.network.set_loading(self._network.loading)
        self._docks.network.set_devices(self._network.devices)
        self._docks.network.set_options(self._network.options)

    @Slot()
    def _raise(self) -> None:
        dock = self._docks.docks["network"]
        dock.show()
        dock.raise_()

    @Slot()
    def _read_digit(self) -> None:
        """Let the network that reads digits look at the drawing itself."""
        self._raise()
        self._choose({"model": DIGITS, "of": "original"})
        self._docks.network.set_options(self._network.options)

    @Slot()
    def keep(self) -> None:
        """Put the present picture and answer in the gallery."""
        predicted = self._network.last
        if predicted is None:
            self.refused.emit(self.tr("There is no answer to keep; open the Network panel first."))
            return
        source = self._session.source
        try:
            path = keep(kept_folder(), predicted, source.title if source else "")
        except (VisionLabError, OSError) as error:
            self.refused.emit(str(error))
            return
        self.done.emit(self.tr('Kept "{0}" in the gallery').format(path.stem))

    @Slot()
    def _show_kept(self) -> None:
        dialog = KeptDialog(kept_folder(), self._window)
        dialog.openRequested.connect(self.openRequested)
        dialog.refused.connect(self.refused)
        dialog.exec()
        dialog.deleteLater()

    # Models

    @Slot()
    def _about(self) -> None:
        model = self._chosen()
        if model is not None:
            dialog = ModelCardDialog(model, self._window)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.removeRequested.connect(self._remove)
            dialog.open()

    def _chosen(self) -> Shelved | None:
        chosen = self._network.options.model
        return next((model for model in self._models if model.card.id == chosen), None)

    @Slot()
    def add_model(self) -> AddModelDialog:
        """Ask for a model of the person's own."""
        dialog = AddModelDialog([model.card for model in self._models], self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.added.connect(self._take)
        dialog.open()
        return dialog

    def open_mime(self, data: QMimeData) -> bool:
        """Ask about a dropped file of weights; say whether there was one."""
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if not paths or paths[0].suffix.lower() not in SUFFIXES + ALIKE:
            return False
        self.add_model().look_at(paths[0])
        return True

    @Slot(object)
    def _take(self, model: Shelved) -> None:
        """Choose the model that was added."""
        self._choose({"model": model.card.id})
        self._offer_models()
        self._raise()
        self.done.emit(self.tr('Added the model "{0}"').format(model.card.name))

    @Slot(object)
    def _remove(self, model: Shelved) -> None:
        try:
            remove(model)
        except VisionLabError as error:
            self.refused.emit(str(error))
        else:
            self.done.emit(self.tr('Removed the model "{0}"').format(model.card.name))
            self._network.unload()
        self._offer_models()

    @Slot()
    def _show_data_sets(self) -> None:
        if self._data_sets is None:
            self._data_sets = DataSetsDialog(self._settings, self._window)
            self._data_sets.fetched.connect(self._tell_fetched)
        self._data_sets.refresh()
        self._data_sets.show()
        self._data_sets.activateWindow()

    @Slot(str)
    def _tell_fetched(self, name: str) -> None:
        self.done.emit(self.tr("Fetched {0}").format(name))
