"""What a person can do with the source that is shown: play, freeze, seek, mirror."""

from PySide6.QtCore import QObject, Signal

from visionlab.runtime.feed import Feed


class Playback(QObject):
    """Passes wishes on to the present feed; without one they do nothing.

    Attributes
    ----------
    feed : Feed or None
        Where the frames come from; set by the session.

    Signals
    -------
    asked
        A person wants to see frames that come now: playing, or one sought for.
    changed
        Playing, frozen, speed or mirror is no longer what it was.
    """

    asked = Signal()
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.feed: Feed | None = None

    @property
    def moving(self) -> bool:
        """Whether new frames keep coming by themselves."""
        feed = self.feed
        if feed is None or feed.source is None or feed.dead:
            return False
        if feed.source.kind == "live":
            return not feed.frozen
        return feed.source.kind == "video" and feed.playing

    def play(self, playing: bool) -> None:
        """Play or pause a video."""
        if self.feed:
            if playing:
                self.asked.emit()
            self.feed.set_playing(playing)
            self.changed.emit()

    def set_frozen(self, frozen: bool) -> None:
        """Hold the picture of a live source, or let it go on."""
        if self.feed:
            if not frozen:
                self.asked.emit()
            self.feed.set_frozen(frozen)
            self.changed.emit()

    def hold(self) -> None:
        """Pause a video, freeze a live picture."""
        if self.moving and self.feed and self.feed.source:
            if self.feed.source.kind == "live":
                self.set_frozen(True)
            else:
                self.play(False)

    def set_mirror(self, mirror: bool) -> None:
        """Flip a live picture left to right, or not."""
        if self.feed:
            self.feed.set_mirror(mirror)
            self.changed.emit()

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
            self.asked.emit()
            self.feed.seek(index)

    def step(self, by: int) -> None:
        """Pause and show the page or frame `by` further on."""
        if self.feed:
            self.feed.set_playing(False)
            self.seek(max(0, self.feed.position + by))
            self.changed.emit()
