"""Small widgets that several panels are made of."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFont, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QMenu, QSizePolicy, QTabBar, QToolButton, QWidget

from visionlab.ui import theme


def fixed_digits(font: QFont) -> QFont:
    """Return a copy of `font` whose digits are all of one width, so that numbers do not jump."""
    result = QFont(font)
    result.setFeature(QFont.Tag("tnum"), 1)
    return result


def asks_undo(event: QEvent) -> bool:
    """Whether a box of text is about to take the keys of undo or redo from the window.

    What is typed in this window is a step's value or a search, so these keys mean the steps.
    """
    keys = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
    return (
        isinstance(event, QKeyEvent)
        and event.type() == QEvent.Type.ShortcutOverride
        and any(event.matches(key) for key in keys)
    )


def asks_page(event: QEvent) -> bool:
    """Whether the window is about to take Page Up or Page Down from what has the keyboard."""
    return (
        isinstance(event, QKeyEvent)
        and event.type() == QEvent.Type.ShortcutOverride
        and event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
    )


class Hint(QLabel):
    """The quiet text of an empty panel: what would be here, and what to do."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.setMargin(2 * theme.GRID)
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)


class WrappedLabel(QLabel):
    """A text of several lines that can be copied; hidden while there is none."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setProperty("role", role)
        if not text:
            self.hide()

    def write(self, text: str) -> None:
        """Show `text`, or nothing."""
        self.setText(text)
        self.setVisible(bool(text))


class ElidedLabel(QWidget):
    """One line of text that is shortened with "…" where it does not fit; a tooltip has it all."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        role: QPalette.ColorRole = QPalette.ColorRole.WindowText,
    ) -> None:
        super().__init__(parent)
        self._text = ""
        self._mode = mode
        self._hint_width = 0
        self.setForegroundRole(role)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """Return the full text."""
        return self._text

    def setText(self, text: str) -> None:
        """Show `text`."""
        if text == self._text:
            return
        self._text = text
        self.setAccessibleName(text)
        self._explain()
        self.update()

    def reserve(self, text: str) -> None:
        """Ask for the width of `text`, the widest that is expected, whatever is shown."""
        self._hint_width = self.fontMetrics().horizontalAdvance(text) + 2
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the reserved width, or the text's own."""
        metrics = self.fontMetrics()
        width = self._hint_width or metrics.horizontalAdvance(self._text) + 2
        return QSize(width, metrics.height())

    def minimumSizeHint(self) -> QSize:
        """Return the width of a few letters."""
        hint = self.sizeHint()
        return QSize(min(hint.width(), self.fontMetrics().horizontalAdvance("MM…")), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the text as far as it fits."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = self.fontMetrics().elidedText(self._text, self._mode, self.width())
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(self.rect(), align, text)

    def resizeEvent(self, event: QEvent) -> None:  # noqa: ARG002
        """Offer the tooltip only where the text is cut."""
        self._explain()

    def _explain(self) -> None:
        cut = self.fontMetrics().horizontalAdvance(self._text) > self.width()
        self.setToolTip(self._text if cut else "")


class IconButton(QToolButton):
    """A flat button with an icon that follows the colour scheme."""

    def __init__(
        self, icon: str, tip: str, parent: QWidget | None = None, *, text: str = ""
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setAutoRaise(True)
        self.setToolTip(tip)
        self.setAccessibleName(text or tip)
        if text:
            self.setText(text)
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._draw_icon()

    def set_icon(self, icon: str, tip: str) -> None:
        """Show another icon and meaning, as play becomes pause."""
        self._icon = icon
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self._draw_icon()

    def changeEvent(self, event: QEvent) -> None:
        """Colour the icon anew when the scheme changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()

    def _draw_icon(self) -> None:
        if self._icon:
            self.setIcon(theme.icon(self._icon))


class MenuButton(IconButton):
    """A button that opens a menu; its text ends in an arrow. An empty icon name gives none."""

    def __init__(self, icon: str, tip: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(icon, tip, parent, text=text)
        self.items = QMenu(self)
        self.setMenu(self.items)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        # Qt's own arrow lies in a corner, over the text.
        self.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show `text` and the arrow."""
        self.setText(f"{text} ▾")


class Chooser(QTabBar):
    """Tabs to choose one of several named things; hidden while there are fewer than two."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDocumentMode(True)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self.hide()

    def set_names(self, names: Sequence[str]) -> int:
        """Offer `names`, keep the chosen name where it is still there; return its index.

        Emits no signal.
        """
        old = [self.tabText(i) for i in range(self.count())]
        if list(names) != old:
            chosen = old[self.currentIndex()] if old else ""
            self.blockSignals(True)
            while self.count():
                self.removeTab(0)
            for name in names:
                self.addTab(name)
            self.setCurrentIndex(list(names).index(chosen) if chosen in names else 0)
            self.blockSignals(False)
            self.setVisible(len(names) > 1)
        return max(0, self.currentIndex())
