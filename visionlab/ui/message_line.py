"""The line in the status bar that says what works and what happened."""

from PySide6.QtCore import QEvent, QSize, QTimer, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from visionlab.ui import theme
from visionlab.ui.parts import ElidedLabel


class MessageLine(QWidget):
    """An icon for errors and a line of text, shortened where it does not fit.

    A command's tip goes before all else. What works goes before what was said earlier, and what
    is said meanwhile goes before what works.

    Attributes
    ----------
    said, work : str
        What was said last, and what works.

    Signals
    -------
    expired()
        A message went away by itself.
    """

    expired = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.said = self.work = ""
        self._work_first = False
        self._tip = ""
        self._error = False
        self._sign = QLabel()
        self._line = ElidedLabel()
        self._line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._expire)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GRID // 2)
        row.addWidget(self._sign)
        row.addWidget(self._line, 1)
        self._update()

    def wanted_width(self) -> int:
        """Return the room that the present message needs."""
        return self._line.sizeHint().width() + (self._sign.width() if self.is_error() else 0)

    def text(self) -> str:
        """Return what is shown."""
        return self._line.text()

    def is_error(self) -> bool:
        """Whether an error is shown."""
        return self._error and not self._tip and not (self.work and self._work_first)

    def show_text(self, text: str, ms: int, *, error: bool = False) -> None:
        """Show `text`, for `ms` milliseconds unless that is 0."""
        self.said, self._error = text, error
        self._work_first = not text
        self._timer.stop()
        if ms:
            self._timer.start(ms)
        self._update()

    def set_work(self, text: str) -> None:
        """Say what works; "" when nothing does."""
        if text != self.work:
            self._work_first |= not self.work
            self.work = text
            self._update()

    @Slot(str)
    def set_tip(self, text: str) -> None:
        """Show a command's explanation while the pointer is on it."""
        self._tip = text
        self._update()

    @Slot()
    def _expire(self) -> None:
        self.show_text("", 0)
        self.expired.emit()

    def minimumSizeHint(self) -> QSize:
        """Return the room for a few words."""
        return QSize(10 * theme.GRID, super().minimumSizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        """Colour anew when the scheme changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._update()

    def _update(self) -> None:
        error = self.is_error()
        self._sign.setVisible(error)
        side = self.fontMetrics().height()
        if error:
            self._sign.setPixmap(theme.icon("warning-circle", "error").pixmap(side, side))
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.WindowText, theme.colour("error" if error else "text"))
        self._line.setPalette(palette)
        messages = (self.work, self.said) if self._work_first else (self.said, self.work)
        self._line.setText(self._tip or messages[0] or messages[1])
