"""Curves that run from right to left: what a few numbers were over the last seconds."""

import html
from collections import deque
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from visionlab.ui import theme
from visionlab.ui.class_bars import percent
from visionlab.ui.parts import fixed_digits
from visionlab.ui.series import curve_colour

SECONDS = 20.0
_EVERY_MS = 50


class RunningPlot(QWidget):
    """Probabilities of a few classes over the last seconds; each holds until the next comes.

    pyqtgraph takes half a second to import, so it is loaded with the first number.

    Parameters
    ----------
    clock : callable
        Returns seconds.
    """

    def __init__(
        self, clock: Callable[[], float] = perf_counter, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._names: tuple[str, ...] = ()
        self._trace: deque[tuple[float, tuple[float, ...]]] = deque()
        self._chart: _Chart | None = None
        self.legend = QLabel()
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.legend.setFont(fixed_digits(self.font()))
        self.legend.setWordWrap(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.GRID // 2)
        self._column.addWidget(self.legend)
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._draw)

    @property
    def trace(self) -> tuple[tuple[float, tuple[float, ...]], ...]:
        """Seconds and numbers, the oldest first."""
        return tuple(self._trace)

    def begin(self, names: Sequence[str]) -> None:
        """Draw curves of these names, without a past."""
        self._names = tuple(names)
        self._trace.clear()
        self.set_reference(None)
        self._write_legend()
        self._draw()

    def add(self, values: Sequence[float]) -> None:
        """Take the newest numbers, 0..1, one for each curve."""
        now = self._clock()
        self._trace.append((now, tuple(values)))
        while len(self._trace) > 1 and self._trace[1][0] < now - SECONDS:
            self._trace.popleft()
        if self._chart is None:
            self._chart = _Chart()
            self._column.addWidget(self._chart.widget)
        if not self._timer.isActive() and self.isVisible():
            self._timer.start()

    def set_reference(self, value: float | None) -> None:
        """Draw a level to compare the first curve with, or none."""
        if self._chart is not None:
            self._chart.set_reference(value)

    @Slot()
    def _draw(self) -> None:
        self._write_legend()
        if self._chart is None:
            return
        now = self._clock()
        times = [at - now for at, _ in self._trace] + [0.0]
        self._chart.set_curves([
            (times, [100 * v[i] for _, v in self._trace] + [100 * self._trace[-1][1][i]])
            if self._trace else ([], [])
            for i in range(len(self._names))
        ])  # fmt: skip
        if len(self._trace) < 2 and (not self._trace or times[0] < -SECONDS):
            self._timer.stop()  # until the next number comes, nothing moves

    def _write_legend(self) -> None:
        last = self._trace[-1][1] if self._trace else ()
        texts = [
            f'<span style="color: {curve_colour("", i).name()}">━</span>&nbsp;{html.escape(name)}'
            f"&nbsp;{percent(last[i]) if last else ''}".replace(" %", "&nbsp;%")
            for i, name in enumerate(self._names)
        ]
        text = "&nbsp;&nbsp; ".join(texts)
        if text != self.legend.text():
            self.legend.setText(text)

    def showEvent(self, event: QShowEvent) -> None:
        """Run while it is seen."""
        super().showEvent(event)
        if self._trace:
            self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while nobody sees it."""
        self._timer.stop()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Draw in the colours of a new scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            if self._chart is not None:
                self._chart.restyle()
            self._write_legend()


class _Chart:
    """The curves, in per cent over seconds."""

    def __init__(self) -> None:
        import pyqtgraph as pg  # type: ignore[import-untyped]

        self._pg = pg
        self._curves: list[Any] = []
        self.widget = pg.PlotWidget()
        self.widget.setAccessibleName(
            QCoreApplication.translate("RunningPlot", "Probabilities over the last seconds")
        )
        self.widget.setFixedHeight(14 * theme.GRID)
        # Or the wheel would not scroll what it lies in.
        self.widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._item = self.widget.getPlotItem()
        self._item.setMenuEnabled(False)
        self._item.hideButtons()
        self._item.showGrid(x=True, y=True, alpha=0.15)
        self._item.setXRange(-SECONDS, 0, padding=0)
        self._item.setYRange(0, 100, padding=0.13)
        for axis, ticks in (
            ("left", [(value, f"{value} %") for value in (0, 50, 100)]),
            ("bottom", [(-value, f"-{value} s") for value in (5, 10, 15)]),
        ):
            self._item.getAxis(axis).setTicks([ticks])
        self._level = pg.InfiniteLine(angle=0)
        self._level.hide()
        self._item.addItem(self._level, ignoreBounds=True)
        self.restyle()

    def set_curves(self, curves: Sequence[tuple[list[float], list[float]]]) -> None:
        """Draw these, x and y, as steps."""
        while len(self._curves) > len(curves):
            self._item.removeItem(self._curves.pop())
        while len(self._curves) < len(curves):
            self._curves.append(self._item.plot(stepMode="left", antialias=True))
            self.restyle()
        for item, (x, y) in zip(self._curves, curves, strict=True):
            item.setData(x, y)

    def set_reference(self, value: float | None) -> None:
        """Draw a level, 0..1, or none."""
        self._level.setVisible(value is not None)
        if value is not None:
            self._level.setPos(100 * value)

    def restyle(self) -> None:
        """Give everything the colours of the scheme."""
        self.widget.setBackground(theme.colour("window"))
        muted = theme.colour("muted")
        for name in ("left", "bottom"):
            axis = self._item.getAxis(name)
            axis.setPen(muted)
            axis.setTextPen(muted)
        ratio = self.widget.devicePixelRatioF()  # pyqtgraph's pens are in device pixels
        for i, item in enumerate(self._curves):
            item.setPen(self._pg.mkPen(curve_colour("", i), width=(2.0 if i == 0 else 1.2) * ratio))
        dash = Qt.PenStyle.DashLine
        self._level.setPen(self._pg.mkPen(curve_colour("", 0), width=ratio, style=dash))
