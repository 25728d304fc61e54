"""The list that holds the step cards: selection, keys, menu, drag and drop."""

from PySide6.QtCore import (
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from visionlab.ui import theme
from visionlab.ui.step_card import StepCard

OPERATION_MIME = "application/x-visionlab-operation"
"""An operation's id, dragged from the list of operations."""

STEP_MIME = "application/x-visionlab-step"
"""A step, dragged within the list."""

_MOVE = Qt.DropAction.MoveAction
_CTRL, _ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


class _Ground(QStyledItemDelegate):
    """Paints what is behind a card: the selected one is set off, with a bar for the focus."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        view, rect = self.parent(), option.rect
        assert isinstance(view, CardList)
        if index.row() == view.currentRow():
            painter.fillRect(rect, theme.colour("alt"))
            bar = theme.colour("accent" if view.isActiveWindow() and view.hasFocus() else "muted")
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), bar)


class CardList(QListWidget):
    """The list that holds the cards: selection, keys, drag and drop.

    Signals
    -------
    command(str, int)
        Do something with the step at a position: toggle, duplicate, remove, up, down or view.
    stepDropped(int, int)
        The step at the first position was dropped before the second.
    operationDropped(str, int)
        An operation was dropped before a position.
    resized()
        The cards have another width.
    """

    command = Signal(str, int)
    stepDropped = Signal(int, int)
    operationDropped = Signal(str, int)
    resized = Signal()

    def __init__(self, hint: str) -> None:
        super().__init__()
        self._hint = hint
        self._dragged: int | None = None
        self._drop_row: int | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Steps"))
        self.setAccessibleDescription(hint)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDropIndicatorShown(False)
        self.setItemDelegate(_Ground(self))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell the cards' new width."""
        super().resizeEvent(event)
        self.updateGeometries()  # in a list that became narrower the cards are too wide until then
        self.resized.emit()

    # What the keyboard and the menu can do

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what a key means for the selected step."""
        name = self._command(event)
        if name and self.currentRow() >= 0:
            self.command.emit(name, self.currentRow())
        else:
            super().keyPressEvent(event)

    def _command(self, event: QKeyEvent) -> str:
        plain = {
            Qt.Key.Key_Delete: "remove", Qt.Key.Key_Backspace: "remove", Qt.Key.Key_Space: "toggle",
        }  # fmt: skip
        moves = {Qt.Key.Key_Up: "up", Qt.Key.Key_Down: "down"}
        key = Qt.Key(event.key())
        if event.modifiers() == _CTRL and key == Qt.Key.Key_D:
            return "duplicate"
        if event.modifiers() & _ALT and key in moves:
            return moves[key]
        return plain.get(key, "")

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the commands for the step under the mouse, or the selected one."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        at = self.viewport().mapFromGlobal(event.globalPos())
        row = self.currentRow() if by_key else self.indexAt(at).row()
        if row < 0:
            return
        self.setCurrentRow(row)
        menu = self.menu()
        place = self.viewport().mapToGlobal(self.visualItemRect(self.item(row)).center())
        chosen = menu.exec(place if by_key else event.globalPos())
        menu.deleteLater()
        if chosen:
            self.command.emit(chosen.data(), row)

    def menu(self) -> QMenu:
        """Return a menu of the commands; each action's data is the command."""
        menu = QMenu(self)
        for name, text, key in (
            ("view", self.tr("View This Step's Result"), ""),
            ("", "", ""),
            ("toggle", self.tr("Switch On or Off"), "Space"),
            ("up", self.tr("Move Up"), "Alt+Up"),
            ("down", self.tr("Move Down"), "Alt+Down"),
            ("duplicate", self.tr("Duplicate"), "Ctrl+D"),
            ("remove", self.tr("Delete"), "Del"),
        ):
            if name:
                action = menu.addAction(f"{text}\t{key}")
                action.setData(name)
            else:
                menu.addSeparator()
        return menu

    # Drag and drop: nothing moves here; the pipeline moves, and is shown anew

    def startDrag(self, actions: Qt.DropAction) -> None:  # noqa: ARG002
        """Drag the selected card."""
        row = self.currentRow()
        if row < 0:
            return
        mime = QMimeData()
        mime.setData(STEP_MIME, b"")
        card = self.itemWidget(self.item(row))
        drag = QDrag(self)
        drag.setMimeData(mime)
        if isinstance(card, StepCard):
            drag.setPixmap(card.chip())
            drag.setHotSpot(QPoint(-2 * theme.GRID, 0))  # beside the mouse, off the drop line
        self._dragged = row
        drag.exec(_MOVE)
        self._dragged = None

    def _takes(self, event: QDropEvent) -> bool:
        own = self._dragged is not None and event.mimeData().hasFormat(STEP_MIME)
        return own or event.mimeData().hasFormat(OPERATION_MIME)

    def drop_row(self, at: QPoint) -> int:
        """Return the position before which a drop at `at` (in the viewport) goes."""
        rects = (self.visualItemRect(self.item(row)) for row in range(self.count()))
        return sum(at.y() > rect.center().y() for rect in rects)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Let steps and operations in."""
        if self._takes(event):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where the drop would go; scroll at the edges."""
        super().dragMoveEvent(event)
        if self._takes(event):
            self._mark(self.drop_row(event.position().toPoint()))
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forget the place."""
        super().dragLeaveEvent(event)
        self._mark(None)

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask for the step or operation to be put here."""
        self._mark(None)
        if not self._takes(event):
            event.ignore()
            return
        row = self.drop_row(event.position().toPoint())
        event.acceptProposedAction()
        if event.mimeData().hasFormat(OPERATION_MIME):
            op_id = bytes(event.mimeData().data(OPERATION_MIME).data()).decode()
            self.operationDropped.emit(op_id, row)
        else:
            self.stepDropped.emit(self._dragged, row)

    def _mark(self, row: int | None) -> None:
        if row != self._drop_row:
            self._drop_row = row
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what to do in an empty list, and the line where a drop would go."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        if self.count() == 0:
            painter.setPen(theme.colour("muted"))
            space = self.viewport().rect().adjusted(16, 16, -16, -16)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(space, flags, self._hint)
        if self._drop_row is not None:
            last = self._drop_row == self.count()
            item = self.item(self._drop_row - last)
            rect = self.visualItemRect(item) if item else self.viewport().rect()
            y = rect.bottom() + 1 if last and item else rect.top()
            painter.fillRect(rect.left(), max(y - 1, 0), rect.width(), 2, theme.colour("accent"))
