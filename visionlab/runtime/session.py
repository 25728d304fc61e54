"""The session: the only mutable state. Panels read it and ask it for changes.

It joins the feed (where frames come from), the editor (what is done to them) and the picture
lane (where it is done), and tells the window what to show.
"""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal, Slot

from visionlab.core.image import Frame
from visionlab.core.operation import Catalogue
from visionlab.core.source import Source
from visionlab.runtime.editor import Editor
from visionlab.runtime.feed import Feed
from visionlab.runtime.lane import Lane
from visionlab.runtime.picture_work import PictureWork
from visionlab.runtime.playlist import Playlist
from visionlab.runtime.shown import Shown, Wanted
from visionlab.runtime.threads import share_cores


class Session(QObject):
    """Source, pipeline and what is shown of them.

    Signals
    -------
    sourceOpening(title)
        A source is being opened; the last picture stays until it is there.
    sourceChanged
        Another source delivers the frames.
    sourceFailed(sentence)
        A source could not be opened or died; the last picture stays.
    playbackChanged
        Playing, frozen, speed or mirror is no longer what it was.
    shown(Shown)
        A run is ready to be painted.
    """

    sourceOpening = Signal(str)
    sourceChanged = Signal()
    sourceFailed = Signal(str)
    playbackChanged = Signal()
    shown = Signal(object)

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        share_cores()
        self.editor = Editor(catalogue)
        self.work = PictureWork(catalogue)
        self.playlist = Playlist()
        self.feed: Feed | None = None
        self.last: Shown | None = None
        self._opening: Feed | None = None
        self._next_playlist = Playlist()
        self._wanted = Wanted()
        self._frame: Frame | None = None
        self._lane = Lane("picture")
        self._lane.ready.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self.editor.pipelineChanged.connect(self.refresh)

    # Source

    @property
    def source(self) -> Source | None:
        """The source whose frames are shown; only its attributes may be read."""
        return self.feed.source if self.feed else None

    def open(
        self, title: str, open_source: Callable[[], Source], playlist: Playlist | None = None
    ) -> None:
        """Open a source in the background; the present one goes on until it delivers."""
        if self._opening:
            self._opening.request_stop()
        self._next_playlist = playlist or Playlist((title,))
        feed = Feed(open_source, self._on_frame)
        feed.opened.connect(self._on_opened)
        feed.failed.connect(self._on_failed)
        feed.ended.connect(self._on_ended)
        self._opening = feed
        self.sourceOpening.emit(title)
        feed.start()

    @property
    def newest_playlist(self) -> Playlist:
        """The playlist of the source that is being opened, or else of the present one."""
        return self._next_playlist if self._opening else self.playlist

    def close_source(self) -> None:
        """Go back to having no source; the steps stay."""
        for feed in (self._opening, self.feed):
            if feed:
                feed.request_stop()
        self._opening = self.feed = self._frame = self.last = None
        self.playlist = Playlist()
        self._lane.new_epoch()
        self.sourceChanged.emit()

    def release(self) -> None:
        """Stop the present source and give its file or device back; the picture stays."""
        if self.feed:
            self.feed.stop()

    @Slot(object)
    def _on_opened(self, feed: Feed) -> None:
        if feed is not self._opening:
            return
        former, self.feed, self._opening = self.feed, feed, None
        self.playlist = self._next_playlist
        if former:
            former.request_stop()
        self._frame = None
        self._lane.new_epoch()
        self.sourceChanged.emit()
        first, feed.first = feed.first, None
        if first is not None:
            self._on_frame(feed, first)

    @Slot(object, str)
    def _on_failed(self, feed: Feed, sentence: str) -> None:
        if feed is self._opening:
            self._opening = None
            if len(self._next_playlist.specs) > 1:
                self.playlist = self._next_playlist  # previous and next lead past the faulty one
                self.playbackChanged.emit()
        elif feed is self.feed:
            self._on_playback()
        else:
            return
        self.sourceFailed.emit(sentence)

    @Slot(object)
    def _on_ended(self, feed: Feed) -> None:
        if feed is self.feed:
            self._on_playback()

    # Playback

    def play(self, playing: bool) -> None:
        """Play or pause a video."""
        if self.feed:
            self.feed.set_playing(playing)
            self._on_playback()

    def set_frozen(self, frozen: bool) -> None:
        """Hold the picture of a live source, or let it go on."""
        if self.feed:
            self.feed.set_frozen(frozen)
            self._on_playback()

    def _on_playback(self) -> None:
        self.playbackChanged.emit()
        if not self.moving:
            self.refresh()  # what is made for few moving pictures is made for the one that stays

    def set_mirror(self, mirror: bool) -> None:
        """Flip a live picture left to right, or not."""
        if self.feed:
            self.feed.set_mirror(mirror)
            self.playbackChanged.emit()

    def set_loop(self, loop: bool) -> None:
        """Begin a video again at its end, or not."""
        if self.feed:
            self.feed.loop = loop

    def set_speed(self, speed: float) -> None:
        """Play a video at `speed` times its own rate."""
        if self.feed:
            self.feed.set_speed(speed)

    def seek(self, index: int) -> None:
        """Show page or frame `index` of a still or a video."""
        if self.feed:
            self.feed.seek(index)

    def step(self, by: int) -> None:
        """Pause and show the page or frame `by` further on."""
        if self.feed and self._frame:
            self.feed.set_playing(False)
            self.feed.seek(max(0, self._frame.index + by))
            self.playbackChanged.emit()

    # Work

    @property
    def frame(self) -> Frame | None:
        """The newest frame."""
        return self._frame

    def want(self, **changes: object) -> None:
        """Say what the window has open (see `Wanted`)."""
        wanted = replace(self._wanted, **changes)  # type: ignore[arg-type]
        if wanted != self._wanted:
            self._wanted = wanted
            self.refresh()

    @property
    def wanted(self) -> Wanted:
        """What the window has open."""
        return self._wanted

    def _on_frame(self, feed: Feed, frame: Frame) -> None:
        """Take a frame; called in the feed's thread."""
        if feed is self.feed:
            self._frame = frame
            self._submit(frame)
            if feed.source and feed.source.kind == "live" and not feed.source.fps:
                self._lane.wait_for_room(1.0)  # made on demand, not by a clock: drop none
        elif feed is self._opening:
            feed.first = frame

    @Slot()
    def refresh(self) -> None:
        """Run the pipeline again on the newest frame."""
        if self._frame is not None:
            self._submit(self._frame)

    def _submit(self, frame: Frame) -> None:
        self._lane.submit(lambda cancelled: self._work(frame, cancelled))

    def _work(self, frame: Frame, cancelled: Callable[[], bool]) -> Shown:
        """Take the steps as they are by now; in the lane's thread."""
        return self.work.run(frame, self.editor.pipeline, self._wanted, self.moving, cancelled)

    @property
    def moving(self) -> bool:
        """Whether new frames keep coming by themselves."""
        source, feed = self.source, self.feed
        if source is None or feed is None or feed.dead:
            return False
        if source.kind == "live":
            return not feed.frozen
        return source.kind == "video" and feed.playing

    @Slot()
    def _take(self) -> None:
        shown = self._lane.take()
        if isinstance(shown, Shown):
            self.last = shown
            self.shown.emit(shown)

    def idle(self) -> bool:
        """Whether no source is being opened and all work is shown."""
        return self._opening is None and self._lane.idle()

    def close(self) -> bool:
        """Stop all threads; say whether they ended in time."""
        feeds = [feed for feed in (self._opening, self.feed) if feed]
        for feed in feeds:
            feed.request_stop()
        stopped = [self._lane.stop(), *(feed.stop() for feed in feeds)]
        return all(stopped)
