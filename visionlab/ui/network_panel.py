"""The network dock: what a CNN says is on the picture, and what it looked at."""

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QSize, QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QCompleter,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from visionlab.deep.card import ModelCard
from visionlab.runtime.answers import NetworkOptions, Predicted
from visionlab.ui import theme
from visionlab.ui.choice_box import ChoiceBox
from visionlab.ui.class_bars import Bar, ClassBars
from visionlab.ui.input_preview import InputNumbers, InputPicture
from visionlab.ui.parts import ElidedLabel, Hint, IconButton, MenuButton

SMOOTHING_S = (0.0, 0.2, 0.5, 1.0, 2.0)
FITS = (None, "crop", "stretch", "pad")

_ONE_ROW = 760
"""Width from which all tools stand in one row."""


class NetworkPanel(QWidget):
    """Choices on the left, bars in the middle, the network's input on the right.

    Signals
    -------
    changed(dict of str to object)
        Some of the `NetworkOptions` were chosen.
    keepRequested
        The present answer is wanted in the gallery.
    classChosen(index)
        A class was clicked.
    """

    changed = Signal(object)
    keepRequested = Signal()
    classChosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._predicted: Predicted | None = None
        self._held: Predicted | None = None
        self._labels: tuple[str, ...] = ()
        self.bars = ClassBars()
        self.bars.classChosen.connect(self.classChosen)
        self.bars.rowsChanged.connect(self._refresh)
        self.preview = InputPicture()
        self._make_choices()
        self._make_options()
        self._make_tools()
        self._hint = Hint("")
        self._failure = ""
        self._arrange()
        self.set_predicted(None)

    # Building

    def _make_choices(self) -> None:
        self.model = ChoiceBox(self.tr("Model"))
        self.model.currentIndexChanged.connect(self._choose_model)
        self.device = ChoiceBox(self.tr("Device"))
        self.device.currentIndexChanged.connect(self._choose_device)
        self.of = ChoiceBox(self.tr("Classify"))
        self.of.addItem(self.tr("Original"), "original")
        self.of.addItem(self.tr("Result Shown"), "result")
        self.of.currentIndexChanged.connect(self._choose_of)
        self.fit = ChoiceBox(self.tr("Shape"))
        texts = (self.tr("As Trained"), self.tr("Crop"), self.tr("Stretch"), self.tr("Pad"))
        for text, fit in zip(texts, FITS, strict=True):
            self.fit.addItem(text, fit)
        self.fit.setToolTip(self.tr("How a picture that is not square becomes the square input"))
        self.fit.currentIndexChanged.connect(self._choose_fit)
        self.smoothing = ChoiceBox(self.tr("Smoothing"))
        for seconds in SMOOTHING_S:
            text = self.tr("{0} s").format(f"{seconds:g}") if seconds else self.tr("Off")
            self.smoothing.addItem(text, seconds)
        self.smoothing.setToolTip(
            self.tr("Video and cameras: average over time; mark and grey number: the newest alone")
        )
        self.smoothing.currentIndexChanged.connect(self._choose_smoothing)
        self.about = IconButton("info", self.tr("About this model"))
        self.add = IconButton("plus", self.tr("Add a model of your own"))

    def _make_tools(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Find a class"))
        self.search.setAccessibleName(self.tr("Find a class"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(22 * theme.GRID)
        self.search.textChanged.connect(self._refresh)
        self._names = QStringListModel(self)
        completer = QCompleter(self._names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.search.setCompleter(completer)
        self.log = QCheckBox(self.tr("Log scale"))
        self.log.setToolTip(self.tr("Shows how the unlikely classes compare"))
        self.log.toggled.connect(self.bars.set_log)
        self.hold = IconButton(
            "push-pin", self.tr("Keep marks and numbers of this answer, to compare later ones"),
            text=self.tr("Hold"),
        )  # fmt: skip
        self.hold.setCheckable(True)
        self.hold.toggled.connect(self._hold)
        self.keep = IconButton(
            "bookmark-simple", self.tr("Keep picture and answer in the gallery (K)"),
            text=self.tr("Keep"),
        )  # fmt: skip
        self.keep.clicked.connect(self.keepRequested)
        self.numbers = IconButton(
            "grid-four", self.tr("The input as numbers"), text=self.tr("Numbers…")
        )
        self.numbers.clicked.connect(self._show_numbers)
        self._seen = ElidedLabel(role=QPalette.ColorRole.PlaceholderText)
        self._speed = ElidedLabel(role=QPalette.ColorRole.PlaceholderText)
        self._notice = ElidedLabel(role=QPalette.ColorRole.PlaceholderText)
        self._notice.hide()

    def _arrange(self) -> None:
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.setSpacing(theme.GRID // 2)
        self._head.addLayout(_row(self.model, self.add, self.about, self.options), 2)
        self._head.addLayout(_row(self.search, self.log, self.hold, self.keep, stretch=True), 3)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._hint)
        self._pages.addWidget(self.bars)
        middle = QVBoxLayout()
        middle.setSpacing(theme.GRID // 2)
        middle.addLayout(self._head)
        middle.addLayout(self._pages, 1)
        middle.addWidget(self._notice)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GRID, theme.GRID // 2, theme.GRID, theme.GRID // 2)
        row.setSpacing(2 * theme.GRID)
        row.addLayout(middle, 1)
        self._side = QWidget()
        self._side.setLayout(self._input())
        row.addWidget(self._side)

    def _make_options(self) -> None:
        """Put the choices that are seldom changed into a menu of their own."""
        form = QWidget()
        grid = QGridLayout(form)
        grid.setHorizontalSpacing(theme.GRID)
        grid.setVerticalSpacing(theme.GRID // 2)
        for number, box in enumerate((self.of, self.fit, self.smoothing, self.device)):
            label = QLabel(box.accessibleName())
            label.setBuddy(box)
            grid.addWidget(label, number, 0)
            grid.addWidget(box, number, 1)
        self.options = MenuButton(
            "sliders-horizontal", self.tr("What is classified, and how"), self.tr("Options")
        )
        action = QWidgetAction(self.options.items)
        action.setDefaultWidget(form)
        self.options.items.addAction(action)

    def _input(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID // 2)
        column.addWidget(self.preview, 100)
        column.addWidget(self._seen)
        column.addWidget(self._speed)
        column.addWidget(self.numbers, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch()
        return column

    # State

    def set_cards(self, cards: Sequence[ModelCard]) -> None:
        """Offer models; the chosen one stays chosen."""
        names = Counter(card.name for card in cards)
        self.model.fill([
            (card.name if names[card.name] == 1 else f"{card.name} ({card.id})", card.id)
            for card in cards
        ])  # fmt: skip

    def set_devices(self, devices: Sequence[str]) -> None:
        """Offer devices, such as 'cpu' and 'cuda'; the last is taken by itself."""
        names = {"cpu": self.tr("CPU"), "cuda": self.tr("CUDA GPU"), "mps": self.tr("Apple GPU")}
        items = [(names.get(device, device), device) for device in devices]
        best = self.tr("Automatic ({0})").format(items[-1][0]) if items else self.tr("Automatic")
        self.device.fill([(best, "auto"), *items])

    def set_options(self, options: NetworkOptions) -> None:
        """Show what is chosen."""
        for box, value in (
            (self.model, options.model), (self.device, options.device), (self.of, options.of),
            (self.fit, options.fit), (self.smoothing, options.smoothing),
        ):  # fmt: skip
            box.select(value)

    def set_loading(self, loading: bool) -> None:
        """Say that the network is on its way."""
        if loading:
            self._failure = ""
        self._hint.setText(self.tr("Loading the network…") if loading else self._hint_text())
        self._speed.setText(self.tr("Loading…") if loading else self._speed_text())

    @Slot(str)
    def set_failed(self, sentence: str) -> None:
        """Say why there is no answer, where there is none."""
        self._failure = sentence
        self._hint.setText(self._hint_text())

    def set_predicted(self, predicted: Predicted | None) -> None:
        """Show an answer; None shows the empty state."""
        self._predicted = predicted
        there = predicted is not None
        self._pages.setCurrentIndex(1 if there else 0)
        self._side.setVisible(there)
        for tool in (self.search, self.log, self.hold, self.keep):
            tool.setEnabled(there)
        if predicted is None:
            self._failure = ""
            self._hint.setText(self._hint_text())
            self._notice.hide()
            return
        prediction = predicted.prediction
        if self._labels != prediction.labels:
            self._labels = prediction.labels
            self._names.setStringList(list(prediction.labels))
            self.bars.set_labels(prediction.labels)
            self.hold.setChecked(False)
        self.preview.set_seen(prediction.seen)
        self._seen.setText(self._seen_text())
        self._speed.setText(self._speed_text())
        self._share_width()
        self._refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make two rows of the tools where the panel is narrow."""
        super().resizeEvent(event)
        wide = event.size().width() >= _ONE_ROW
        directions = QBoxLayout.Direction
        self._head.setDirection(directions.LeftToRight if wide else directions.TopToBottom)
        self._share_width()

    def _share_width(self) -> None:
        """Give the side its text's width, a third of the panel at most."""
        seen = self._seen.text() if self._predicted is not None else ""
        texts = (seen, "000.0 ms, CPU, 00/s")
        wanted = max(self.fontMetrics().horizontalAdvance(text) for text in texts) + theme.GRID
        width = min(wanted, self.width() // 3)
        self._side.setFixedWidth(width)
        self.preview.setMaximumHeight(width)  # it is square

    def minimumSizeHint(self) -> QSize:
        """Return the size at which everything is still legible."""
        return QSize(50 * theme.GRID, 16 * theme.GRID)

    # Showing

    @Slot()
    def _refresh(self) -> None:
        predicted = self._predicted
        if predicted is None:
            return
        searched = self._searched(predicted)
        rows = self.bars.rows()
        ranked = [r.index for r in predicted.top(rows) if r.index not in searched]
        indices = ranked[: rows - len(searched)] + searched
        held = self._held.smoothed if self._held else None
        if held is not None and held.argmax() not in indices:  # it is what is compared
            indices[max(rows - len(searched) - 1, 0)] = int(held.argmax())
        self.bars.set_bars(
            tuple(
                Bar(
                    index,
                    predicted.prediction.labels[index],
                    float(predicted.smoothed[index]),
                    float(predicted.prediction.probabilities[index]),
                    None if held is None else float(held[index]),
                    index in searched,
                )
                for index in indices
            )
        )
        self._notice.setText(self._notice_text(bool(searched)))
        self._notice.setVisible(bool(self._notice.text()))

    def _searched(self, predicted: Predicted) -> list[int]:
        """Return the classes whose name has the text looked for, the most probable first."""
        text = self.search.text().strip().casefold()
        if not text:
            return []
        labels = predicted.prediction.labels
        found = [i for i, label in enumerate(labels) if text in label.casefold()]
        found.sort(key=lambda i: -predicted.smoothed[i])
        return found[: max(self.bars.rows() - 1, 1)]

    def _seen_text(self) -> str:
        assert self._predicted is not None
        prediction = self._predicted.prediction
        size = prediction.seen.shape[0]
        _, _, width, height = prediction.box
        text = self.tr("{0} x {0} of {1} x {2}").format(size, round(width), round(height))
        return text + (self.tr(", inverted") if prediction.inverted else "")

    def _speed_text(self) -> str:
        if self._predicted is None:
            return ""
        device = self._predicted.device.upper()
        text = self.tr("{0} ms, {1}").format(
            f"{self._predicted.prediction.seconds * 1000:.1f}", device
        )
        rate = self._predicted.rate
        return text + (self.tr(", {0}/s").format(round(rate)) if rate >= 1.5 else "")

    def _hint_text(self) -> str:
        return self._failure or self.tr("No picture. What the network takes it for appears here.")

    def _notice_text(self, found: bool) -> str:
        assert self._predicted is not None
        parts = [self._predicted.notice]
        if (text := self.search.text().strip()) and not found:
            parts.insert(0, self.tr('No class has "{0}" in its name.').format(text))
        if not self._predicted.differentiable:
            parts.append(self.tr("An ONNX network: forward only, gradients are not to be had."))
        return " ".join(part for part in parts if part)

    # Acting

    @Slot(bool)
    def _hold(self, on: bool) -> None:
        self._held = self._predicted if on else None
        self._refresh()

    @Slot()
    def _show_numbers(self) -> None:
        if self._predicted is not None:
            dialog = InputNumbers(self._predicted.prediction, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    @Slot()
    def _choose_model(self) -> None:
        self.changed.emit({"model": self.model.currentData()})

    @Slot()
    def _choose_device(self) -> None:
        self.changed.emit({"device": self.device.currentData()})

    @Slot()
    def _choose_of(self) -> None:
        self.changed.emit({"of": self.of.currentData()})

    @Slot()
    def _choose_fit(self) -> None:
        self.changed.emit({"fit": self.fit.currentData()})

    @Slot()
    def _choose_smoothing(self) -> None:
        self.changed.emit({"smoothing": self.smoothing.currentData()})


def _row(*widgets: QWidget, stretch: bool = False) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.GRID // 2)
    for widget in widgets:
        row.addWidget(widget)
    if stretch:
        row.addStretch()
    return row
