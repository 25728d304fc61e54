"""A colour bar: which value each colour of a shown float picture stands for."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from visionlab.core.display import lookup_table
from visionlab.core.image import Display
from visionlab.ui import theme
from visionlab.ui.numbers import short
from visionlab.ui.parts import fixed_digits

_THICK = 10


class ColourBar(QWidget):
    """A gradient with the values of its two ends and its middle. Hidden without a `Display`.

    Parameters
    ----------
    orientation : Qt.Orientation
        Vertical bars have their largest value on top.
    """

    def __init__(
        self,
        orientation: Qt.Orientation = Qt.Orientation.Horizontal,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._vertical = orientation == Qt.Orientation.Vertical
        self._display: Display | None = None
        self._widest = ""
        self.setFont(fixed_digits(self.font()))
        fixed, grow = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding
        self.setSizePolicy(*((fixed, grow) if self._vertical else (grow, fixed)))
        self.hide()

    def display(self) -> Display | None:
        """Return what is shown."""
        return self._display

    def set_display(self, display: Display | None) -> None:
        """Show the colour map and the values of `display`; None hides the bar."""
        if display == self._display:
            return
        self._display = display
        self.setVisible(display is not None)
        if display is not None:
            low, mid, high = self._texts()
            self.setAccessibleName(
                self.tr("Colour bar from {0} over {1} to {2}").format(low, mid, high)
            )
        self._reserve()
        self.update()

    def _reserve(self) -> None:
        """Ask for the room of the widest value so far, so that live ones shift nothing."""
        former, texts = self._widest, self._texts() if self._display else ()
        widest = max((former, *texts), key=self.fontMetrics().horizontalAdvance)
        self._widest = widest if texts else ""
        if self._widest != former:
            self.updateGeometry()

    def _texts(self) -> tuple[str, str, str]:
        assert self._display is not None
        low, high = self._display.low, self._display.high
        return short(low), short((low + high) / 2), short(high)

    def sizeHint(self) -> QSize:
        """Return the room for the gradient and its values."""
        metrics = self.fontMetrics()
        widest = metrics.horizontalAdvance(self._widest)
        if self._vertical:
            widest = max(widest, metrics.horizontalAdvance("-000.0"))  # most numbers
            return QSize(_THICK + theme.GRID // 2 + widest + 1, 12 * theme.GRID)
        return QSize(3 * widest + 4 * theme.GRID, _THICK + 2 + metrics.height())

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size at which the values do not overlap."""
        if self._vertical:
            return QSize(self.sizeHint().width(), 3 * self.fontMetrics().height())
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the gradient and the three values."""
        if self._display is None:
            return
        painter = QPainter(self)
        table = lookup_table(self._display.cmap)
        image = QImage(table.data, 256, 1, 768, QImage.Format.Format_RGB888)
        ascent = self.fontMetrics().ascent()
        if self._vertical:
            painter.save()
            painter.translate(0, self.height())
            painter.rotate(-90)
            bar = QRectF(0.5, 0.5, self.height() - 1, _THICK - 1)
            self._draw_gradient(painter, bar, image)
            painter.restore()
        else:
            self._draw_gradient(painter, QRectF(0.5, 0.5, self.width() - 1, _THICK - 1), image)
        painter.setPen(theme.colour("text"))
        for text, at in zip(self._texts(), (0.0, 0.5, 1.0), strict=True):
            if self._vertical:
                y = (1 - at) * (self.height() - self.fontMetrics().height()) + ascent
                painter.drawText(QPointF(_THICK + theme.GRID // 2, y), text)
            else:
                x = at * (self.width() - self.fontMetrics().horizontalAdvance(text))
                painter.drawText(QPointF(x, _THICK + 2 + ascent), text)

    @staticmethod
    def _draw_gradient(painter: QPainter, bar: QRectF, image: QImage) -> None:
        painter.drawImage(bar, image)
        painter.setPen(QColor(128, 128, 128))
        painter.drawRect(bar)
