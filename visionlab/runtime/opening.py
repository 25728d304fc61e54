"""The source that is being opened, while the present one goes on."""

from PySide6.QtCore import QObject, QTimer, Signal

from visionlab.runtime.feed import Feed
from visionlab.runtime.playlist import Playlist
from visionlab.runtime.progress import TELL_S


class Opening(QObject):
    """At most one feed that has delivered nothing so far.

    Attributes
    ----------
    feed : Feed or None
        The feed.
    playlist : Playlist
        What it is one of.

    Signals
    -------
    changed
        `title` may have another value.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.feed: Feed | None = None
        self.playlist = Playlist()
        self._title = ""
        self._unseen = QTimer(self)
        self._unseen.setSingleShot(True)
        self._unseen.setInterval(round(1000 * TELL_S))
        self._unseen.timeout.connect(self.changed)

    @property
    def title(self) -> str:
        """What has been opened for so long that a person should be told; "" for nothing."""
        return self._title if self.feed and not self._unseen.isActive() else ""

    def begin(self, title: str, feed: Feed, playlist: Playlist) -> None:
        """Wait for `feed`, and no longer for another one."""
        self.stop()
        self.feed, self.playlist, self._title = feed, playlist, title
        self._unseen.start()

    def stop(self) -> None:
        """Wait no longer."""
        if self.feed:
            self.feed.request_stop()
        self.end()

    def end(self) -> None:
        """Note that the feed has delivered or failed."""
        self._unseen.stop()
        self.feed = None
        self.changed.emit()
