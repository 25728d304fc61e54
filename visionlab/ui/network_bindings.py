"""Wires the network panel to the network lane."""

import logging

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from visionlab.core.errors import VisionLabError
from visionlab.deep.card import ModelCard
from visionlab.deep.shelf import shelf
from visionlab.runtime.classifying import Classifying, Predicted
from visionlab.runtime.kept import keep
from visionlab.runtime.paths import kept_folder, models_folder
from visionlab.runtime.session import Session
from visionlab.runtime.shown import Shown
from visionlab.ui.actions import Actions
from visionlab.ui.docks import Docks
from visionlab.ui.kept_dialog import KeptDialog

log = logging.getLogger(__name__)


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
    ) -> None:
        super().__init__(parent)
        self._window = parent
        self._session = session
        self._docks = docks
        self._network: Classifying = session.network
        panel = docks.network
        panel.changed.connect(self._choose)
        panel.keepRequested.connect(self.keep)
        panel.about.clicked.connect(self._about)
        docks.openChanged.connect(self._want)
        session.shown.connect(self._look)
        session.sourceChanged.connect(self._forget)
        self._network.predicted.connect(self._show)
        self._network.loadingChanged.connect(self._show_loading)
        self._network.failed.connect(self.refused)
        actions["keep_answer"].triggered.connect(self.keep)
        actions["kept_answers"].triggered.connect(self._show_kept)
        actions["show_network"].triggered.connect(self._raise)
        self._offer_models()
        panel.set_devices(())
        panel.set_options(self._network.options)

    def _offer_models(self) -> None:
        found = shelf(models_folder())
        cards = [model.card for model in found.models]
        self._docks.network.set_cards(cards)
        if cards and self._network.options.model not in [card.id for card in cards]:
            self._network.choose(model=cards[0].id)
        for sentence in found.broken:
            log.warning("%s", sentence)

    @Slot(object)
    def _choose(self, changes: dict[str, object]) -> None:
        self._network.choose(**changes)

    @Slot()
    def _want(self) -> None:
        self._network.want(self._docks.is_open("network"))

    @Slot(object)
    def _look(self, shown: Shown) -> None:
        self._network.look(shown, self._session.moving)

    @Slot()
    def _forget(self) -> None:
        self._network.forget()
        self._docks.network.set_predicted(None)

    @Slot(object)
    def _show(self, predicted: Predicted) -> None:
        self._docks.network.set_predicted(predicted)

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

    @Slot()
    def _about(self) -> None:
        card = self._docks.network.card()
        if card is not None:
            box = QMessageBox(self._window)
            box.setWindowTitle(card.name)
            box.setText(_describe(card))
            box.exec()
            box.deleteLater()


def _describe(card: ModelCard) -> str:
    """Return the card as text for people."""
    lines = [card.summary, ""]
    lines += [f"{s.split}: {s.top1:.1%} top-1, {s.top5:.1%} top-5" for s in card.scores]
    if card.parameters:
        lines.append(f"{card.parameters:,} parameters, {card.multiplications:,} multiplications")
    lines += ["", card.data, card.licence, "", *card.weaknesses]
    return "\n".join(lines).strip()
