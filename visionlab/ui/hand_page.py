"""The page of the Heatmap panel for covering parts of the picture by hand."""

import inspect
from typing import Annotated, Any, Literal

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from visionlab.core.image import Display
from visionlab.core.params import Range, read_param
from visionlab.runtime.covering import Shows
from visionlab.ui import theme
from visionlab.ui.colour_bar import ColourBar
from visionlab.ui.form import Row
from visionlab.ui.parts import IconButton, WrappedLabel
from visionlab.ui.running_plot import RunningPlot

FIRST_SIZE = 0.25
"""Side of the patch at first, as a part of the picture's shorter side."""


class HandPage(QScrollArea):
    """The patch's size and content, the running plot, and the map that the person makes.

    Signals
    -------
    changed
        The patch is to have another size or content.
    layRequested(bool)
        The patch is to be laid on the picture, or taken away.
    anewRequested
        The map is to begin anew.
    referenceRequested(bool)
        Hold the present answer as the one without a patch, or let it go.
    """

    changed = Signal()
    layRequested = Signal(bool)
    anewRequested = Signal()
    referenceRequested = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = (0, 0)
        self._part = FIRST_SIZE
        self._size: Row | None = None
        tip = self.tr("The picture's mean colour, middle grey, black, or the picture blurred.")
        choices = Literal["mean", "grey", "black", "blur"]
        self._shows = _row("shows", choices, "mean", self.tr("Patch shows"), tip)
        self._shows.valueChanged.connect(self._change)
        self.hint = WrappedLabel(role="muted")
        self.lay = self._button("square", self.tr("Lay the patch on the picture, or take it away"),
                                self.tr("Patch"))  # fmt: skip
        self.lay.setCheckable(True)
        self.lay.clicked.connect(self.layRequested)
        self.reference = self._button(
            "push-pin",
            self.tr(
                "Hold the present answer as that of the uncovered picture: then cover it with a "
                "real thing before the camera"
            ),
            self.tr("Take as Reference"),
        )
        self.reference.setCheckable(True)
        self.reference.clicked.connect(self.referenceRequested)
        self.anew = self._button(
            "arrow-counter-clockwise", self.tr("Forget the places so far"), self.tr("Start Anew")
        )
        self.anew.clicked.connect(self.anewRequested)
        self.answer = WrappedLabel()
        self.plot = RunningPlot()
        self.legend = ColourBar()
        self.meaning = WrappedLabel()
        self.share = WrappedLabel()
        self.comparison = WrappedLabel()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(self._lay_out())
        self.set_picture_size(512, 512)

    def _button(self, icon: str, tip: str, text: str) -> IconButton:
        button = IconButton(icon, tip, text=text)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _lay_out(self) -> QWidget:
        body = QWidget()
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(2 * theme.GRID, theme.GRID // 2, theme.GRID, theme.GRID)
        self._column.setSpacing(theme.GRID)
        self._column.addWidget(self.hint)
        self._column.addWidget(self.plot)
        self._column.addWidget(self.answer)
        self._column.addLayout(_side_by_side(self.lay, self.reference))
        self._column.addWidget(self._shows)
        self._column.addWidget(self.legend)
        for label in (self.meaning, self.share, self.comparison):
            self._column.addWidget(label)
        self._column.addLayout(_side_by_side(self.anew))
        self._column.addStretch()
        return body

    # The patch

    @property
    def side(self) -> int:
        """Width and height of the patch, in pixels of the picture."""
        assert self._size is not None
        return int(self._size.control.value())

    @property
    def shows(self) -> Shows:
        """What is seen in its place."""
        value: Shows = self._shows.control.value()
        return value

    def set_side(self, side: int) -> None:
        """Show another size, as far as the picture allows it."""
        assert self._size is not None
        self._size.set_value(min(max(side, 1), max(self._picture)))
        self._note_part()

    def set_picture_size(self, width: int, height: int) -> None:
        """Offer sizes from one pixel to the whole picture; the patch keeps its part of it."""
        if (width, height) == self._picture:
            return
        self._picture = (width, height)
        former = self._size
        side = min(max(round(self._part * min(width, height)), 1), max(width, height))
        limits = Annotated[int, Range(1, max(width, height), unit="px")]
        tip = self.tr("In pixels of the picture; also by Ctrl and the wheel over the picture.")
        self._size = _row("side", limits, side, self.tr("Size of the patch"), tip)
        self._size.valueChanged.connect(self._change)
        self._column.insertWidget(self._column.indexOf(self._shows), self._size)
        if former is not None:
            former.control.finish()
            self._column.removeWidget(former)
            former.hide()
            former.deleteLater()  # its own signal may be on the way

    @Slot()
    def _change(self) -> None:
        self._note_part()
        self.changed.emit()

    def _note_part(self) -> None:
        self._part = self.side / min(self._picture)

    # What is found

    def set_patch(self, on: bool) -> None:
        """Show whether the patch lies on the picture."""
        self.lay.setChecked(on)

    def set_legend(self, display: Display | None, meaning: str) -> None:
        """Say what the colours of the person's map mean; nothing while there is no map."""
        self.legend.set_display(display)
        self.meaning.write(meaning)
        self.anew.setEnabled(display is not None)

    def set_texts(self, hint: str, answer: str, share: str, comparison: str) -> None:
        """Say what to do, what the network answers, and how far the map is."""
        for label, text in (
            (self.hint, hint), (self.answer, answer), (self.share, share),
            (self.comparison, comparison),
        ):  # fmt: skip
            label.write(text)


def _row(name: str, annotation: Any, default: Any, label: str, doc: str) -> Row:
    """Return a row such as an operation's parameter has."""
    keyword = inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default)
    return Row(read_param(name, keyword, Annotated[annotation, label], doc))


def _side_by_side(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.GRID // 2)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch()
    return row
