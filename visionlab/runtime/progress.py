"""What has been at work for so long that a person should be told."""

from dataclasses import dataclass
from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from visionlab.core.pipeline import Step
from visionlab.runtime.lane import Lane
from visionlab.runtime.picture_work import PictureWork
from visionlab.runtime.playback import Playback

TELL_S = 0.1
"""Seconds that a job may take unseen."""

TELL_MOVING_S = 0.4
"""The same for a frame of moving pictures, which show by themselves that work goes on."""

LOOK_MS = 50
"""Milliseconds between two looks at the lane."""


@dataclass(frozen=True)
class Working:
    """A long job: the step in work, its position, and its seconds with one decimal.

    `step` is None while the picture is made ready for the screen.
    """

    index: int
    step: Step | None
    seconds: float


class Progress(QObject):
    """Watches a lane while it works.

    Parameters
    ----------
    lane, work, playback
        The lane, what it does, and what says whether the pictures move.

    Attributes
    ----------
    working : Working or None
        What a person should be told.

    Signals
    -------
    changed
        `working` has another value.
    """

    changed = Signal()

    def __init__(self, lane: Lane, work: PictureWork, playback: Playback) -> None:
        super().__init__()
        self.working: Working | None = None
        self._lane = lane
        self._work = work
        self._playback = playback
        self._current: tuple[int, Step] | None = None
        self._begun = self._looked = self._until = 0.0
        self._over = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        lane.started.connect(self._start, Qt.ConnectionType.QueuedConnection)

    def stop(self) -> None:
        """Look no more: a timer must not outlive its thread's event loop."""
        self._over = True
        self._timer.stop()

    @Slot()
    def _start(self) -> None:
        if not self._over:
            self._timer.start()

    @Slot()
    def look(self) -> None:
        """See how it stands with the lane now."""
        running, moving, now = self._lane.running(), self._playback.moving, perf_counter()
        tell = TELL_MOVING_S if moving else TELL_S
        working = None if running is None else self._look_at_step(now, now - running)
        if running is not None and running >= tell:
            self._until = now + 2 * tell  # jobs that follow at once keep the sign: no flicker
        if now >= self._until or (running is None and not moving):
            self._until = 0.0
            self._set(None)
        elif working and (self.working is None or working.seconds >= tell / 2):
            self._set(working)
        self._looked = now
        if running is None and self.working is None:
            self._timer.stop()

    def _look_at_step(self, now: float, job_began: float) -> Working:
        current = self._work.current
        if current is not self._current:
            self._current, self._begun = current, self._looked
        index, step = current or (0, None)
        return Working(index, step, round(now - max(self._begun, job_began), 1))

    def _set(self, working: Working | None) -> None:
        if working != self.working:
            self.working = working
            self.changed.emit()
