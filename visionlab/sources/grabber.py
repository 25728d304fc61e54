"""Read a device or stream in a thread of its own, so that a dead one never holds its caller."""

import logging
import threading
from collections.abc import Callable
from time import perf_counter

import cv2

from visionlab.core.image import Image

log = logging.getLogger(__name__)

Grabbed = tuple[Image, int, float]


class Grabber:
    """Keeps a capture running, and decodes the newest frame whenever one is asked for.

    Frames that nobody asks for are taken off the device and forgotten, so that a slow reader
    gets the present and not the past; the numbers of the frames show what was left out.

    Parameters
    ----------
    open_capture : callable
        Returns the capture; called in the thread, may block.
    patience : float
        Seconds to wait for the opening, and for each frame.

    Attributes
    ----------
    width, height, fps
        What the device chose, once it is open.
    frames : int
        How many there are in all; 0 where there is no end, as it should be.
    """

    def __init__(self, open_capture: Callable[[], cv2.VideoCapture], patience: float) -> None:
        self._open_capture = open_capture
        self._patience = patience
        self._news = threading.Condition()
        self._opened = False
        self._ended = False
        self._wanted = False
        self._newest: Grabbed | None = None
        self.width = self.height = 0
        self.fps = 0.0
        self.frames = 0
        self._thread = threading.Thread(target=self._run, name="grabber", daemon=True)
        self._thread.start()

    def wait_until_open(self) -> bool:
        """Return whether the capture opened in time."""
        with self._news:
            self._news.wait_for(lambda: self._opened or self._ended, self._patience)
            return self._opened

    def read(self) -> Grabbed | None:
        """Return the next frame as BGR, its number and when it came; None if none comes."""
        with self._news:
            self._newest = None
            self._wanted = True
            self._news.wait_for(lambda: self._newest or self._ended, self._patience)
            return self._newest

    def close(self) -> None:
        """Stop; the device is free when this returns, unless its driver hangs."""
        with self._news:
            self._ended = True
            self._news.notify_all()
        self._thread.join(1.0)

    def _run(self) -> None:
        capture = None
        try:
            capture = self._open_capture()
            self._grab_all(capture)
        except Exception:
            log.exception("a camera or stream failed")  # the reader learns from `_ended`
        finally:
            if capture is not None:
                capture.release()
            with self._news:
                self._ended = True
                self._news.notify_all()

    def _grab_all(self, capture: cv2.VideoCapture) -> None:
        if not capture.isOpened():
            return
        with self._news:
            self.width = int(capture.get(cv2.CAP_PROP_FRAME_WIDTH))
            self.height = int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
            self.fps = float(capture.get(cv2.CAP_PROP_FPS))
            self.frames = max(int(capture.get(cv2.CAP_PROP_FRAME_COUNT)), 0)
            self._opened = True
            self._news.notify_all()
        number = -1
        while not self._ended and capture.grab():
            now = perf_counter()
            number += 1
            if not self._wanted:
                continue
            ok, picture = capture.retrieve()
            if ok:
                with self._news:
                    self._newest = picture, number, now
                    self._wanted = False
                    self._news.notify_all()
