"""The pipeline as an ordered list of cards."""

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent, QDrag, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent,
    QKeyEvent, QPainter, QPaintEvent, QResizeEvent,
)  # fmt: skip
from PySide6.QtWidgets import (
    QAbstractItemView, QFrame, QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QMenu, QSizePolicy,
    QVBoxLayout, QWidget,
)  # fmt: skip

from visionlab.core.operation import Catalogue
from visionlab.core.pipeline import Pipeline, Run
from visionlab.ui import theme
from visionlab.ui.parts import IconButton, fixed_digits
from visionlab.ui.step_card import StepCard, milliseconds

OPERATION_MIME = "application/x-visionlab-operation"
"""An operation's id, dragged from the list of operations."""

_STEP_MIME = "application/x-visionlab-step"
_REFRESH_MS = 200
"""Times that change faster cannot be read."""
_COPY = Qt.DropAction.CopyAction
_MOVE = Qt.DropAction.MoveAction
_CTRL, _ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


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
    """

    command = Signal(str, int)
    stepDropped = Signal(int, int)
    operationDropped = Signal(str, int)

    def __init__(self, hint: str) -> None:
        super().__init__()
        self._hint = hint
        self._drop_row: int | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Steps"))
        self.setAccessibleDescription(hint)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDropIndicatorShown(False)
        self.viewport().setMouseTracking(True)

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
        row = self.currentRow() if by_key else self.row(self.itemAt(at))
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
        mime.setData(_STEP_MIME, str(row).encode())
        card = self.itemWidget(self.item(row))
        drag = QDrag(self)
        drag.setMimeData(mime)
        drag.setPixmap(card.grab())
        drag.setHotSpot(card.mapFromGlobal(self.cursor().pos()))
        drag.exec(_MOVE)

    def _takes(self, event: QDropEvent) -> bool:
        own = event.source() is self and event.mimeData().hasFormat(_STEP_MIME)
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
        event.setDropAction(_COPY if event.mimeData().hasFormat(OPERATION_MIME) else _MOVE)
        event.accept()
        if event.mimeData().hasFormat(OPERATION_MIME):
            op_id = event.mimeData().data(OPERATION_MIME).toStdString()
            self.operationDropped.emit(op_id, row)
        else:
            self.stepDropped.emit(int(event.mimeData().data(_STEP_MIME).toStdString()), row)

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


class StepsPanel(QWidget):
    """The steps, and what they took.

    Signals
    -------
    selected(int), toggled(int, bool), moved(int, int), duplicated(int), removed(int)
        What the person wants; `moved` names the place and the place after the move.
    mendRequested(int)
        Insert the step that mends the failed one before it.
    addRequested()
        Choose an operation to add.
    operationDropped(str, int)
        Insert an operation before a position.
    viewRequested(int)
        Show the result of a step.
    """

    selected = Signal(int)
    toggled = Signal(int, bool)
    moved = Signal(int, int)
    duplicated = Signal(int)
    removed = Signal(int)
    mendRequested = Signal(int)
    addRequested = Signal()
    operationDropped = Signal(str, int)
    viewRequested = Signal(int)

    def __init__(self, catalogue: Catalogue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._pipeline = Pipeline()
        self._run: Run | None = None
        self._cards: list[StepCard] = []
        self._list = CardList(self.tr("No steps yet. Double-click an operation to add it."))
        self._total = QLabel()
        self._total.setProperty("role", "muted")
        self._total.setFont(fixed_digits(self.font()))
        self._total.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._total.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        add = IconButton("plus", self.tr("Add a step (Ctrl+F)"), text=self.tr("Add Step"))
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.GRID, theme.GRID // 2, 2 * theme.GRID, theme.GRID // 2)
        foot.addWidget(add)
        foot.addWidget(self._total, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._list, 1)
        layout.addLayout(foot)
        self.setFocusProxy(self._list)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_REFRESH_MS)
        self._pause.timeout.connect(self._show_run)
        self._list.currentRowChanged.connect(self._on_row)
        self._list.command.connect(self._do)
        self._list.stepDropped.connect(self._on_step_dropped)
        self._list.operationDropped.connect(self.operationDropped)
        add.clicked.connect(self.addRequested)
        self._write_total()

    def set_pipeline(self, pipeline: Pipeline) -> None:
        """Show the steps of `pipeline`; cards are made or dropped only at the end of the list."""
        self._pipeline = pipeline
        self._list.blockSignals(True)
        while len(self._cards) > len(pipeline):
            self._list.takeItem(len(self._cards) - 1)
            self._cards.pop().deleteLater()
        while len(self._cards) < len(pipeline):
            self._append_card()
        for card, step in zip(self._cards, pipeline.steps, strict=True):
            card.set_step(self._catalogue[step.op], step.enabled)
        self._list.blockSignals(False)
        self._mark_selected()
        self._show_run()

    def set_run(self, run: Run | None) -> None:
        """Show times and errors; at most five times a second, so it may be called for each frame."""
        self._run = run
        if not self._pause.isActive():
            self._show_run()
            self._pause.start()

    def set_selected(self, index: int) -> None:
        """Select the step at `index` without a signal; -1 selects none."""
        if index != self._list.currentRow():
            self._list.blockSignals(True)
            self._list.setCurrentRow(index)
            self._list.blockSignals(False)
        self._mark_selected()

    def _append_card(self) -> None:
        card = StepCard(len(self._cards))
        card.toggled.connect(self.toggled)
        card.duplicated.connect(self.duplicated)
        card.removed.connect(self.removed)
        card.mendRequested.connect(self.mendRequested)
        card.grown.connect(self._fit)
        self._cards.append(card)
        item = QListWidgetItem()
        self._list.addItem(item)
        self._list.setItemWidget(item, card)
        self._fit(card.index)

    @Slot(int)
    def _fit(self, index: int) -> None:
        """Give a card the height that it needs at the list's width."""
        card, width = self._cards[index], self._list.viewport().width()
        card.layout().activate()
        height = card.layout().totalHeightForWidth(width)
        size = QSize(0, height if height > 0 else card.sizeHint().height())
        item = self._list.item(index)
        if item.sizeHint() != size:
            item.setSizeHint(size)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let errors wrap at the new width."""
        super().resizeEvent(event)
        for card in self._cards:
            self._fit(card.index)

    @Slot()
    def _show_run(self) -> None:
        """Write the last run's times and errors, as far as they belong to the steps shown."""
        stages = self._run.stages if self._run else ()
        for index, (card, step) in enumerate(zip(self._cards, self._pipeline.steps, strict=True)):
            stage = stages[index] if index < len(stages) else None
            if stage and (stage.step.op, stage.step.enabled) != (step.op, step.enabled):
                stage = None
            mend = stage.error.mend if stage and stage.error else None
            card.set_stage(stage, self._catalogue[mend.op].title if mend else "")
            item, summary = self._list.item(index), card.summary()
            if item.data(Qt.ItemDataRole.AccessibleTextRole) != summary:
                item.setData(Qt.ItemDataRole.AccessibleTextRole, summary)
        self._write_total()

    def _write_total(self) -> None:
        count = len(self._pipeline)
        steps = self.tr("1 step") if count == 1 else self.tr("{0} steps").format(count)
        time = self.tr(", {0} ms").format(milliseconds(self._run.ms)) if self._run else ""
        text = f"{steps}{time}" if count else ""
        if text != self._total.text():
            self._total.setText(text)

    def _mark_selected(self) -> None:
        for card in self._cards:
            card.set_selected(card.index == self._list.currentRow())

    @Slot(int)
    def _on_row(self, row: int) -> None:
        self._mark_selected()
        self.selected.emit(row)

    @Slot(int, int)
    def _on_step_dropped(self, index: int, before: int) -> None:
        to = before - 1 if before > index else before
        if to != index:
            self.moved.emit(index, to)

    @Slot(str, int)
    def _do(self, command: str, index: int) -> None:
        if command == "toggle":
            self.toggled.emit(index, not self._pipeline.steps[index].enabled)
        elif command == "duplicate":
            self.duplicated.emit(index)
        elif command == "remove":
            self.removed.emit(index)
        elif command == "view":
            self.viewRequested.emit(index)
        else:
            to = index + (-1 if command == "up" else 1)
            if 0 <= to < len(self._cards):
                self.moved.emit(index, to)
