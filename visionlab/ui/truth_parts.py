"""What the page "Is It True?" is made of: curves with their areas, and small maps."""

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from visionlab.core.display import to_rgb8
from visionlab.core.image import Display, Image
from visionlab.core.result import Curve, Plot
from visionlab.ui import theme
from visionlab.ui.parts import WrappedLabel, fixed_digits
from visionlab.ui.plot_panel import Chart
from visionlab.ui.qimages import to_qimage
from visionlab.ui.series import curve_colour

if TYPE_CHECKING:
    from visionlab.deep.explain.faithfulness import Comparison, Curves, Randomised

COLUMNS = 4
CHART_HEIGHTS = (13 * theme.GRID, 15 * theme.GRID)
"""Of the upper chart, and of the lower one, which names the axis of both."""


def heading(text: str) -> QLabel:
    """Return a bold label."""
    label = QLabel(text)
    label.setWordWrap(True)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def column_of(widget: QWidget) -> QVBoxLayout:
    """Return a column without margins."""
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.GRID // 2)
    return column


class CurvesPart(QWidget):
    """Insertion and deletion curves, and the areas below them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._charts: tuple[Chart, ...] = ()
        self.cells: dict[tuple[int, int], QLabel] = {}
        self._names = (self.tr("This map"), self.tr("Random"), self.tr("Centre"))
        self._column = column_of(self)
        self._column.addWidget(heading(self.tr("Does it find what matters?")))
        about = WrappedLabel(
            self.tr(
                "The probability while pixels are put into a blurred picture (insertion) or taken "
                "from the picture (deletion), the most important first. Random: the mean over "
                "maps of noise. Centre: a spot in the middle."
            ),
            role="muted",
        )
        self._column.addWidget(about)
        self._column.addWidget(self._table())

    def _table(self) -> QWidget:
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.GRID)
        grid.setVerticalSpacing(theme.GRID // 4)
        heads = (
            (self.tr("Area"), ""),
            (self.tr("Insertion"), self.tr("Large is good")),
            (self.tr("Deletion"), self.tr("Small is good")),
            (self.tr("Gain"), self.tr("Insertion less deletion: large is good")),
        )
        for number, (text, tip) in enumerate(heads):
            head = QLabel(text)
            head.setProperty("role", "muted")
            head.setToolTip(tip)
            grid.addWidget(head, 0, number, _aligned(number))
        for row in range(len(self._names)):
            for number in range(4):
                cell = self.cells[row, number] = QLabel()
                cell.setFont(fixed_digits(cell.font()))
                grid.addWidget(cell, row + 1, number, _aligned(number))
        grid.setColumnStretch(0, 1)
        return table

    def show_comparison(self, found: "Comparison") -> None:
        """Show the curves that there are."""
        if not self._charts:
            self._charts = (Chart(), Chart())
            for number, (chart, height) in enumerate(zip(self._charts, CHART_HEIGHTS, strict=True)):
                chart.widget.setFixedHeight(height)
                self._column.insertWidget(2 + number, chart.widget)
        every: Sequence[Sequence[Curves]] = (
            (found.ours,), found.random, (found.centre,) if found.centre else (),
        )  # fmt: skip
        part, low, high = found.ours.part, 0.0, 0.0
        kinds = (
            ("insertion", self.tr("Insertion"), ""),
            ("deletion", self.tr("Deletion"), self.tr("Part of the pixels")),
        )
        for chart, (kind, title, below) in zip(self._charts, kinds, strict=True):
            curves = [
                Curve(name, part, np.mean([getattr(one, kind) for one in ones], axis=0))
                for name, ones in zip(self._names, every, strict=True)
                if ones
            ]
            low = min(low, *(float(curve.y.min()) for curve in curves))
            high = max(high, *(float(curve.y.max()) for curve in curves))
            chart.set_plot(Plot(title, below, title, tuple(curves)))
            chart.widget.setAccessibleName(title)
        for chart in self._charts:
            chart.widget.setYRange(low, high)
        for row, ones in enumerate(every):
            self._fill(row, ones)

    def _fill(self, row: int, ones: "Sequence[Curves]") -> None:
        texts = [
            f"{np.mean([getattr(one, area) for one in ones]):.3f}" if ones else "–"
            for area in ("insertion_area", "deletion_area", "gain")
        ]
        for number, text in enumerate(texts, 1):
            self.cells[row, number].setText(text)
        self._name(row)

    def _name(self, row: int) -> None:
        name, colour = self._names[row], curve_colour(self._names[row], row).name()
        self.cells[row, 0].setText(
            f'<span style="color: {colour}">━</span>&nbsp;{html.escape(name)}'
        )

    def changeEvent(self, event: QEvent) -> None:
        """Draw in the colours of a new scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._charts:
            for chart in self._charts:
                chart.restyle()
            for row in range(len(self._names)):
                self._name(row)


class MapsPart(QWidget):
    """What the method shows while the network loses what it learned."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles: list[MapTile] = []
        column = column_of(self)
        column.addWidget(heading(self.tr("Does it depend on what was learned?")))
        about = WrappedLabel(
            self.tr(
                "The same method with random weights in more and more layers, from the top down. "
                "A map that stays alike shows the picture, not what the network knows. Below each: "
                "part of the layers, likeness (SSIM) and rank correlation with the true map."
            ),
            role="muted",
        )
        column.addWidget(about)
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.GRID)
        for number in range(COLUMNS):
            self._grid.setColumnStretch(number, 1)
        column.addLayout(self._grid)

    def show_maps(self, found: "Sequence[Randomised]") -> None:
        """Show these maps, the true network's first."""
        while len(self.tiles) > len(found):
            tile = self.tiles.pop()
            self._grid.removeWidget(tile)
            tile.deleteLater()
        while len(self.tiles) < len(found):
            tile = MapTile()
            self._grid.addWidget(tile, *divmod(len(self.tiles), COLUMNS))
            self.tiles.append(tile)
        for tile, one in zip(self.tiles, found, strict=True):
            tile.show_map(one)


class MapTile(QWidget):
    """One small map, the part of the layers that is random, and how alike it is to the true one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Image | None = None
        self.text = QLabel(self)
        self.text.setFont(fixed_digits(self.font()))
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.picture = _Picture()
        column = column_of(self)
        column.setSpacing(theme.GRID // 4)
        column.addWidget(self.picture)
        column.addWidget(self.text)
        column.addStretch()

    def show_map(self, one: "Randomised") -> None:
        """Show it in its own colours."""
        self.picture.set_values(one.heatmap.values, one.heatmap.display)
        if one.layer:
            self.text.setText(
                self.tr("{0} %\nSSIM {1}\nrank {2}").format(
                    round(100 * one.part), f"{one.similarity:.2f}", f"{one.correlation:.2f}"
                )
            )
            self.setToolTip(
                self.tr('Random weights in "{0}" and all layers above').format(one.layer)
            )
        else:
            self.text.setText(self.tr("Trained"))


class _Picture(QWidget):
    """A square map."""

    def __init__(self) -> None:
        super().__init__()
        self._pixels: Image | None = None
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumSize(4 * theme.GRID, 4 * theme.GRID)

    def set_values(self, values: Any, display: Display) -> None:
        self._pixels = np.ascontiguousarray(to_rgb8(values, display))
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return width

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        if self._pixels is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        side = min(self.width(), self.height())
        left = (self.width() - side) / 2
        painter.drawImage(QRectF(left, 0, side, side), to_qimage(self._pixels))


def _aligned(column: int) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
