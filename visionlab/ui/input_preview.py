"""What the network sees: its input as a picture, and as numbers."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from visionlab.core.image import Image
from visionlab.core.tables import to_tsv
from visionlab.deep.prediction import Prediction
from visionlab.ui import theme
from visionlab.ui.parts import fixed_digits
from visionlab.ui.qimages import to_qimage


class InputPicture(QWidget):
    """The network's input, enlarged with crisp pixels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seen: Image | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(8 * theme.GRID, 8 * theme.GRID)
        self.setAccessibleName(self.tr("What the network sees"))

    def seen(self) -> Image | None:
        """Return the input before normalisation, (size, size) or (size, size, 3) uint8."""
        return self._seen

    def set_seen(self, seen: Image | None) -> None:
        """Show an input."""
        self._seen = seen
        self.update()

    def sizeHint(self) -> QSize:
        """Return a square."""
        return QSize(16 * theme.GRID, 16 * theme.GRID)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the largest square that fits, at the top left."""
        if self._seen is None:
            return
        side = min(self.width(), self.height())
        painter = QPainter(self)
        target = QRect(0, 0, side, side)
        large = self._seen.shape[0] > side * self.devicePixelRatioF()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, large)
        painter.drawImage(target, to_qimage(self._seen))


class ArrayModel(QAbstractTableModel):
    """A matrix of numbers; columns and rows have names, or are numbered from 0."""

    def __init__(
        self,
        values: NDArray[np.float32],
        decimals: int,
        columns: Sequence[str] = (),
        rows: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self._values = values
        self._decimals = decimals
        self._names = {Qt.Orientation.Horizontal: columns, Qt.Orientation.Vertical: rows}

    def rowCount(
        self,
        parent: QModelIndex | QPersistentModelIndex = QModelIndex(),  # noqa: B008
    ) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._values)

    def columnCount(
        self,
        parent: QModelIndex | QPersistentModelIndex = QModelIndex(),  # noqa: B008
    ) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else self._values.shape[1]

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """Return a cell's text."""
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{self._values[index.row(), index.column()]:.{self._decimals}f}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def cells(self) -> list[tuple[str, ...]]:
        """Return all texts, with the names of rows and columns where they have any."""
        columns, rows = (self._names[o] for o in self._names)
        texts = [tuple(f"{v:.{self._decimals}f}" for v in row) for row in self._values.tolist()]
        if rows:
            texts = [(name, *row) for name, row in zip(rows, texts, strict=True)]
        head = [("",) * bool(rows) + tuple(columns)] if columns else []
        return head + texts

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """Return the row's or column's name, or its number from 0."""
        if role == Qt.ItemDataRole.DisplayRole:
            names = self._names[orientation]
            return names[section] if names else str(section)
        return None


class InputNumbers(QDialog):
    """One prediction's input as numbers: matrix, flattened vector, and the one-hot target."""

    def __init__(self, prediction: Prediction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("What the Network Sees"))
        self.resize(90 * theme.GRID, 60 * theme.GRID)
        self._prediction = prediction
        channels = prediction.values.shape[0]
        names = (
            (self.tr("Grey"),)
            if channels == 1
            else (self.tr("Red"), self.tr("Green"), self.tr("Blue"))
        )
        self.channel = QComboBox()
        self.channel.addItems(names)
        self.channel.setAccessibleName(self.tr("Channel"))
        self.scale = QComboBox()
        self.scale.addItems([self.tr("Values 0 to 255"), self.tr("Normalised values")])
        self.scale.setAccessibleName(self.tr("Scale"))
        for box in (self.channel, self.scale):
            box.currentIndexChanged.connect(self._fill)
        self.matrix, self.vector, self.target = (self._table() for _ in range(3))
        self.classes = QComboBox()
        self.classes.setAccessibleName(self.tr("The right answer"))
        self.classes.addItems(prediction.labels)
        self.classes.setCurrentIndex(int(prediction.probabilities.argmax()))
        self.classes.currentIndexChanged.connect(self._fill)
        self._arrange()
        self._fill()
        self._show_choices()

    def _arrange(self) -> None:
        self.tabs = QTabWidget()
        self.tabs.addTab(self.matrix, self.tr("Matrix"))
        self.tabs.addTab(self.vector, self.tr("Flattened Vector"))
        self.tabs.addTab(self.target, self.tr("One-Hot Target"))
        self.tabs.currentChanged.connect(self._show_choices)
        self._right = QLabel(self.tr("The right answer is"))
        self._right.setBuddy(self.classes)
        self.note = QLabel()
        self.note.setProperty("role", "muted")
        self.note.setWordWrap(True)
        head = QHBoxLayout()
        for widget in (self.scale, self.channel, self._right, self.classes):
            head.addWidget(widget)
        head.addStretch()
        layout = QVBoxLayout(self)
        layout.setSpacing(theme.GRID)
        layout.addWidget(self.tabs, 1)
        layout.addLayout(head)
        layout.addWidget(self.note)
        layout.addWidget(self._buttons())

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy = buttons.addButton(self.tr("Copy Table"), QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.setToolTip(self.tr("All numbers of this page, for a spreadsheet"))
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.reject)
        return buttons

    @Slot()
    def _copy(self) -> None:
        table = self.tabs.currentWidget()
        assert isinstance(table, QTableView)
        model = table.model()
        assert isinstance(model, ArrayModel)
        QGuiApplication.clipboard().setText(to_tsv(model.cells()))

    @Slot()
    def _show_choices(self) -> None:
        """Offer the choices that the page has a use for, and say what it shows."""
        page = self.tabs.currentWidget()
        channels, height, width = self._prediction.values.shape
        self.scale.setVisible(page is not self.target)
        self.channel.setVisible(page is self.matrix and channels > 1)
        for widget in (self._right, self.classes):
            widget.setVisible(page is self.target)
        count = f"{channels * height * width:,}"
        if page is self.matrix:
            text = self.tr("Row by row, as the network is given the picture.")
        elif page is self.vector:
            text = self.tr(
                "{0} x {1} x {2} = {3} numbers: one colour after the other, each row by row."
            ).format(channels, height, width, count)
            if channels == 1:
                text = self.tr("{0} x {1} = {2} numbers, row by row.").format(height, width, count)
        else:
            text = self.tr(
                "Training asks the network for 1 at the right class and 0 at all others."
            )
        self.note.setText(text)

    def _table(self) -> QTableView:
        table = QTableView()
        table.setFont(fixed_digits(self.font()))
        table.horizontalHeader().setDefaultSectionSize(
            self.fontMetrics().horizontalAdvance("-00.000") + 2 * theme.GRID
        )
        table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 4)
        return table

    @Slot()
    def _fill(self) -> None:
        prediction = self._prediction
        normalised = self.scale.currentIndex() == 1
        seen = prediction.seen.reshape(*prediction.seen.shape[:2], -1)
        values = prediction.values if normalised else seen.transpose(2, 0, 1)
        decimals = 3 if normalised else 0
        one_hot = np.zeros((len(prediction.labels), 2), np.float32)
        one_hot[self.classes.currentIndex(), 0] = 1
        one_hot[:, 1] = prediction.probabilities
        self._show(self.matrix, ArrayModel(values[self.channel.currentIndex()], decimals))
        self._show(self.vector, ArrayModel(values.reshape(-1, 1), decimals, (self.tr("Value"),)))
        columns = (self.tr("Target"), self.tr("Answer"))
        self._show(self.target, ArrayModel(one_hot, 3, columns, prediction.labels))
        right = self.target.model().index(self.classes.currentIndex(), 0)
        self.target.scrollTo(right, QTableView.ScrollHint.PositionAtCenter)
        self.target.selectRow(right.row())

    def _show(self, table: QTableView, model: ArrayModel) -> None:
        former = table.model()
        model.setParent(table)
        table.setModel(model)
        if former is not None:
            former.deleteLater()
