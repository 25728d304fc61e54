"""Commands that bring pictures in: files, folders, drops, the clipboard, samples, cameras."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QSize, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from visionlab.core.errors import SourceError
from visionlab.core.image import Display, Image
from visionlab.core.source import Source
from visionlab.runtime.feed import Feed
from visionlab.runtime.playlist import Playlist
from visionlab.runtime.session import Session
from visionlab.runtime.settings import Settings
from visionlab.sources import (
    ArraySource,
    device_of,
    is_address,
    is_folder,
    open_source,
    pictures_in,
    suffixes,
    without_password,
)
from visionlab.ui.qimages import to_alpha, to_array


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
        self._stepping = False

    @Slot(str)
    def open(self, spec: str) -> None:
        """Open anything that `sources.open_source` takes; a folder opens its first picture."""
        if is_address(spec) or not spec.strip():
            self._start(Playlist((spec,)))
        elif is_folder(Path(spec)):
            self._open_folder(Path(spec).absolute())
        else:
            self._start(_beside(Path(spec).absolute()))

    def open_all(self, specs: Sequence[str]) -> None:
        """Open the first of several; previous and next step through them all."""
        if len(specs) == 1:
            self.open(specs[0])
        elif specs:
            self._start(Playlist(tuple(specs)))

    def _start(self, playlist: Playlist, *, stepping: bool = False) -> None:
        self._stepping = stepping
        spec, feed = playlist.spec, self._session.feed
        device = device_of(spec)
        same = device and feed and feed.source and device == device_of(feed.source.spec)
        former = feed if same else None  # a device cannot be opened twice
        self._session.open(without_password(spec), lambda: _open(spec, former), playlist)

    def open_image(self, image: QImage, title: str) -> None:
        """Open a picture that is not a file."""
        picture, alpha = to_array(image), to_alpha(image)
        self._session.open(title, lambda: ArraySource(picture, title, alpha=alpha))

    def open_array(self, picture: Image, display: Display | None, title: str) -> None:
        """Open a picture that is in memory, such as a named view."""
        self._session.open(title, lambda: ArraySource(picture, title, display=display))

    @Slot()
    def choose_files(self) -> None:
        """Ask for pictures or a video."""
        names, _ = QFileDialog.getOpenFileNames(
            self._window,
            self.tr("Open Pictures or Video"),
            self._folder,
            self.tr("Pictures and videos ({0});;All files (*)").format(
                " ".join(f"*{suffix}" for suffix in suffixes())
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
        dialog.deleteLater()

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
        files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        addresses = [url.toString() for url in data.urls() if not url.isLocalFile()]
        image = QImage(data.imageData()) if data.hasImage() else QImage()
        if files and files[0].lower().endswith(".json"):
            self.recipeOpened.emit(files[0])
        elif files:
            self.open_all(files)
        elif not image.isNull():  # browsers add the address of a picture to the picture itself
            self.open_image(image, title)
        elif addresses:
            self.open_all(addresses)
        else:
            return False
        return True

    @Slot(int)
    def go(self, by: int) -> None:
        """Open the picture `by` places further in the folder or list."""
        playlist = self._session.newest_playlist
        if len(playlist.specs) > 1:
            self._start(playlist.moved(by), stepping=True)

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
        """Put the present source among the recent ones; one stepped to replaces the one left."""
        source, recent = self._session.source, self._settings.recent
        if source and source.spec:
            left = self._stepping and recent and recent[0] in self._session.playlist.specs
            self._settings.remember(source.spec, instead=bool(left))

    def _open_folder(self, folder: Path) -> None:
        try:
            paths = tuple(str(p) for p in pictures_in(folder))
        except SourceError as error:
            self.refused.emit(str(error))
            return
        if paths:
            self._start(Playlist(paths))
        else:
            self.refused.emit(
                self.tr('The folder "{0}" has no pictures; choose another one.').format(folder.name)
            )


def _beside(path: Path) -> Playlist:
    """Return a file among the pictures of its folder; alone where it is none of them."""
    alone = Playlist((str(path),))
    try:
        paths = pictures_in(path.parent) if path.is_file() else []
    except (OSError, ValueError, SourceError):  # opening it says what is wrong
        return alone
    return Playlist(tuple(map(str, paths)), paths.index(path)) if path in paths else alone


def _open(spec: str, former: Feed | None) -> Source:
    """Open a source once `former` has given the same device back; in the new feed's thread."""
    if former is None:
        return open_source(spec)
    former.stop()
    source = open_source(spec)
    source.mirror = former.mirror
    return source
