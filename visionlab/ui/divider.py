"""The line that wipes between two pictures."""

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from visionlab.ui.theme import colour


class Divider(QWidget):
    """The vertical line of a wipe, over its parent; dragged, or moved by the arrow keys.

    Signals
    -------
    moved()
        `share` changed.
    """

    moved = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._share = 0.5
        self.setFixedWidth(24)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Wipe position"))
        self.setToolTip(self.tr("Drag, or press the arrow keys, to wipe between the pictures"))
        parent.installEventFilter(self)
        self._place()

    @property
    def share(self) -> float:
        """The part of the parent's width that is left of the line, 0..1."""
        return self._share

    def set_share(self, share: float) -> None:
        """Move the line."""
        self._share = min(max(share, 0.0), 1.0)
        self._place()
        self.moved.emit()

    def _place(self) -> None:
        x = round(self._over.width() * self._share)
        self.setGeometry(x - self.width() // 2, 0, self.width(), self._over.height())
        self.setAccessibleDescription(self.tr("{0} % original").format(round(100 * self._share)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the parent's size."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the line."""
        self._drag(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the line along."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._drag(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Put the line back in the middle."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.set_share(0.5)

    def _drag(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            at = self._over.mapFromGlobal(event.globalPosition())
            self.set_share(at.x() / self._over.width())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by the arrows, to the ends by Home and End."""
        fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        step = 1 / self._over.width() if fine else 0.02
        to = {
            Qt.Key.Key_Left: self._share - step,
            Qt.Key.Key_Right: self._share + step,
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: 1.0,
        }.get(Qt.Key(event.key()))
        if to is None:
            super().keyPressEvent(event)
        else:
            self.set_share(to)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the line and its handle, legible on any picture."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QPointF(self.width() / 2, self.height() / 2)
        for width, ink in ((4.0, QColor(0, 0, 0, 150)), (2.0, QColor(Qt.GlobalColor.white))):
            painter.setPen(QPen(ink, width))
            painter.drawLine(QPointF(middle.x(), 0), QPointF(middle.x(), self.height()))
        focused = self.hasFocus()
        painter.setPen(QPen(colour("accent") if focused else QColor(0, 0, 0, 150), 2))
        painter.setBrush(Qt.GlobalColor.white)
        painter.drawEllipse(middle, 10, 10)
        painter.setPen(QPen(QColor("#303030"), 1.5))
        for side in (-1, 1):
            tip = middle + QPointF(6 * side, 0)
            painter.drawPolyline([tip - QPointF(3 * side, 3), tip, tip + QPointF(-3 * side, 3)])
