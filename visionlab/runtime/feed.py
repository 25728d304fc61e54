"""The feed: a thread that owns one source and delivers its frames at the right pace."""

import logging
import threading
from collections.abc import Callable
from time import perf_counter

from PySide6.QtCore import QObject, Signal

from visionlab.core.errors import SourceError, VisionLabError
from visionlab.core.image import Frame
from visionlab.core.source import Source

log = logging.getLogger(__name__)


class Feed(QObject):
    """Opens a source, reads it and hands every frame to `deliver`, all in its own thread.

    Parameters
    ----------
    open_source : callable
        Returns the source or raises VisionLabError; may block, so it runs in the thread.
    deliver : callable
        Takes the feed and a frame; called in the feed's thread.

    Attributes
    ----------
    newest : Frame or None
        The frame that was read last, the first one included.
    epoch : int or None
        The lane's epoch in which the frames are worked on; None: they are only kept.
    position : int
        The page or frame that was read last, or could not be.
    jumped_to : int
        The frame that the last seek led to: those before it are not missing.
    dead : bool
        The source has failed or was stopped, and delivers no more.

    Signals
    -------
    opened(feed)
        The source is open and its first frame was read.
    failed(feed, sentence)
        The source could not be opened, or died, or one of its pages or frames is damaged: then
        it pauses and can go on.
    ended(feed)
        A video has reached its end and does not loop.
    """

    opened = Signal(object)
    failed = Signal(object, str)
    ended = Signal(object)

    def __init__(
        self, open_source: Callable[[], Source], deliver: Callable[["Feed", Frame], None]
    ) -> None:
        super().__init__()
        self.source: Source | None = None
        self.newest: Frame | None = None
        self.epoch: int | None = None
        self.playing = True
        self.frozen = False
        self.loop = True
        self.speed = 1.0
        self.mirror = False
        self.position = 0
        self.jumped_to = 0
        self.dead = False
        self._open_source = open_source
        self._deliver = deliver
        self._wake = threading.Condition()
        self._seek: int | None = None
        self._begun = False  # to play, without a frame so far
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="feed", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self, timeout: float = 3.0) -> bool:
        """Ask the thread to end and wait; a read that blocks is left behind after `timeout`."""
        self.request_stop()
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def request_stop(self) -> None:
        """Ask the thread to end, without waiting."""
        with self._wake:
            self._stopped = True
            self._wake.notify_all()

    def set_playing(self, playing: bool) -> None:
        """Play or pause a video."""
        with self._wake:
            self.playing = self._begun = playing
            self._wake.notify_all()

    def seek(self, index: int) -> None:
        """Show page or frame `index`."""
        with self._wake:
            self._seek = index
            self._wake.notify_all()

    def set_frozen(self, frozen: bool) -> None:
        """Hold the last frame of a live source; the source itself runs on."""
        with self._wake:
            self.frozen = frozen
            self._wake.notify_all()

    def set_speed(self, speed: float) -> None:
        """Play a video at `speed` times its own rate."""
        with self._wake:
            self.speed = speed
            self._wake.notify_all()

    def set_mirror(self, mirror: bool) -> None:
        """Flip the picture left to right, from the next frame on."""
        with self._wake:
            self.mirror = mirror

    def _run(self) -> None:
        try:
            self.source = source = self._open_source()
            try:
                self._play(source)
            finally:
                self.dead = True
                source.close()
        except VisionLabError as error:
            self._fail(str(error))
        except Exception:
            log.exception("a source failed")
            self._fail(
                "The source stopped because of a fault in the program; the log file says more."
            )

    def _fail(self, sentence: str) -> None:
        self.dead = True
        if not self._stopped:
            self.failed.emit(self, sentence)

    def _play(self, source: Source) -> None:
        self.newest = frame = source.read()
        if frame is None or self._stopped:
            return
        self.playing = source.kind == "video"
        self.mirror = source.mirror
        self.opened.emit(self)
        due = perf_counter() + self._duration(source, frame)
        while not self._stopped:
            moved = self._wait(source, due)
            if self._stopped:
                return
            source.mirror = self.mirror
            frame = self._read(source)
            if frame is None:
                continue
            if moved:
                self.jumped_to = frame.index
            if moved or source.kind != "live" or not self.frozen:
                self.newest = frame
                self._deliver(self, frame)
            due = self._next_due(perf_counter() if moved else due, self._duration(source, frame))

    def _read(self, source: Source) -> Frame | None:
        """Return the next frame, the first one after the end of a loop; None: there is none now."""
        try:
            frame = source.read()
        except SourceError as error:
            if source.kind == "live":
                raise
            self.playing = False
            self.position += 1
            self.failed.emit(self, str(error))
            return None
        if frame is None:
            self._at_end(source)
        else:
            self.position, self._begun = frame.index, False
        return frame

    def _wait(self, source: Source, due: float) -> bool:
        """Wait until the next frame is due; apply a seek; say whether there was one."""
        with self._wake:
            if source.kind != "live":
                while not (self._stopped or self._seek is not None):
                    if not self.playing:
                        self._wake.wait()
                    elif (left := due - perf_counter()) > 0:
                        self._wake.wait(left)
                    else:
                        break
            index, self._seek = self._seek, None
        if index is not None:
            source.seek(index)
            self.position = index - 1  # where reading is now
        return index is not None

    def _at_end(self, source: Source) -> None:
        """Begin again where a video loops, or is played from its end; stop otherwise."""
        if not self.playing:
            return
        if source.kind == "video" and (self.loop or self._begun):
            source.seek(0)
        else:
            self.playing = False
            self.ended.emit(self)

    def _duration(self, source: Source, frame: Frame) -> float:
        """Return for how many seconds `frame` is shown before the next one."""
        seconds = frame.duration or (1 / source.fps if source.fps else 0.0)
        return seconds / self.speed

    def _next_due(self, due: float, duration: float) -> float:
        """That much later; from now on where the source has fallen behind by half a second."""
        now = perf_counter()
        return due + duration if now - due - duration < 0.5 else now
