"""The histogram dock: how often each value occurs, per channel."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QGridLayout,
    QLabel,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from visionlab.runtime.histogram import Histogram
from visionlab.ui import theme
from visionlab.ui.numbers import short
from visionlab.ui.parts import Hint, fixed_digits
from visionlab.ui.series import curve_colour

_BELOW = 460
"""Narrower panels put the statistics below the curves."""


class HistogramPanel(QWidget):
    """Curves, a log switch and a small table of mean, deviation, minimum and maximum."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curves = HistogramCurves()
        self._statistics = _Statistics()
        self.log = QCheckBox(self.tr("Log scale"))
        self.log.setToolTip(self.tr("Counts on a logarithmic scale: shows rare values too"))
        self.log.toggled.connect(self.curves.set_log)

        side = QVBoxLayout()
        side.setSpacing(theme.GRID // 2)
        side.addWidget(self._statistics)
        side.addWidget(self.log, 0, Qt.AlignmentFlag.AlignLeft)
        side.addStretch()
        content = QWidget()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, content)
        self._row.setContentsMargins(theme.GRID, theme.GRID // 2, theme.GRID, theme.GRID // 2)
        self._row.setSpacing(2 * theme.GRID)
        self._row.addWidget(self.curves, 1)
        self._row.addLayout(side)

        self._pages = QStackedLayout(self)
        self._pages.addWidget(Hint(self.tr("No picture. Its histogram appears here.")))
        self._pages.addWidget(content)

    def set_histogram(self, histogram: Histogram | None) -> None:
        """Show `histogram`; None shows the empty state."""
        self._pages.setCurrentIndex(0 if histogram is None else 1)
        if histogram is not None:
            self.curves.set_histogram(histogram)
            self._statistics.set_histogram(histogram)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the statistics beside the curves, or below where the panel is narrow and tall."""
        super().resizeEvent(event)
        size = event.size()
        below = size.width() < _BELOW and size.height() > 2 * theme.GRID * 14
        directions = QBoxLayout.Direction
        self._row.setDirection(directions.TopToBottom if below else directions.LeftToRight)
        self._row.setSpacing(theme.GRID if below else 2 * theme.GRID)

    def minimumSizeHint(self) -> QSize:
        """Return the size at which curves and statistics are still legible."""
        return QSize(240, 112)


class _Statistics(QWidget):
    """A row per channel: mean, standard deviation, minimum, maximum."""

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()
        self._row_labels: list[QLabel] = []
        self._cells: list[QLabel] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.GRID)
        self._grid.setVerticalSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        heads = (self.tr("mean"), self.tr("sd"), self.tr("min"), self.tr("max"))
        for column, text in enumerate(heads, 1):
            head = QLabel(text)
            head.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            head.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(head, 0, column)
            self._grid.setColumnMinimumWidth(
                column, self.fontMetrics().horizontalAdvance("-000.00")
            )

    def set_histogram(self, histogram: Histogram) -> None:
        if histogram.names != self._names:
            self._build(histogram.names)
        numbers = np.stack([histogram.mean, histogram.std, histogram.min, histogram.max], axis=1)
        for label, number in zip(self._cells, numbers.ravel(), strict=True):
            label.setText(short(float(number)))

    def _build(self, names: tuple[str, ...]) -> None:
        for old in self._row_labels:
            old.hide()
            old.deleteLater()
        self._names = names
        self._row_labels, self._cells = [], []
        words = {"grey": self.tr("Grey"), "red": self.tr("R"), "green": self.tr("G"),
                 "blue": self.tr("B")}  # fmt: skip
        for row, name in enumerate(names, 1):
            title = _ChannelName(name, words.get(name, name))
            cells = [QLabel() for _ in range(4)]
            for cell in cells:
                cell.setFont(fixed_digits(self.font()))
                cell.setAlignment(Qt.AlignmentFlag.AlignRight)
            for column, label in enumerate((title, *cells)):
                self._grid.addWidget(label, row, column)
            self._cells += cells
            self._row_labels += [title, *cells]


class _ChannelName(QLabel):
    """A channel's name in its colour."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self._name = name
        self._colour()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        kinds = QEvent.Type
        # A new style sheet brings the former palette back, so both events count.
        if event.type() in (kinds.ApplicationPaletteChange, kinds.PaletteChange):
            self._colour()

    def _colour(self) -> None:
        palette, colour = self.palette(), curve_colour(self._name)
        if palette.color(QPalette.ColorRole.WindowText) != colour:
            palette.setColor(QPalette.ColorRole.WindowText, colour)
            self.setPalette(palette)


class HistogramCurves(QWidget):
    """The curves alone, with a value axis below and a line above that reads the bin hovered."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._histogram: Histogram | None = None
        self._log = False
        self._bin: int | None = None
        self.setMouseTracking(True)
        self.setFont(fixed_digits(self.font()))
        self.setMinimumSize(120, 72)
        self.setAccessibleName(self.tr("Histogram"))

    def set_histogram(self, histogram: Histogram) -> None:
        """Draw `histogram`."""
        self._histogram = histogram
        self.update()

    @Slot(bool)
    def set_log(self, on: bool) -> None:
        """Draw counts on a logarithmic scale, or a linear one."""
        self._log = on
        self.update()

    def reading(self) -> str:
        """Return the line above the curves: the bin under the pointer and its counts."""
        h = self._histogram
        if h is None:
            return ""
        if self._bin is None:
            return self._scale_text(h)
        low, high = (float(v) for v in h.edges[self._bin : self._bin + 2])
        where = short(low) if h.whole else f"{short(low)} … {short(high)}"
        counts = [f"{int(c):,}" for c in h.counts[:, self._bin]]
        if len(counts) == 1:
            return f"{where}:  {counts[0]}"
        letters = zip(h.names, counts, strict=True)
        return f"{where}:  " + "   ".join(f"{n[0].upper()} {c}" for n, c in letters)

    def _scale_text(self, h: Histogram) -> str:
        most, top = int(h.counts.max()), self._top(h)
        text = self.tr("Tallest bin {0}").format(f"{most:,}")
        if top < most:
            text = self.tr("Scale up to {0}, tallest bin {1}").format(f"{int(top):,}", f"{most:,}")
        if h.stride > 1:
            text += self.tr(" (counted on a grid of every {0} pixels)").format(h.stride)
        return text

    def _top(self, h: Histogram) -> float:
        """Return the count at the upper end of the scale.

        On the linear scale a few lone spikes, such as a black margin, are cut, so that they do
        not flatten the rest.
        """
        most = max(1.0, float(h.counts.max()))
        tenth = float(np.sort(h.counts, axis=1)[:, -10].max())
        return 1.5 * tenth if not self._log and 0 < 4 * tenth < most else most

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the bin under the pointer."""
        area = self._area()
        if self._histogram is not None and area.width() > 0:
            bins = self._histogram.counts.shape[1]
            at = int((event.position().x() - area.left()) / area.width() * bins)
            self._bin = min(bins - 1, max(0, at))
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Read nothing."""
        super().leaveEvent(event)
        self._bin = None
        self.update()

    def _area(self) -> QRectF:
        line = self.fontMetrics().height()
        return QRectF(self.rect()).adjusted(0, line + 2, -1, -line - 3)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the reading, the curves and the axis."""
        if self._histogram is None:
            return
        painter = QPainter(self)
        area = self._area()
        painter.setPen(theme.colour("muted" if self._bin is None else "text"))
        painter.drawText(QRectF(0, 0, self.width(), area.top()), self.reading())
        self._draw_curves(painter, area, self._histogram)
        self._draw_axis(painter, area, self._histogram)
        if self._bin is not None:
            x = area.left() + (self._bin + 0.5) / self._histogram.counts.shape[1] * area.width()
            painter.setPen(QPen(theme.colour("muted"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def _draw_curves(self, painter: QPainter, area: QRectF, h: Histogram) -> None:
        counts = np.minimum(h.counts, self._top(h))
        shares = np.log1p(counts) / np.log1p(counts.max()) if self._log else counts / self._top(h)
        heights = area.bottom() - area.height() * shares
        x = area.left() + np.linspace(0, area.width(), h.counts.shape[1] + 1)
        steps = np.repeat(x, 2)[1:-1]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for name, channel in zip(h.names, heights, strict=True):
            line = [QPointF(*p) for p in zip(steps, np.repeat(channel, 2), strict=True)]
            corners = [QPointF(area.left(), area.bottom()), *line, area.bottomRight()]
            colour = curve_colour(name)
            fill = QColor(colour)
            fill.setAlpha(60)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawPolygon(QPolygonF(corners))
            painter.setPen(QPen(colour, 1))
            painter.drawPolyline(QPolygonF(line))

    def _draw_axis(self, painter: QPainter, area: QRectF, h: Histogram) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(theme.colour("line"))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setPen(theme.colour("muted"))
        low, high = float(h.edges[0]), float(h.edges[-1]) - h.whole
        parts = 4 if area.width() > 280 else 2
        for i in range(parts + 1):
            value = low + (high - low) * i / parts
            text = f"{value:.0f}" if h.whole else short(value, 3)
            width = self.fontMetrics().horizontalAdvance(text)
            x = area.left() + area.width() * i / parts - width * i / parts
            painter.drawText(QPointF(x, self.height() - self.fontMetrics().descent() - 1), text)
