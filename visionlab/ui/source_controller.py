"""Commands that bring pictures in: files, folders, drops, the clipboard, samples, cameras."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QSize, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from visionlab.core.image import Display, Image
from visionlab.runtime.session import Session
from visionlab.runtime.settings import Settings
from visionlab.sources import ArraySource, is_address, open_source, pictures_in
from visionlab.ui.qimages import to_array


class SourceController(QObject):
    """Turns wishes for a source into `Session.open`.

    Signals
    -------
    refused(sentence)
        A wish could not be fulfilled.
    recipeOpened(path)
        A dropped or chosen file is a recipe.
    """

    refused = Signal(str)
    recipeOpened = Signal(str)

    def __init__(self, window: QWidget, session: Session, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._settings = settings
        self._folder = str(Path.home())

    def open(self, spec: str, playlist: Sequence[str] = ()) -> None:
        """Open anything that `sources.open_source` takes; a folder opens its first picture."""
        path = Path(spec)
        if not is_address(spec) and path.is_dir():
            self._open_folder(path)
            return
        if not playlist and not is_address(spec) and path.is_file():
            playlist = [str(p) for p in pictures_in(path.parent)]
        source = self._session.source
        if source and source.kind == "live" and spec.split("@")[0] == source.spec.split("@")[0]:
            self._session.release()  # a device cannot be opened twice
        self._session.open(spec, lambda: open_source(spec), playlist or (spec,))

    def open_all(self, specs: Sequence[str]) -> None:
        """Open the first of several; previous and next step through them all."""
        if specs:
            self.open(specs[0], specs if len(specs) > 1 else ())

    def open_image(self, image: QImage, title: str) -> None:
        """Open a picture that is not a file."""
        self.open_array(to_array(image), None, title)

    def open_array(self, picture: Image, display: Display | None, title: str) -> None:
        """Open a picture that is in memory, such as a named view."""
        self._session.open(title, lambda: ArraySource(picture, title, display=display), (title,))

    @Slot()
    def choose_files(self) -> None:
        """Ask for pictures or a video."""
        names, _ = QFileDialog.getOpenFileNames(
            self._window,
            self.tr("Open Pictures or Video"),
            self._folder,
            self.tr(
                "Pictures and videos (*.png *.jpg *.jpeg *.webp *.bmp *.tif *.tiff *.gif *.pgm "
                "*.ppm *.avif *.mp4 *.avi *.mov *.mkv *.webm *.m4v *.mpg);;All files (*)"
            ),
        )
        if names:
            self._folder = str(Path(names[0]).parent)
            self.open_all(names)

    @Slot()
    def choose_folder(self) -> None:
        """Ask for a folder of pictures."""
        name = QFileDialog.getExistingDirectory(
            self._window, self.tr("Open Folder of Pictures"), self._folder
        )
        if name:
            self._folder = name
            self._open_folder(Path(name))

    @Slot()
    def ask_address(self) -> None:
        """Ask for the address of a network camera or stream."""
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(self.tr("Open Address"))
        dialog.setLabelText(self.tr("Address of a camera or stream (http://, https:// or rtsp://)"))
        dialog.setTextValue("http://")
        dialog.resize(QSize(480, 0))
        if dialog.exec() and dialog.textValue().strip():
            self.open(dialog.textValue().strip())

    @Slot()
    def paste(self) -> None:
        """Open the picture, or the files, on the clipboard."""
        data = QGuiApplication.clipboard().mimeData()
        if data is None or not self.open_mime(data, self.tr("Pasted picture")):
            self.refused.emit(
                self.tr("The clipboard holds no picture; copy a picture or a picture file first.")
            )

    def can_open(self, data: QMimeData) -> bool:
        """Whether a drop can be taken."""
        return data.hasUrls() or data.hasImage()

    def open_mime(self, data: QMimeData, title: str) -> bool:
        """Open dropped or pasted files, addresses or a picture; say whether there was one."""
        if data.hasUrls():
            specs = [u.toLocalFile() if u.isLocalFile() else u.toString() for u in data.urls()]
            if specs[0].lower().endswith(".json"):
                self.recipeOpened.emit(specs[0])
            else:
                self.open_all(specs)
            return True
        if data.hasImage():
            image = QImage(data.imageData())
            if not image.isNull():
                self.open_image(image, title)
                return True
        return False

    def go(self, by: int) -> None:
        """Open the picture `by` places further in the folder or list."""
        playlist, source = self._session.playlist, self._session.source
        if not source or len(playlist) < 2:
            return
        at = playlist.index(source.spec) if source.spec in playlist else 0
        self.open(playlist[(at + by) % len(playlist)], playlist)

    @Slot()
    def next(self) -> None:
        """Open the next picture."""
        self.go(1)

    @Slot()
    def previous(self) -> None:
        """Open the previous picture."""
        self.go(-1)

    @Slot()
    def remember(self) -> None:
        """Put the present source among the recent ones."""
        source = self._session.source
        if source and source.spec and source.spec != source.title:
            self._settings.remember(source.spec)

    def _open_folder(self, folder: Path) -> None:
        paths = [str(p) for p in pictures_in(folder)]
        if paths:
            self.open(paths[0], paths)
        else:
            self.refused.emit(
                self.tr('The folder "{0}" has no pictures; choose another one.').format(folder.name)
            )
