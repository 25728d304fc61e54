"""QImage <-> Image, without a copy where the layout allows it."""

import numpy as np
from PySide6.QtGui import QImage

from visionlab.core.image import Image


def to_qimage(shown: Image) -> QImage:
    """Wrap an 8-bit picture; the array must outlive the QImage."""
    height, width = shown.shape[:2]
    grey = shown.ndim == 2
    form = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB888
    return QImage(shown.data, width, height, shown.strides[0], form)


def to_array(image: QImage) -> Image:
    """Return the picture's colours as ``(H, W, 3)`` uint8 RGB."""
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : rgb.width() * 3].reshape(rgb.height(), rgb.width(), 3).copy()


def to_alpha(image: QImage) -> Image | None:
    """Return the picture's opacity as ``(H, W)`` uint8; None where it has none."""
    if not image.hasAlphaChannel():
        return None
    alpha = image.convertToFormat(QImage.Format.Format_Alpha8)
    rows = np.frombuffer(alpha.constBits(), np.uint8)
    return rows.reshape(alpha.height(), alpha.bytesPerLine())[:, : alpha.width()].copy()
