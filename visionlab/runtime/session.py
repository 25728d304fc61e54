"""The session: the only mutable state. Panels read it and ask it for changes.

It joins the feed (where frames come from), the editor (what is done to them) and the picture
lane (where it is done), and tells the window what to show.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from time import perf_counter

from PySide6.QtCore import QObject, Qt, Signal, Slot

from visionlab.core.image import Frame
from visionlab.core.operation import Catalogue
from visionlab.core.source import Source
from visionlab.runtime.classifying import Classifying
from visionlab.runtime.editor import Editor
from visionlab.runtime.feed import Feed
from visionlab.runtime.garbage import Garbage
from visionlab.runtime.lane import Lane
from visionlab.runtime.loading import find_devices, give_threads, load_classifier
from visionlab.runtime.opening import Opening
from visionlab.runtime.picture_work import PictureWork
from visionlab.runtime.playback import Playback
from visionlab.runtime.playlist import Playlist
from visionlab.runtime.progress import Progress, Working
from visionlab.runtime.shown import Shown, Wanted
from visionlab.runtime.threads import share_cores


class Session(QObject):
    """Source, pipeline and what is shown of them.

    Signals
    -------
    sourceOpening(title)
        A source is being opened; the last picture stays until it is there.
    openingStopped(title)
        A person no longer waits for a source that was being opened.
    sourceChanged
        Another source delivers the frames.
    sourceFailed(sentence)
        A source could not be opened or failed; the last picture stays.
    playbackChanged
        Playing, frozen, speed or mirror is no longer what it was.
    workChanged
        `working`, `opening` or `stopped` is no longer what it was.
    shown(Shown)
        A run is ready to be painted.
    released
        The pixels of the result shown are let go, since the next one needs the memory.
    """

    sourceOpening = Signal(str)
    openingStopped = Signal(str)
    sourceChanged = Signal()
    sourceFailed = Signal(str)
    playbackChanged = Signal()
    workChanged = Signal()
    shown = Signal(object)
    released = Signal()
    _releasing = Signal(object)

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        share_cores()
        self._garbage = Garbage(self)
        self.editor = Editor(catalogue)
        self.work = PictureWork(catalogue, self._releasing.emit)
        self.playback = Playback()
        self.playlist = Playlist()
        self._lane = Lane("picture")
        self.network = Classifying(load_classifier, find_devices, give_threads, self._beside)
        self.last: Shown | None = None
        self._pictures = 0
        self._opening = Opening()
        self._opening.changed.connect(self.workChanged)
        self._wanted = Wanted()
        self._lane.ready.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._progress = Progress(self._lane, self.work, self.playback)
        self._progress.changed.connect(self.workChanged)
        self.playback.asked.connect(self._resume)
        self.playback.changed.connect(self._on_playback)
        self.editor.pipelineChanged.connect(self.refresh)
        self._releasing.connect(self._release, Qt.ConnectionType.QueuedConnection)

    # Source

    @property
    def feed(self) -> Feed | None:
        """Where the frames come from."""
        return self.playback.feed

    @property
    def source(self) -> Source | None:
        """The source whose frames are shown; only its attributes may be read."""
        return self.feed.source if self.feed else None

    @property
    def frame(self) -> Frame | None:
        """The newest frame."""
        return self.feed.newest if self.feed else None

    @property
    def moving(self) -> bool:
        """Whether new frames keep coming by themselves."""
        return self.playback.moving

    def open(
        self, title: str, open_source: Callable[[], Source], playlist: Playlist | None = None
    ) -> None:
        """Open a source in the background; the present one goes on until it delivers."""
        feed = Feed(open_source, self._on_frame)
        feed.opened.connect(self._on_opened)
        feed.failed.connect(self._on_failed)
        feed.ended.connect(self._on_ended)
        self._opening.begin(title, feed, playlist or Playlist((title,)))
        self.sourceOpening.emit(title)
        feed.start()

    @property
    def opening(self) -> str:
        """What has been opened for so long that a person should be told; "" for nothing."""
        return self._opening.title

    @property
    def newest_playlist(self) -> Playlist:
        """The playlist of the source that is being opened, or else of the present one."""
        return self._opening.playlist if self._opening.feed else self.playlist

    def close_source(self) -> None:
        """Go back to having no source; the steps stay."""
        self._opening.stop()
        if self.feed:
            self.feed.request_stop()
        self.playback.feed = self.last = None
        self.playlist = Playlist()
        self._lane.submit(self._forget, self._lane.new_epoch())
        self.sourceChanged.emit()
        self._progress.look()

    @Slot(object)
    def _on_opened(self, feed: Feed) -> None:
        if feed is not self._opening.feed:
            return
        self._opening.end()
        former, self.playback.feed = self.feed, feed
        self.playlist = self._opening.playlist
        if former:
            former.request_stop()
        feed.epoch = self._lane.new_epoch()
        self.sourceChanged.emit()
        self._submit(feed)

    @Slot(object, str)
    def _on_failed(self, feed: Feed, sentence: str) -> None:
        if feed is self._opening.feed:
            self._opening.end()
            if len(self._opening.playlist.specs) > 1:
                self.playlist = self._opening.playlist  # previous and next lead past the faulty one
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

    @Slot()
    def _on_playback(self) -> None:
        self.playbackChanged.emit()
        if self.feed and not self.moving:
            self._submit(self.feed)  # what few moving pictures have is made for the one that stays

    # Work: a feed without an epoch is not worked on

    def want(self, **changes: object) -> None:
        """Say what the window has open (see `Wanted`)."""
        wanted = replace(self._wanted, **changes)  # type: ignore[arg-type]
        if wanted != self._wanted:
            self._wanted = wanted
            if self.feed:
                self._submit(self.feed)

    @property
    def wanted(self) -> Wanted:
        """What the window has open."""
        return self._wanted

    @property
    def working(self) -> Working | None:
        """What has been at work for so long that a person should be told."""
        return self._progress.working

    @property
    def stopped(self) -> bool:
        """Whether the work was stopped and has not been asked for again."""
        return self.feed is not None and self.feed.epoch is None

    @Slot()
    def refresh(self) -> None:
        """Run the pipeline on the newest frame, again where the work was stopped."""
        self._resume()
        if self.feed:
            self._submit(self.feed)

    @Slot()
    def stop_work(self) -> None:
        """Stop opening, or else after the step in work; the picture stays until asked again."""
        if title := self.opening:
            self._opening.stop()
            self.openingStopped.emit(title)
        elif self.feed and not self.stopped:
            self.feed.epoch = None
            self._lane.new_epoch()
            self.playback.hold()
            self._progress.look()
            self.workChanged.emit()

    @Slot()
    def _resume(self) -> None:
        if self.feed and self.stopped:
            self.feed.epoch = self._lane.new_epoch()
            self.workChanged.emit()

    def _on_frame(self, feed: Feed, frame: Frame) -> None:
        """Take a frame; called in the feed's thread."""
        self._submit(feed, frame)
        if feed.source and feed.source.kind == "live" and not feed.source.fps:
            self._lane.wait_for_room(1.0)  # made on demand, not by a clock: drop none

    def _submit(self, feed: Feed, frame: Frame | None = None) -> None:
        """Have `frame` worked on, or the one that is the newest by then, in the feed's epoch."""
        epoch = feed.epoch
        if epoch is not None:
            self._lane.submit(partial(self._work, feed, frame), epoch)

    def _work(self, feed: Feed, frame: Frame | None, cancelled: Callable[[], bool]) -> Shown:
        """Take the steps as they are by now; in the lane's thread."""
        frame = frame or feed.newest
        assert frame is not None  # an open feed has read one
        return self.work.run(frame, self.editor.pipeline, self._wanted, self.moving, cancelled)

    def _forget(self, cancelled: Callable[[], bool]) -> None:  # noqa: ARG002
        self.work.forget()

    @Slot()
    def _take(self) -> None:
        shown = self._lane.take()
        if isinstance(shown, Shown):
            self._pictures += 1
            self.last = shown
            self.shown.emit(shown)

    def _beside(self) -> tuple[float, int]:
        """Return for how long the picture lane has worked, and how many pictures were shown."""
        return self._lane.worked(), self._pictures

    @Slot(object)
    def _release(self, shown: Shown) -> None:
        if shown is self.last:
            self.last = replace(shown, result=shown.result.without_pixels())
            self.network.let_go(self.last)
            self.released.emit()

    def idle(self) -> bool:
        """Whether no source is being opened and all work is shown."""
        return self._opening.feed is None and self._lane.idle()

    def request_close(self) -> None:
        """Ask all threads to end, without waiting."""
        self._progress.stop()
        for thread in self._threads():
            thread.request_stop()

    def close(self, timeout: float = 3.0) -> bool:
        """Stop all threads; say whether they ended within `timeout` seconds."""
        self.request_close()
        end = perf_counter() + timeout
        alive = [t for t in self._threads() if not t.stop(max(0.0, end - perf_counter()))]
        self._garbage.stop()
        return not alive

    def _threads(self) -> list[Lane | Feed | Classifying]:
        return [self._lane, self.network, *self._feeds()]

    def _feeds(self) -> list[Feed]:
        return [feed for feed in (self._opening.feed, self.feed) if feed]
