"""What holds a panel in its dock."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget, QWidgetItem


class Holder(QWidget):
    """Holds a panel; the window is laid out anew only where the panel wants another size.

    Without it each new text in a panel lays out all docks, which costs a live picture's time.
    """

    def __init__(self, panel: QWidget) -> None:
        super().__init__()
        panel.setParent(self)
        self.setSizePolicy(panel.sizePolicy())
        self._item = QWidgetItem(panel)
        self._sizes = self._asked()

    def _asked(self) -> tuple[QSize, QSize]:
        return self._item.sizeHint(), self._item.minimumSize()

    def sizeHint(self) -> QSize:
        """Return the panel's."""
        return self._sizes[0]

    def minimumSizeHint(self) -> QSize:
        """Return the panel's."""
        return self._sizes[1]

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        """Give the panel all the room."""
        self._item.setGeometry(self.rect())

    def event(self, event: QEvent) -> bool:
        """Ask for another size where the panel does."""
        if event.type() == QEvent.Type.LayoutRequest and self._asked() != self._sizes:
            self._sizes = self._asked()
            self.updateGeometry()
        return super().event(event)
