"""The panels of the window and where they stand at first."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from visionlab.core.operation import Catalogue
from visionlab.ui.colour_bar import ColourBar
from visionlab.ui.compare import Compare
from visionlab.ui.controls.slider import RangeSlider
from visionlab.ui.form import Form
from visionlab.ui.heat_panel import HeatPanel
from visionlab.ui.histogram_panel import HistogramPanel
from visionlab.ui.holder import Holder
from visionlab.ui.maps_panel import MapsPanel
from visionlab.ui.network_panel import NetworkPanel
from visionlab.ui.operations_panel import OperationsPanel
from visionlab.ui.pad_bar import PadBar
from visionlab.ui.parts import asks_page
from visionlab.ui.plot_panel import PlotPanel
from visionlab.ui.readings_bar import ReadingsBar
from visionlab.ui.source_panel import SourcePanel
from visionlab.ui.status_bar import StatusBar
from visionlab.ui.steps_panel import StepsPanel
from visionlab.ui.table_panel import TablePanel
from visionlab.ui.theme import GRID
from visionlab.ui.transport import TransportBar
from visionlab.ui.views_panel import ViewsPanel

LEFT = Qt.DockWidgetArea.LeftDockWidgetArea
RIGHT = Qt.DockWidgetArea.RightDockWidgetArea
BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea

BOTTOM_HEIGHT = 27 * GRID
"""Height of the panels below the picture, with their tabs, where there is room."""
HEAT_HEIGHT = 78 * GRID
"""Height of the heatmap's panel at which most of a page is seen."""


_PAGED = (
    QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QTextEdit, RangeSlider,
)  # fmt: skip
"""What has a use for the page keys itself."""


class Dock(QDockWidget):
    """A place for a panel. One that comes back from the menu comes before the other tabs."""

    def __init__(self, title: str, window: QMainWindow) -> None:
        super().__init__(title, window)
        self.toggleViewAction().triggered.connect(self._come_forward)

    @Slot(bool)
    def _come_forward(self, on: bool) -> None:
        if on:
            self.raise_()

    def event(self, event: QEvent) -> bool:
        """Keep the page keys from the window where a list or a slider has the keyboard."""
        if asks_page(event) and isinstance(QApplication.focusWidget(), _PAGED):
            event.accept()
            return True
        return super().event(event)


class Docks(QObject):
    """Makes every panel and puts it in its place.

    Signals
    -------
    openChanged
        Another set of panels can be seen.
    """

    openChanged = Signal()

    def __init__(self, window: QMainWindow, catalogue: Catalogue) -> None:
        super().__init__(window)
        self._window = window
        self.docks: dict[str, QDockWidget] = {}
        self._open: set[str] = set()
        self.compare = Compare()
        self.colour_bar = ColourBar()
        self.transport = TransportBar()
        self.pad = PadBar()
        self.source = SourcePanel()
        self.operations = OperationsPanel(catalogue)
        self.steps = StepsPanel(catalogue)
        self.form = Form()
        self.histogram = HistogramPanel()
        self.readings = ReadingsBar()
        self.table = TablePanel()
        self.plot = PlotPanel()
        self.views = ViewsPanel()
        self.network = NetworkPanel()
        self.heat = HeatPanel()
        self.maps = MapsPanel()
        self.status = StatusBar()
        window.setStatusBar(self.status)
        window.setCentralWidget(self._centre())
        self._place()
        self.default_state = window.saveState()

    def add_to_menu(self, menu: QMenu) -> None:
        """List every dock in `menu`, so that a closed one comes back."""
        for dock in self.docks.values():
            menu.addAction(dock.toggleViewAction())

    def reset(self) -> None:
        """Put every dock back where it stood at first."""
        self._window.restoreState(self.default_state)
        self.share_height()

    def share_height(self) -> None:
        """Give the panels below the picture their height: less where the window is low."""
        height = min(BOTTOM_HEIGHT, self._window.height() // 4)
        self._window.resizeDocks([self.docks["histogram"]], [height], Qt.Orientation.Vertical)

    def raise_heat(self) -> None:
        """Bring the heatmap's panel to the front, with room taken from the steps."""
        dock = self.docks["heat"]
        dock.show()
        dock.raise_()
        if not dock.isFloating() and dock.height() < HEAT_HEIGHT:
            both = [self.docks["steps"], dock]
            self._window.resizeDocks(both, [22 * GRID, HEAT_HEIGHT], Qt.Orientation.Vertical)

    def is_open(self, name: str) -> bool:
        """Whether a dock's panel can be seen: not closed, and not behind another tab."""
        return name in self._open

    @Slot(bool)
    def _note_visibility(self, visible: bool) -> None:
        name = self.sender().objectName()
        if visible:
            self._open.add(name)
        else:
            self._open.discard(name)
        self.openChanged.emit()

    def _centre(self) -> QWidget:
        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.compare, 1)
        layout.addLayout(self._findings())
        layout.addWidget(self.transport)
        layout.addWidget(self.pad)
        return centre

    def _findings(self) -> QHBoxLayout:
        """Return the row under the pictures: readings, and what the result's colours mean."""
        row = QHBoxLayout()
        row.setContentsMargins(0, GRID // 2, GRID, 0)
        row.addWidget(self.readings, 2)
        row.addStretch(1)
        self.colour_bar.setMaximumWidth(40 * GRID)
        row.addWidget(self.colour_bar, 2)
        return row

    def _place(self) -> None:
        def tr(text: str) -> str:
            return QCoreApplication.translate("Docks", text)

        window = self._window
        for corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.TopLeftCorner):
            window.setCorner(corner, LEFT)
        for corner in (Qt.Corner.BottomRightCorner, Qt.Corner.TopRightCorner):
            window.setCorner(corner, RIGHT)
        self._add("source", tr("Source"), self.source, LEFT)
        self._add("operations", tr("Operations"), self.operations, LEFT)
        self._add("steps", tr("Steps"), self.steps, RIGHT)
        self._add("form", tr("Step Settings"), self.form, RIGHT)
        self._add("heat", tr("Heatmap"), self.heat, RIGHT)
        self._add("histogram", tr("Histogram"), self.histogram, BOTTOM)
        self._add("table", tr("Table"), self.table, BOTTOM)
        self._add("plot", tr("Plot"), self.plot, BOTTOM)
        self._add("views", tr("Views"), self.views, BOTTOM)
        self._add("network", tr("Network"), self.network, BOTTOM)
        self._add("maps", tr("Maps"), self.maps, BOTTOM)
        for name in ("table", "plot", "views", "network", "maps"):
            window.tabifyDockWidget(self.docks["histogram"], self.docks[name])
        window.tabifyDockWidget(self.docks["form"], self.docks["heat"])
        self.docks["histogram"].raise_()
        self.docks["form"].raise_()
        window.resizeDocks(
            [self.docks["source"], self.docks["steps"]], [272, 312], Qt.Orientation.Horizontal
        )
        window.resizeDocks(
            [self.docks["source"], self.docks["operations"]], [232, 560], Qt.Orientation.Vertical
        )
        window.resizeDocks(
            [self.docks["steps"], self.docks["form"]], [320, 480], Qt.Orientation.Vertical
        )
        self.share_height()

    def _add(self, name: str, title: str, panel: QWidget, area: Qt.DockWidgetArea) -> None:
        dock = Dock(title, self._window)
        dock.setObjectName(name)
        dock.setWidget(Holder(panel))
        dock.visibilityChanged.connect(self._note_visibility)
        self._window.addDockWidget(area, dock)
        self.docks[name] = dock
