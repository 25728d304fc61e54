"""The source dock: what is looked at, and the ways to look at something else."""

import weakref
from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QMenu, QSizePolicy, QVBoxLayout, QWidget

from visionlab.core.image import Image
from visionlab.ui import theme
from visionlab.ui.parts import ElidedLabel, IconButton, MenuButton, fixed_digits
from visionlab.ui.qimages import to_qimage

THUMBNAIL_PX = 640
THUMBNAIL_MS = 250
"""A live thumbnail changes at most once in this many milliseconds."""


class SourcePanel(QWidget):
    """Thumbnail, title and size of the source, and buttons that open another.

    Signals
    -------
    openPictureRequested(), openFolderRequested(), openAddressRequested()
        A dialog is wanted.
    sampleRequested(str), cameraRequested(str)
        The spec chosen from a menu.
    cameraMenuAboutToShow()
        The answer is `set_cameras`, at once or later.
    padRequested()
        The drawing pad is wanted.
    stepRequested(int)
        The next picture of the folder is wanted (1), or the previous one (-1).
    """

    openPictureRequested = Signal()
    openFolderRequested = Signal()
    openAddressRequested = Signal()
    sampleRequested = Signal(str)
    cameraRequested = Signal(str)
    cameraMenuAboutToShow = Signal()
    padRequested = Signal()
    stepRequested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.thumbnail = Thumbnail()
        self._title = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self._title.setText(self.tr("No source"))
        self._size = ElidedLabel(role=QPalette.ColorRole.PlaceholderText)
        self.thumbnail.sizeChanged.connect(self._show_size)

        self.picture = IconButton(
            "image", self.tr("Open pictures or a video (Ctrl+O)"), text=self.tr("Open picture…")
        )
        self.picture.clicked.connect(self.openPictureRequested)
        self.folder = IconButton(
            "folder-open", self.tr("Open a folder of pictures"), text=self.tr("Folder…")
        )
        self.folder.clicked.connect(self.openFolderRequested)
        self.address = IconButton(
            "globe", self.tr("Open a network camera or stream"), text=self.tr("Address…")
        )
        self.address.clicked.connect(self.openAddressRequested)
        self.sample = MenuButton(
            "image-square", self.tr("Open a picture that comes with VisionLab"), self.tr("Sample")
        )
        self.sample.items.triggered.connect(self._choose_sample)
        self.camera = MenuButton("video-camera", self.tr("Start a camera"), self.tr("Camera"))
        self.camera.items.triggered.connect(self._choose_camera)
        self.camera.items.aboutToShow.connect(self._ask_for_cameras)
        self.draw = IconButton(
            "pencil-simple", self.tr("Draw a picture, such as a digit"), text=self.tr("Draw")
        )
        self.draw.clicked.connect(self.padRequested)
        self.previous = IconButton("caret-left", self.tr("Previous picture (PgUp)"))
        self.previous.clicked.connect(self._go_back)
        self.next = IconButton("caret-right", self.tr("Next picture (PgDown)"))
        self.next.clicked.connect(self._go_on)
        self._place = QLabel()
        self._place.setFont(fixed_digits(self.font()))
        self._place.setProperty("role", "muted")
        self._arrange()
        self.set_place(0, 1)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GRID, theme.GRID // 2, theme.GRID, theme.GRID)
        column.setSpacing(0)
        column.addWidget(self.thumbnail, 1)
        column.addSpacing(theme.GRID // 2)
        about = QGridLayout()
        about.setSpacing(0)
        about.setColumnStretch(0, 1)
        about.addWidget(self._title, 0, 0)
        about.addWidget(self._size, 1, 0)
        for place, widget in enumerate((self.previous, self._place, self.next), 1):
            about.addWidget(widget, 0, place, 2, 1)
        column.addLayout(about)
        column.addSpacing(theme.GRID // 2)
        grid = QGridLayout()
        grid.setSpacing(theme.GRID // 2)
        wide, half = QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed
        for button in (
            self.picture, self.folder, self.sample, self.camera, self.address, self.draw,
        ):  # fmt: skip
            button.setSizePolicy(wide, half)
            button.setMinimumWidth(theme.GRID * 10)
        grid.addWidget(self.picture, 0, 0)
        grid.addWidget(self.folder, 0, 1)
        grid.addWidget(self.sample, 1, 0)
        grid.addWidget(self.camera, 1, 1)
        grid.addWidget(self.address, 2, 0)
        grid.addWidget(self.draw, 2, 1)
        column.addLayout(grid)

    def set_title(self, title: str) -> None:
        """Show what the source is called."""
        self._title.setText(title or self.tr("No source"))

    def set_place(self, place: int, count: int) -> None:
        """Show which of `count` pictures this is, from 0; nothing where it is alone."""
        self._place.setText(self.tr("{0} of {1}").format(place + 1, count))
        for widget in (self.previous, self._place, self.next):
            widget.setVisible(count > 1)

    def set_thumbnail(self, shown: Image) -> None:
        """Show a picture of 8-bit values, ``(H, W)`` or ``(H, W, 3)``, and its size.

        May be called for every frame; few are drawn.
        """
        self.thumbnail.set_picture(shown)

    def clear(self) -> None:
        """Show that there is no source."""
        self.set_title("")
        self._size.setText("")
        self.thumbnail.clear()

    def set_samples(self, samples: Sequence[tuple[str, str]]) -> None:
        """Fill the sample menu with (title, spec)."""
        _fill(self.sample.items, samples)

    def set_cameras(self, cameras: Sequence[tuple[str, str]]) -> None:
        """Fill the camera menu with (label, spec)."""
        if cameras:
            _fill(self.camera.items, cameras)
        else:
            self._say_in_menu(self.tr("No camera found"))

    @Slot()
    def _ask_for_cameras(self) -> None:
        self._say_in_menu(self.tr("Looking for cameras …"))
        self.cameraMenuAboutToShow.emit()

    def _say_in_menu(self, text: str) -> None:
        self.camera.items.clear()
        self.camera.items.addAction(text).setEnabled(False)

    @Slot()
    def _go_back(self) -> None:
        self.stepRequested.emit(-1)

    @Slot()
    def _go_on(self) -> None:
        self.stepRequested.emit(1)

    @Slot(QAction)
    def _choose_sample(self, action: QAction) -> None:
        self.sampleRequested.emit(action.data())

    @Slot(QAction)
    def _choose_camera(self, action: QAction) -> None:
        self.cameraRequested.emit(action.data())

    @Slot(int, int)
    def _show_size(self, width: int, height: int) -> None:
        self._size.setText(f"{width} x {height}")


def _fill(menu: QMenu, entries: Sequence[tuple[str, str]]) -> None:
    menu.clear()
    for text, spec in entries:
        menu.addAction(text.replace("&", "&&")).setData(spec)


def _nothing() -> None:
    """Stand in for a reference to no picture."""


class Thumbnail(QWidget):
    """A small picture, kept in proportion; drawn at most a few times a second."""

    sizeChanged = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._waiting: Image | None = None
        self._drawn: Callable[[], Image | None] = _nothing
        self._shape: tuple[int, int] = (0, 0)
        self._image = QImage()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(THUMBNAIL_MS)
        self._pause.timeout.connect(self._take)
        self.setMinimumHeight(6 * theme.GRID)
        self.setAccessibleName(self.tr("Thumbnail of the source"))

    def set_picture(self, shown: Image) -> None:
        """Show `shown`, now or when the pause since the last one is over."""
        if self._drawn() is shown:  # the same picture comes again with every edit of the steps
            self._waiting = None
            return
        self._waiting = shown
        if not self._pause.isActive():
            self._take()

    def clear(self) -> None:
        """Show no picture."""
        self._waiting = None
        self._drawn = _nothing
        self._shape = (0, 0)
        self._image = QImage()
        self.update()

    @Slot()
    def _take(self) -> None:
        if self._waiting is None:
            return
        shown, self._waiting = self._waiting, None
        self._drawn = weakref.ref(shown)  # its memory is not ours to keep
        height, width = shown.shape[:2]
        # Few pixels first: a smooth reduction of 12 million would be felt.
        step = max(1, min(height, width) // THUMBNAIL_PX)
        few = np.ascontiguousarray(shown[::step, ::step])
        image = to_qimage(few)
        if max(few.shape[:2]) > THUMBNAIL_PX:
            self._image = image.scaled(
                THUMBNAIL_PX, THUMBNAIL_PX, Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )  # fmt: skip
        else:
            self._image = image.copy()
        if (width, height) != self._shape:
            self._shape = (width, height)
            self.sizeChanged.emit(width, height)
        self._pause.start()
        self.update()

    def sizeHint(self) -> QSize:
        """Return a modest size."""
        return QSize(24 * theme.GRID, 14 * theme.GRID)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the picture, no larger than itself, in the middle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._image.isNull():
            painter.fillRect(self.rect(), theme.colour("canvas"))
            return
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        x, y = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        painter.drawImage(QRectF(x, y, size.width(), size.height()), self._image)
