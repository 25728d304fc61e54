"""A model's card in plain words."""

from html import escape

from PySide6.QtCore import QCoreApplication, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QMessageBox,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from visionlab.deep.card import ModelCard, Preprocess, Score
from visionlab.deep.families import ONNX, TITLES
from visionlab.deep.shelf import Shelved
from visionlab.ui import theme
from visionlab.ui.class_bars import percent

LABELS = 400
"""At most so many classes are named."""


class ModelCardDialog(QDialog):
    """What a model is, learned from, can do and cannot; all of it can be selected and copied.

    Signals
    -------
    removeRequested(Shelved)
        The model is no longer wanted.
    """

    removeRequested = Signal(object)

    def __init__(self, model: Shelved, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About This Model"))
        self.resize(76 * theme.GRID, 72 * theme.GRID)
        self._model = model
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.setAccessibleName(self.tr("About this model"))
        self.text.document().setDocumentMargin(2 * theme.GRID)
        self.text.setHtml(card_html(model))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.copy = buttons.addButton(self.tr("Copy"), role)
        self.copy.clicked.connect(self._copy)
        self.remove = buttons.addButton(self.tr("Remove Model…"), role)
        self.remove.setVisible(not model.bundled)
        self.remove.clicked.connect(self._remove)
        buttons.rejected.connect(self.reject)
        for button in (self.copy, self.remove):
            button.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(buttons)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())

    @Slot()
    def _remove(self) -> None:
        question = self.tr(
            "Remove {0}? Its weights and its card in this program's folder are deleted; the file "
            "that they were made from stays."
        ).format(self._model.card.name)
        if QMessageBox.question(self, self.tr("Remove Model"), question) == (
            QMessageBox.StandardButton.Yes
        ):
            self.removeRequested.emit(self._model)
            self.accept()


def card_html(model: Shelved) -> str:
    """Return the card as rich text."""
    card = model.card
    rows = [
        (_tr("Learned from"), card.data),
        (_tr("Licence"), card.licence),
        (_tr("Network"), _network(card)),
        (_tr("Gradients"), _tr("Not to be had of ONNX: forward only, and on the CPU.")
         if card.architecture == ONNX else ""),
        (_tr("Pictures"), " ".join(preprocess_words(card.preprocess))),
        (_tr("Confidence"), _confidence(card)),
        (_tr("Kept in"), str(model.weights)),
    ]  # fmt: skip
    table = "".join(_row(name, escape(text)) for name, text in rows if text)
    parts = [
        f"<h2>{escape(card.name)}</h2>",
        f"<p>{escape(card.summary)}</p>" if card.summary else "",
        f'<table cellspacing="0" cellpadding="3" style="margin-top:8px">{table}</table>',
        f"<h3>{escape(_tr('Measured'))}</h3>{_scores(card.scores)}",
    ]
    if card.weaknesses:
        items = "".join(f"<li>{escape(text)}</li>" for text in card.weaknesses)
        parts.append(f"<h3>{escape(_tr('Known weaknesses'))}</h3><ul>{items}</ul>")
    parts.append(f"<h3>{escape(_tr('Classes'))}</h3><p>{escape(_classes(card))}</p>")
    return "".join(parts)


def preprocess_words(how: Preprocess) -> list[str]:
    """Return sentences that say how a picture becomes the network's input."""
    kind = _tr("grey") if how.channels == 1 else _tr("red, green and blue")
    size = _tr("The input is {0} x {0} pixels, {1}.").format(how.size, kind)
    if how.fit == "crop" and how.resize > how.size:
        fit = _tr(
            "The shorter side is brought to {0} pixels, and the middle {1} x {1} cut out."
        ).format(how.resize, how.size)
    else:
        fit = {
            "crop": _tr("The middle square of the picture is taken."),
            "stretch": _tr("Pictures are stretched to a square."),
            "pad": _tr("Pictures that are not square get a border."),
        }[how.fit]
    words = [size, fit]
    if how.dark_ground:
        words.append(_tr("Dark drawings on light paper are inverted."))
    if how.centre:
        words.append(_tr("What is drawn is brought to the middle, at 5/7 of the size."))
    if set(how.mean) == {0.0} and set(how.std) == {1.0}:
        words.append(_tr("Values go from 0 to 1."))
    else:
        words.append(
            _tr("From values 0 to 1 the mean {0} is taken away, and the rest divided by {1}.")
            .format(_numbers(how.mean), _numbers(how.std))
        )  # fmt: skip
    return words


def _network(card: ModelCard) -> str:
    title = TITLES.get(card.architecture, card.architecture).split(":")[0]
    parts = [title]
    if card.parameters:
        parts.append(_tr("{0} parameters").format(f"{card.parameters:,}"))
    if card.multiplications:
        count = f"{card.multiplications / 1e6:,.1f}"
        parts.append(_tr("{0} million multiplications for one picture").format(count))
    return "; ".join(parts) + "."


def _confidence(card: ModelCard) -> str:
    if card.temperature == 1:
        return _tr("As the network gives it: temperature 1, not calibrated.")
    return _tr("Calibrated: outputs are divided by the temperature {0} before softmax.").format(
        f"{card.temperature:g}"
    )


def _classes(card: ModelCard) -> str:
    names = ", ".join(card.labels[:LABELS])
    more = ", …" if len(card.labels) > LABELS else ""
    return f"{len(card.labels):,}: {names}{more}"


def _scores(scores: tuple[Score, ...]) -> str:
    if not scores:
        text = _tr("Not yet; `visionlab evaluate` measures it on pictures whose classes are known.")
        return f"<p>{escape(text)}</p>"
    found = []
    for score in scores:
        text = _tr("{0}, {1} pictures: {2} top-1, {3} top-5.").format(
            score.split, f"{score.pictures:,}", percent(score.top1), percent(score.top5)
        )
        error = _tr("Calibration error {0}.").format(percent(score.calibration_error))
        command = f"<br><code>{escape(score.command)}</code>" if score.command else ""
        found.append(f"<p>{escape(text)} {escape(error)}{command}</p>")
    return "".join(found)


def _row(name: str, text: str) -> str:
    muted = theme.colour("muted").name()
    return (
        f'<tr><td style="color:{muted}; padding-right:12px">{escape(name)}</td><td>{text}</td></tr>'
    )


def _numbers(values: tuple[float, ...]) -> str:
    return ", ".join(f"{value:g}" for value in values)


def _tr(text: str) -> str:
    return QCoreApplication.translate("ModelCard", text)
