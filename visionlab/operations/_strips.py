"""Pictures in strips, for functions of OpenCV that copy them whole first, or use one thread."""

import atexit
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from queue import SimpleQueue
from threading import Lock, Thread
from typing import NamedTuple

import cv2
import numpy as np

from visionlab.core.image import Image

_LARGE = 64_000_000
_STRIP = 6_000_000
LONGEST = 10  # seconds that the end waits for a thread at work


class Strip(NamedTuple):
    """Some rows of a picture, with those above and below that their answer depends on.

    Attributes
    ----------
    rows : slice
        Of the picture: all rows to work on.
    kept : slice
        Of the answer: those rows that are right.
    place : slice
        Of the picture: where they belong.
    """

    rows: slice
    kept: slice
    place: slice


def strips(image: Image, reach: int) -> list[Strip]:
    """Cut a large picture into strips; one that is not large is a single strip.

    Parameters
    ----------
    image : Image
    reach : int
        How many rows above and below a pixel its answer depends on.
    """
    height = len(image)
    rows = height if image.nbytes < _LARGE else max(_STRIP * height // image.nbytes, 2 * reach)
    return _cut(height, range(0, height, max(rows, 1)), reach)


def _cut(height: int, starts: Sequence[int], reach: int) -> list[Strip]:
    """Return strips that begin at these rows."""
    found = []
    for start, end in pairwise((*starts, height)):
        top, bottom = max(start - reach, 0), min(end + reach, height)
        found.append(Strip(slice(top, bottom), slice(start - top, end - top), slice(start, end)))
    return found


def side_by_side(function: Callable[[Image], Image], image: Image, reach: int, late: int) -> Image:
    """Return what a function makes of a picture, a strip on each thread that OpenCV may use.

    Parameters
    ----------
    function : callable
        Keeps shape and type; OpenCV runs it on one thread, and without Python's lock.
    image : Image
    reach : int
        How many rows above and below a pixel its answer depends on.
    late : int
        Values that the function works on while another thread wakes; by so many the caller's own
        strip is larger.
    """
    height = len(image)
    most = height // (2 * reach + 1)  # else they work twice on much
    threads = min(cv2.getNumThreads(), most, image.size // late - 1)  # each has `late` values
    if threads < 2:
        return function(image)
    made = np.empty(image.shape, image.dtype)
    rows = (height - late * height // image.size) // threads  # of each other thread
    starts = range(height - (threads - 1) * rows, height, rows)
    own, *others = _cut(height, (0, *starts), reach)

    def work(strip: Strip) -> None:
        made[strip.place] = function(image[strip.rows])[strip.kept]

    waiting = [_helpers.start(partial(work, strip)) for strip in others]
    try:
        work(own)
    finally:
        errors = [done.get() for done in waiting]
    for error in filter(None, errors):
        raise error
    return made


class _Helper(Thread):
    """A thread that waits for work; it begins and is done sooner than those of an executor."""

    def __init__(self, idle: "list[_Helper]") -> None:
        super().__init__(name="strip", daemon=True)
        self.jobs: SimpleQueue[tuple[Callable[[], None], SimpleQueue[BaseException | None]] | None]
        self.jobs = SimpleQueue()
        self._idle = idle

    def run(self) -> None:
        while job := self.jobs.get():
            _do(*job)
            del job  # and the pictures with it
            self._idle.append(self)


class _Helpers:
    """Those that wait, the one that was at work last on top, and those that have been started."""

    def __init__(self) -> None:
        self._idle: list[_Helper] = []
        self._started: list[_Helper] = []
        self._starting = Lock()
        self._ended = False
        atexit.register(self._end)

    def start(self, work: Callable[[], None]) -> "SimpleQueue[BaseException | None]":
        """Let one of them work; what is returned will hold None, or what went wrong."""
        done: SimpleQueue[BaseException | None] = SimpleQueue()
        with self._starting:
            if self._ended:
                _do(work, done)
                return done
            (self._idle.pop() if self._idle else self._new()).jobs.put((work, done))
        return done

    def _new(self) -> _Helper:
        helper = _Helper(self._idle)
        helper.start()
        self._started.append(helper)
        return helper

    def _end(self) -> None:
        """Wait for those at work: Python must not end while one is in the middle of OpenCV."""
        with self._starting:
            self._ended = True
        for helper in self._started:
            helper.jobs.put(None)
        for helper in self._started:
            helper.join(LONGEST)


def _do(work: Callable[[], None], done: "SimpleQueue[BaseException | None]") -> None:
    try:
        work()
    except BaseException as error:  # or who waits would wait for ever
        done.put(error)
    else:
        done.put(None)


_helpers = _Helpers()
