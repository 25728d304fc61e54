"""The plot dock: curves that steps report, such as a histogram with the threshold on it."""

import html
import threading
from importlib import import_module
from typing import Any

from PySide6.QtCore import QEvent, QPoint, Qt, Slot
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from visionlab.core.result import Plot
from visionlab.ui import theme
from visionlab.ui.numbers import short
from visionlab.ui.parts import Chooser, Hint, fixed_digits
from visionlab.ui.series import curve_colour


class PlotPanel(QWidget):
    """One of the plots; tabs choose it where there are several.

    pyqtgraph takes half a second to import, so it is loaded with the first plot.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plots: tuple[Plot, ...] = ()
        self._chart: Chart | None = None
        self.chooser = Chooser()
        self.chooser.currentChanged.connect(self._choose)
        self._reading = QLabel()
        self._reading.setFont(fixed_digits(self.font()))
        self._reading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._reading.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

        self._legend = QLabel()
        self._legend.setTextFormat(Qt.TextFormat.RichText)

        head = QHBoxLayout()
        head.setSpacing(2 * theme.GRID)
        head.addWidget(self.chooser)
        head.addWidget(self._legend)
        head.addWidget(self._reading, 1)
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(theme.GRID, theme.GRID // 2, theme.GRID, theme.GRID // 2)
        self._column.setSpacing(theme.GRID // 2)
        self._column.addLayout(head)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(
            Hint(self.tr("No plot. Steps such as a threshold draw their curves here."))
        )
        self._pages.addWidget(content)

    def set_plots(self, plots: tuple[Plot, ...]) -> None:
        """Show `plots`; the chosen one stays."""
        self._plots = plots
        self._pages.setCurrentIndex(1 if plots else 0)
        index = self.chooser.set_names([plot.name for plot in plots])
        if plots:
            self._choose(index)

    @Slot(int)
    def _choose(self, index: int) -> None:
        if not 0 <= index < len(self._plots):
            return
        if self._chart is None:
            self._chart = Chart(self._reading)
            self._column.addWidget(self._chart.widget, 1)
        self._chart.set_plot(self._plots[index])
        self._show_legend(self._plots[index])

    def _show_legend(self, plot: Plot) -> None:
        names = [
            f'<span style="color: {curve_colour(curve.name, i).name()}">━</span>'
            f"&nbsp;{html.escape(curve.name)}"
            for i, curve in enumerate(plot.curves)
        ]
        self._legend.setText("&nbsp;&nbsp; ".join(names) if len(names) > 1 else "")

    def changeEvent(self, event: QEvent) -> None:
        """Draw in the colours of a new scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._chart is not None:
            self._chart.restyle()
            if self._plots:
                self._show_legend(self._plots[max(0, self.chooser.currentIndex())])


def preload() -> None:
    """Import pyqtgraph in the background, so that the first plot comes at once."""
    threading.Thread(target=import_module, args=("pyqtgraph",), daemon=True).start()


class Chart:
    """A pyqtgraph plot that changes its items' data where it can, instead of the items.

    Parameters
    ----------
    reading : QLabel, optional
        Where the position under the pointer is told; without it the plot ignores the mouse, so
        that the wheel scrolls what it lies in.
    """

    def __init__(self, reading: QLabel | None = None) -> None:
        import pyqtgraph as pg  # type: ignore[import-untyped]

        self._pg = pg
        self._reading = reading
        self._plot: Plot | None = None
        self._curves: list[Any] = []
        self._markers: list[Any] = []
        self.widget = pg.PlotWidget()
        self.widget.setAccessibleName(QApplication.translate("PlotPanel", "Plot"))
        if reading is None:
            self.widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.widget.customContextMenuRequested.connect(self._show_menu)
        self.widget.scene().sigMouseMoved.connect(self._read)
        item = self.widget.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.showGrid(x=True, y=True, alpha=0.15)
        for name in ("left", "bottom"):
            item.getAxis(name).enableAutoSIPrefix(False)  # no "(x0.001)" beside the label
        self._item = item

    def set_plot(self, plot: Plot) -> None:
        """Show `plot`."""
        if self._plot is None or _shape(plot) != _shape(self._plot):
            self._plot = plot
            self._build(plot)
        self._plot = plot
        for curve, item in zip(plot.curves, self._curves, strict=True):
            item.setData(curve.x, curve.y)
        for (label, x), item in zip(plot.markers, self._markers, strict=True):
            item.setPos(x)
            item.label.setFormat(f"{label} {short(x)}")

    def _build(self, plot: Plot) -> None:
        self._item.clear()
        self._curves = [self._item.plot(antialias=True) for _ in plot.curves]
        self._markers = []
        for i, (label, _) in enumerate(plot.markers):
            options = {"position": 0.95 - 0.12 * (i % 4), "anchors": [(0, 0.5), (1, 0.5)]}
            line = self._pg.InfiniteLine(angle=90, label=label, labelOpts=options)
            self._item.addItem(line, ignoreBounds=False)
            self._markers.append(line)
        self._item.enableAutoRange()
        self.restyle()

    def restyle(self) -> None:
        """Give every item the colours of the scheme."""
        if self._plot is None:
            return
        self.widget.setBackground(theme.colour("window"))
        muted, text = theme.colour("muted"), theme.colour("text")
        for name in ("left", "bottom"):
            axis = self._item.getAxis(name)
            axis.setPen(muted)
            axis.setTextPen(muted)
        self._item.setLabel("bottom", self._plot.x_label, color=muted.name())
        self._item.setLabel("left", self._plot.y_label, color=muted.name())
        width = 1.5 * self.widget.devicePixelRatioF()  # pyqtgraph's pens are in device pixels
        for i, (curve, item) in enumerate(zip(self._plot.curves, self._curves, strict=True)):
            item.setPen(self._pg.mkPen(curve_colour(curve.name, i), width=width))
        for line in self._markers:
            line.setPen(self._pg.mkPen(text, width=1, style=Qt.PenStyle.DashLine))
            line.label.setColor(text)

    def _read(self, position: Any) -> None:
        box = self._item.vb
        if self._reading is None:
            return
        if not box.sceneBoundingRect().contains(position):
            self._reading.clear()
            return
        point = box.mapSceneToView(position)
        self._reading.setText(f"x {short(point.x())}   y {short(point.y())}")

    def _show_menu(self, at: QPoint) -> None:
        menu = QMenu(self.widget)
        words = [QApplication.translate("PlotPanel", w) for w in ("Show all", "Copy as picture")]
        menu.addAction(words[0], self._item.enableAutoRange)
        menu.addAction(words[1], self._copy)
        menu.exec(self.widget.mapToGlobal(at))
        menu.deleteLater()

    def _copy(self) -> None:
        QApplication.clipboard().setPixmap(self.widget.grab())


def _shape(plot: Plot) -> tuple[Any, ...]:
    curves = tuple(curve.name for curve in plot.curves)
    return plot.name, plot.x_label, plot.y_label, curves, tuple(m[0] for m in plot.markers)
