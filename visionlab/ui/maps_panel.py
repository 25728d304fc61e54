"""Heatmaps by several methods side by side, on the same picture, with linked pan and zoom."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from visionlab.deep.explain import catalogue
from visionlab.runtime.answers import Predicted
from visionlab.runtime.explaining import Explained, Method
from visionlab.ui import theme
from visionlab.ui.canvas import Canvas
from visionlab.ui.colour_bar import ColourBar
from visionlab.ui.heat_layer import HeatLayer, display_of
from visionlab.ui.parts import ElidedLabel, Hint, IconButton

MOST = 4
"""More maps at once would be too small to compare."""


class MapPane(QWidget):
    """One method's map.

    Signals
    -------
    closed(Method)
        It is not wanted any longer.
    """

    closed = Signal(object)

    def __init__(self, method: Method, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.method = method
        self.canvas = Canvas()
        self.legend = ColourBar(Qt.Orientation.Vertical)
        title = ElidedLabel()
        title.setText(_title(method))
        close = IconButton("x", self.tr("Take this map away"))
        close.clicked.connect(self._close)
        head = QHBoxLayout()
        head.setSpacing(theme.GRID // 2)
        head.addWidget(title, 1)
        head.addWidget(close)
        middle = QHBoxLayout()
        middle.setSpacing(theme.GRID // 2)
        middle.addWidget(self.canvas, 1)
        middle.addWidget(self.legend)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID // 2)
        column.addLayout(head)
        column.addLayout(middle, 1)

    def show_map(self, predicted: Predicted, heat: Explained, view: Mapping[str, Any]) -> None:
        """Show the picture with the map over it, or why there is none.

        While there is none yet, the former picture and its map stay.
        """
        picture, found = predicted.picture, heat.heatmap
        if picture.released or not (found or heat.error):
            return
        self.canvas.set_picture(
            picture.shown, picture.values, alpha=picture.alpha, copies=picture.copies
        )
        self.canvas.set_banner(heat.error)
        coloured = view["show"] in ("blend", "beside")
        self.legend.set_display(display_of(found.display, view) if found and coloured else None)
        self.canvas.setToolTip(found.meaning if found else heat.error)
        self.canvas.set_layer(
            "heat", HeatLayer.of(found, predicted.prediction.box, view) if found else None
        )

    def forget(self) -> None:
        """Show nothing."""
        self.canvas.set_picture(None)
        self.canvas.set_layer("heat", None)
        self.canvas.set_banner("")
        self.canvas.setToolTip("")
        self.legend.set_display(None)

    @Slot()
    def _close(self) -> None:
        self.closed.emit(self.method)


class MapsPanel(QWidget):
    """Up to four maps in a row.

    Signals
    -------
    addRequested
        The method of the Heatmap panel is wanted beside the others.
    changed
        Other methods are wanted.
    """

    addRequested = Signal()
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.panes: list[MapPane] = []
        self.add = IconButton("plus", "", text=self.tr("Add Method"))
        self.add.clicked.connect(self.addRequested)
        self._row = QHBoxLayout()
        self._row.setSpacing(2 * theme.GRID)
        row = QWidget()
        row.setLayout(self._row)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._pages = QStackedWidget()
        self._pages.addWidget(
            Hint(
                self.tr(
                    "Maps by several methods, side by side: choose one in the Heatmap panel, "
                    "then Add Method."
                )
            )
        )
        self._area = area = QScrollArea()  # four maps may be wider than a small window
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(row)
        self._pages.addWidget(area)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.GRID, theme.GRID // 2, theme.GRID, theme.GRID // 2)
        layout.setSpacing(2 * theme.GRID)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.add, 0, Qt.AlignmentFlag.AlignTop)
        self._arrange()

    def sizeHint(self) -> QSize:
        """Ask for the room of a row."""
        return QSize(640, 216)

    @property
    def methods(self) -> tuple[Method, ...]:
        """What is wanted side by side."""
        return tuple(pane.method for pane in self.panes)

    def put(self, method: Method) -> None:
        """Show one more method, unless it is there already or there are too many."""
        if method in self.methods or len(self.panes) >= MOST:
            return
        pane = MapPane(method)
        pane.closed.connect(self._remove)
        if self.panes:
            pane.canvas.set_view(self.panes[0].canvas.view)
        self.panes.append(pane)
        self._row.addWidget(pane)
        self._arrange()

    def show_maps(self, predicted: Predicted, view: Mapping[str, Any]) -> None:
        """Show the newest maps."""
        for pane in self.panes:
            heat = next((h for h in predicted.heats if h.method == pane.method), None)
            if heat is not None:
                pane.show_map(predicted, heat, view)

    def forget(self) -> None:
        """Show no maps: what they explain is shown no longer."""
        for pane in self.panes:
            pane.forget()

    @Slot(object)
    def _remove(self, method: Method) -> None:
        for pane in [pane for pane in self.panes if pane.method == method]:
            self.panes.remove(pane)
            self._row.removeWidget(pane)
            pane.deleteLater()  # its button's signal is still on the way
        self._arrange()

    def _arrange(self) -> None:
        self._pages.setCurrentIndex(1 if self.panes else 0)
        bar = self._area.horizontalScrollBar().sizeHint().height()
        self._area.setMinimumHeight(self._row.minimumSize().height() + bar)
        full = len(self.panes) >= MOST
        self.add.setEnabled(not full)
        self.add.setToolTip(
            self.tr("{0} maps at most: take one away first").format(MOST)
            if full
            else self.tr("Put the method of the Heatmap panel here")
        )
        self.changed.emit()


def _title(method: Method) -> str:
    """Return the method's name, with the settings that are not its defaults."""
    explainer = catalogue()[method.id]
    defaults = {param.name: param for param in explainer.params}
    own = [
        f"{defaults[name].label.lower()} {value}"
        for name, value in method.params.items()
        if value != defaults[name].default
    ]
    return ", ".join([explainer.title, *([method.layer] if method.layer else []), *own])
