"""The views dock: further pictures beside the result, such as a spectrum or an accumulator."""

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QIcon, QImage, QPalette, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from visionlab.core.display import auto_display
from visionlab.core.image import Display
from visionlab.runtime.shown import ShownPicture
from visionlab.ui import theme
from visionlab.ui.canvas import Canvas
from visionlab.ui.colour_bar import ColourBar
from visionlab.ui.numbers import short
from visionlab.ui.parts import ElidedLabel, Hint, IconButton, fixed_digits
from visionlab.ui.qimages import to_qimage

_THUMBNAIL = QSize(56, 40)


class ViewsPanel(QWidget):
    """A strip of thumbnails where there are several views, and the chosen one large.

    Signals
    -------
    saveRequested(ShownPicture)
        The view is wanted in a file.
    openRequested(ShownPicture)
        The view is wanted as the picture to work on.
    copyRequested(QImage)
        The view is wanted on the clipboard.
    """

    saveRequested = Signal(object)
    openRequested = Signal(object)
    copyRequested = Signal(QImage)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._views: tuple[ShownPicture, ...] = ()
        self.strip = QListWidget()
        self.strip.setFrameShape(QListWidget.Shape.NoFrame)
        self.strip.setIconSize(_THUMBNAIL)
        self.strip.setUniformItemSizes(True)
        self.strip.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        self.strip.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.strip.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.strip.setFixedWidth(25 * theme.GRID)
        self.strip.setAccessibleName(self.tr("Views"))
        self.strip.currentRowChanged.connect(self._choose)
        self.canvas = Canvas()
        self.canvas.hovered.connect(self._read)
        self.bar = ColourBar(Qt.Orientation.Vertical)
        self._title = ElidedLabel()
        self._about = ElidedLabel(role=QPalette.ColorRole.PlaceholderText)
        self._reading = ElidedLabel()
        self._reading.setFont(fixed_digits(self.font()))
        self._reading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.open = IconButton(
            "arrow-square-out", self.tr("Work on this view as the picture"),
            text=self.tr("Open as picture"),
        )  # fmt: skip
        self.open.clicked.connect(self._request_open)
        self.save = IconButton(
            "floppy-disk", self.tr("Save this view as a file"), text=self.tr("Save…")
        )
        self.save.clicked.connect(self._request_save)
        for text, do in (
            (self.tr("Fit to Window"), self.canvas.fit),
            (self.tr("Actual Pixels (1:1)"), self.canvas.one_to_one),
            (self.tr("Copy View"), self.copy),
            (self.tr("Save…"), self._request_save),
            (self.tr("Open as Picture"), self._request_open),
        ):
            action = QAction(text, self.canvas)
            action.triggered.connect(do)
            self.canvas.addAction(action)
        self.canvas.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._arrange()

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.GRID)
        head.addWidget(self._title)
        head.addWidget(self._about)
        head.addWidget(self._reading, 1)
        head.addWidget(self.open)
        head.addWidget(self.save)
        picture = QHBoxLayout()
        picture.setSpacing(theme.GRID)
        picture.addWidget(self.canvas, 1)
        picture.addWidget(self.bar)
        right = QVBoxLayout()
        right.setSpacing(theme.GRID // 2)
        right.addLayout(head)
        right.addLayout(picture, 1)
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(theme.GRID, theme.GRID // 2, theme.GRID, theme.GRID // 2)
        row.setSpacing(theme.GRID)
        row.addWidget(self.strip)
        row.addLayout(right, 1)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(
            Hint(
                self.tr(
                    "No further views. Fourier, Hough and colour steps show their masks, "
                    "spectra and accumulators here."
                )
            )
        )
        self._pages.addWidget(content)

    def set_views(self, views: tuple[ShownPicture, ...]) -> None:
        """Show `views`; the chosen one stays chosen while its name is there."""
        old = [view.name for view in self._views]
        names = [view.name for view in views]
        chosen = self.view()
        self._views = views
        self._pages.setCurrentIndex(1 if views else 0)
        self.strip.setVisible(len(views) > 1)
        if names != old:
            self.strip.blockSignals(True)
            self.strip.clear()
            for name in names:
                self.strip.addItem(QListWidgetItem(name))
            keep = chosen is not None and chosen.name in names
            self.strip.setCurrentRow(names.index(chosen.name) if chosen and keep else 0)
            self.strip.blockSignals(False)
        if len(views) > 1:
            for i, view in enumerate(views):
                self.strip.item(i).setIcon(_thumbnail(view))
        self._show()

    def view(self) -> ShownPicture | None:
        """Return the view that is shown large."""
        return self._views[max(0, self.strip.currentRow())] if self._views else None

    @Slot(int)
    def _choose(self, row: int) -> None:
        if row >= 0:
            self._show()

    def _show(self) -> None:
        view = self.view()
        if view is None:
            return
        values = view.values
        depth = self.tr("8-bit") if values.dtype == np.uint8 else self.tr("float")
        self._title.setText(view.name)
        self._about.setText(f"{values.shape[1]} x {values.shape[0]}, {depth}")
        for label in (self._title, self._about):
            label.updateGeometry()
        self.canvas.set_picture(view.shown, values, copies=view.copies)
        self.bar.set_display(_legend(view))

    @Slot(object)
    def _read(self, at: tuple[int, int] | None) -> None:
        view = self.view()
        if at is None or view is None:
            self._reading.setText("")
            return
        pixel = np.atleast_1d(view.values[at[1], at[0]])
        numbers = " ".join(short(float(v), 5) for v in pixel)
        self._reading.setText(f"x {at[0]}, y {at[1]}: {numbers}")

    @Slot()
    def _request_save(self) -> None:
        if (view := self.view()) is not None:
            self.saveRequested.emit(view)

    @Slot()
    def copy(self) -> None:
        """Ask for the view on the clipboard."""
        if (view := self.view()) is not None:
            self.copyRequested.emit(to_qimage(view.shown).copy())

    @Slot()
    def _request_open(self) -> None:
        if (view := self.view()) is not None:
            self.openRequested.emit(view)


def _legend(view: ShownPicture) -> Display | None:
    """Return what a colour bar says of `view`; None where values are shown as they are."""
    if view.values.ndim == 3 or (view.values.dtype == np.uint8 and view.display is None):
        return None
    return view.display or auto_display(view.values)


def _thumbnail(view: ShownPicture) -> QIcon:
    """Return a small picture, the same whether selected or not."""
    height, width = view.shown.shape[:2]
    step = max(1, min(height // _THUMBNAIL.height(), width // _THUMBNAIL.width()) // 2)
    few = np.ascontiguousarray(view.shown[::step, ::step])
    smooth = Qt.TransformationMode.SmoothTransformation
    image = to_qimage(few).scaled(
        _THUMBNAIL * 2, Qt.AspectRatioMode.KeepAspectRatio, smooth
    )  # twice, for dense screens
    pixmap = QPixmap.fromImage(image)
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon
