"""The tree of all operations: groups with a heading, operations with title and summary."""

from collections.abc import Sequence
from html import escape
from typing import TypeAlias

from PySide6.QtCore import (
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QContextMenuEvent, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
)

from visionlab.core.operation import Catalogue, Operation
from visionlab.ui import theme
from visionlab.ui.card_list import OPERATION_MIME

ID, SUMMARY, NAMES, TEXT = (Qt.ItemDataRole.UserRole + n for n in range(4))
Index: TypeAlias = QModelIndex | QPersistentModelIndex
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def _small(font: QFont) -> tuple[QFont, int]:
    """Return the font of the summaries and its line height."""
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.9)
    return small, QFontMetrics(small).height()


class _Lines(QStyledItemDelegate):
    """Paints a group as a heading with a caret, an operation as title and muted summary."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of one line for a group, of two for an operation."""
        height = option.fontMetrics.height()
        lines = height + _small(option.font)[1] if index.data(ID) else height
        return QSize(0, lines + theme.GRID + 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, theme.colour("alt"))
            focus = option.state & QStyle.StateFlag.State_HasFocus
            bar = theme.colour("accent" if focus else "muted")
            painter.fillRect(QRect(option.rect.topLeft(), QSize(3, option.rect.height())), bar)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, theme.colour("alt"))
        if index.data(ID):
            self._paint_operation(painter, option, index)
        else:
            self._paint_group(painter, option, index)
        painter.restore()

    def _paint_group(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = self.parent()
        assert isinstance(view, QTreeWidget)
        caret = theme.icon("caret-down" if view.isExpanded(index) else "caret-right", "muted")
        rect = option.rect.adjusted(theme.GRID, 0, -theme.GRID, 0)
        caret.paint(painter, QRect(rect.left(), rect.center().y() - 5, 12, 12))
        font = QFont(option.font)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(theme.colour("text"))
        painter.drawText(rect.adjusted(20, 0, 0, 0), _LEFT, index.data())

    def _paint_operation(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index
    ) -> None:
        small, small_height = _small(option.font)
        rect = option.rect.adjusted(theme.GRID + 20, 0, -theme.GRID, 0)
        top = rect.center().y() - (option.fontMetrics.height() + small_height) // 2
        lines = (
            (option.font, theme.colour("text"), index.data(), option.fontMetrics.height()),
            (small, theme.colour("muted"), index.data(SUMMARY), small_height),
        )
        for font, pen, text, height in lines:
            painter.setFont(font)
            painter.setPen(pen)
            line = QRect(rect.left(), top, rect.width(), height)
            metrics = painter.fontMetrics()
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, _LEFT, shown)
            top += height


class OperationTree(QTreeWidget):
    """The groups and their operations.

    Signals
    -------
    chosen(str)
        An operation was double-clicked, or Enter pressed on it.
    """

    chosen = Signal(str)

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Operations"))
        self.setHeaderHidden(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setExpandsOnDoubleClick(False)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setItemDelegate(_Lines(self))
        for group, operations in catalogue.groups().items():
            heading = QTreeWidgetItem(self, [group])
            heading.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            for operation in operations:
                heading.addChild(_item(operation))
        self.expandAll()
        self.itemClicked.connect(self._on_clicked)
        self.itemDoubleClicked.connect(self._choose)

    def headings(self) -> list[QTreeWidgetItem]:
        """Return the groups' items."""
        return children(self.invisibleRootItem())

    def mimeData(self, items: Sequence[QTreeWidgetItem]) -> QMimeData:
        """Return what a drag carries: the operation's id."""
        data = QMimeData()
        data.setData(OPERATION_MIME, str(items[0].data(0, ID)).encode())
        return data

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Add an operation, or open and close a group, by Enter."""
        item = self.currentItem()
        if item and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(item)
            self._on_clicked(item)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to add the operation under the mouse, or the selected one."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        item = self.currentItem() if by_key else self.itemAt(event.pos())
        if item and item.data(0, ID):
            self.setCurrentItem(item)
            menu = QMenu(self)
            add = menu.addAction(self.tr("Add Step"))
            if menu.exec(event.globalPos()) is add:
                self._choose(item)
            menu.deleteLater()

    @Slot(QTreeWidgetItem)
    def _choose(self, item: QTreeWidgetItem) -> None:
        if item.data(0, ID):
            self.chosen.emit(item.data(0, ID))

    @Slot(QTreeWidgetItem)
    def _on_clicked(self, item: QTreeWidgetItem) -> None:
        if not item.data(0, ID):
            item.setExpanded(not item.isExpanded())


def _item(operation: Operation) -> QTreeWidgetItem:
    item = QTreeWidgetItem([operation.title])
    item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsDropEnabled)
    item.setData(0, ID, operation.id)
    item.setData(0, SUMMARY, operation.summary)
    names = f"{operation.title} {operation.id} {operation.opencv}"
    item.setData(0, NAMES, names.casefold())
    item.setData(0, TEXT, f"{names} {operation.group} {operation.summary}".casefold())
    item.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, operation.summary)
    beside = f" ({escape(operation.opencv)})" if operation.opencv else ""
    item.setToolTip(
        0, f"<p><b>{escape(operation.title)}</b>{beside}<br>{escape(operation.summary)}</p>"
    )
    return item


def children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    """Return the items below `item`."""
    below = (item.child(i) for i in range(item.childCount()))
    return [child for child in below if child]
