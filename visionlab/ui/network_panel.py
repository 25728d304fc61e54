"""The network dock: what a CNN says is on the picture, and what it looked at."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QComboBox,
    QCompleter,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from visionlab.deep.card import ModelCard
from visionlab.runtime.classifying import NetworkOptions, Predicted
from visionlab.ui import theme
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
        self._cards: tuple[ModelCard, ...] = ()
        self._predicted: Predicted | None = None
        self._held: Predicted | None = None
        self.bars = ClassBars()
        self.bars.classChosen.connect(self.classChosen)
        self.preview = InputPicture()
        self._make_choices()
        self._make_options()
        self._make_tools()
        self._hint = Hint("")
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._hint)
        self._pages.addWidget(self._content())
        self.set_loading(False)

    # Building

    def _make_choices(self) -> None:
        self.model = _Choice(self.tr("Model"))
        self.model.currentIndexChanged.connect(self._choose_model)
        self.device = _Choice(self.tr("Device"))
        self.device.currentIndexChanged.connect(self._choose_device)
        self.of = _Choice(self.tr("Classify"))
        self.of.addItem(self.tr("Original"), "original")
        self.of.addItem(self.tr("Result Shown"), "result")
        self.of.currentIndexChanged.connect(self._choose_of)
        self.fit = _Choice(self.tr("Shape"))
        texts = (self.tr("As Trained"), self.tr("Crop"), self.tr("Stretch"), self.tr("Pad"))
        for text, fit in zip(texts, FITS, strict=True):
            self.fit.addItem(text, fit)
        self.fit.setToolTip(self.tr("How a picture that is not square becomes the square input"))
        self.fit.currentIndexChanged.connect(self._choose_fit)
        self.smoothing = _Choice(self.tr("Smoothing"))
        for seconds in SMOOTHING_S:
            text = self.tr("{0} s").format(f"{seconds:g}") if seconds else self.tr("Off")
            self.smoothing.addItem(text, seconds)
        self.smoothing.setToolTip(
            self.tr("Video and cameras: average over time; a thin mark shows the newest alone")
        )
        self.smoothing.currentIndexChanged.connect(self._choose_smoothing)
        self.about = IconButton("info", self.tr("About this model"))

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
        self.hold = QToolButton()
        self.hold.setText(self.tr("Hold"))
        self.hold.setAccessibleName(self.tr("Hold this answer"))
        self.hold.setCheckable(True)
        self.hold.setToolTip(self.tr("Keep marks of this answer, to compare later ones with it"))
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

    def _content(self) -> QWidget:
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.setSpacing(theme.GRID // 2)
        self._head.addLayout(_row(self.model, self.about, self.options))
        self._head.addLayout(_row(self.search, self.log, self.hold, self.keep, stretch=True), 1)
        middle = QVBoxLayout()
        middle.setSpacing(theme.GRID // 2)
        middle.addLayout(self._head)
        middle.addWidget(self.bars, 1)
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(theme.GRID, theme.GRID // 2, theme.GRID, theme.GRID // 2)
        row.setSpacing(2 * theme.GRID)
        row.addLayout(middle, 1)
        self._side = QWidget()
        self._side.setLayout(self._input())
        row.addWidget(self._side)
        return content

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
        column.addWidget(self.preview, 1)
        column.addWidget(self._seen)
        column.addWidget(self._speed)
        column.addWidget(self.numbers, 0, Qt.AlignmentFlag.AlignLeft)
        return column

    # State

    def set_cards(self, cards: Sequence[ModelCard]) -> None:
        """Offer models; the chosen one stays chosen."""
        self._cards = tuple(cards)
        self.model.fill([(card.name, card.id) for card in cards])

    def set_devices(self, devices: Sequence[str]) -> None:
        """Offer devices, such as 'cpu' and 'cuda'."""
        names = {"cpu": self.tr("CPU"), "cuda": self.tr("CUDA GPU"), "mps": self.tr("Apple GPU")}
        items = [(self.tr("Automatic"), "auto")]
        self.device.fill(items + [(names.get(device, device), device) for device in devices])

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
            self._hint.setText(self.tr("Loading the network…"))
        else:
            self._hint.setText(self.tr("No picture. What the network takes it for appears here."))
        if self._predicted is None:
            self._pages.setCurrentIndex(0)
        self._speed.setText(self.tr("Loading…") if loading else self._speed_text())

    def set_predicted(self, predicted: Predicted | None) -> None:
        """Show an answer; None shows the empty state."""
        former = self._predicted
        self._predicted = predicted
        self._pages.setCurrentIndex(0 if predicted is None else 1)
        if predicted is None:
            return
        prediction = predicted.prediction
        if former is None or former.prediction.labels != prediction.labels:
            self._names.setStringList(list(prediction.labels))
            self.hold.setChecked(False)
        self.preview.set_seen(prediction.seen)
        self._seen.setText(self._seen_text())
        self._speed.setText(self._speed_text())
        self._refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many classes as fit; make two rows of the tools where the panel is narrow."""
        super().resizeEvent(event)
        wide = event.size().width() >= _ONE_ROW
        directions = QBoxLayout.Direction
        self._head.setDirection(directions.LeftToRight if wide else directions.TopToBottom)
        widest = "64 x 64 of 3000 x 3000, inverted" if wide else "64 x 64 of 3000"
        self._side.setFixedWidth(self.fontMetrics().horizontalAdvance(widest))
        self._refresh()

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
        ranked = [r.index for r in predicted.top(self.bars.rows() - len(searched))]
        indices = [i for i in ranked if i not in searched] + searched
        held = self._held.smoothed if self._held else None
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

    def card(self) -> ModelCard | None:
        """Return the card of the model that is chosen."""
        return next((c for c in self._cards if c.id == self.model.currentData()), None)


def _row(*widgets: QWidget, stretch: bool = False) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.GRID // 2)
    for widget in widgets:
        row.addWidget(widget)
    if stretch:
        row.addStretch()
    return row


class _Choice(QComboBox):
    """A list with a name that a screen reader reads; the wheel turns it only when focused."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(10)
        self.installEventFilter(self)

    def fill(self, items: Sequence[tuple[str, object]]) -> None:
        """Offer other items, the chosen one still chosen; emits no signal."""
        chosen = self.currentData()
        self.blockSignals(True)
        self.clear()
        for text, value in items:
            self.addItem(text, value)
        self.blockSignals(False)
        self.select(chosen)

    def select(self, value: object) -> None:
        """Choose an item by its value; emits no signal."""
        index = next((i for i in range(self.count()) if self.itemData(i) == value), -1)
        if index >= 0:
            self.blockSignals(True)
            self.setCurrentIndex(index)
            self.blockSignals(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002
        """Leave the wheel to the panel's scroll area."""
        return event.type() == QEvent.Type.Wheel and not self.hasFocus()
