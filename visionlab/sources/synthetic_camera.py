"""The test camera: a moving scene at a chosen size and rate, for every machine without a camera.

A red ball runs on an ellipse, a blue square turns, a green ring swings and a fan of lines
sweeps before a checkered wall: something to find for edges, Hough, contours and colour masks.
"""

import math
from time import perf_counter, sleep

import cv2
import numpy as np

from visionlab.core.image import Frame, Image, as_image
from visionlab.core.source import Source

SIZE = (1280, 720)
FPS = 30.0

RATES = (5.0, 15.0, 30.0, 60.0, 120.0, 0.0)
"""Frames a second to choose from; 0 is as fast as they are read."""

WALL = ((64, 70, 82), (74, 81, 95))
RED = (226, 68, 58)
BLUE = (56, 122, 214)
GREEN = (66, 178, 112)
YELLOW = (244, 196, 48)
WHITE = (240, 242, 245)

SECONDS_PER_ROUND = 4.0
_FAN = np.arange(-2, 3)
_NOMINAL_FPS = 60.0  # of the unthrottled camera, for the scene's clock


class TestCamera(Source):
    """A live source that draws its frames; frame i always looks the same.

    Parameters
    ----------
    size : (int, int)
        Width and height, from 16.
    fps : float
        Frames a second; 0 delivers as fast as it is read. A paced one leaves out frames when
        it is read too late, as a real camera does.
    """

    __test__ = False  # not a test, whatever its name
    kind = "live"
    count = 0
    mirror = True

    def __init__(self, size: tuple[int, int] = SIZE, fps: float = FPS) -> None:
        self.title = "Test camera"
        self.spec = self.name(size, fps)
        self.size = size
        self.fps = fps
        self._wall = _wall(*size)
        self._start: float | None = None
        self._next = 0

    @staticmethod
    def name(size: tuple[int, int], fps: float) -> str:
        """Return the text that opens a test camera of this size and rate."""
        return f"camera:test:{size[0]}x{size[1]}@{format(fps, 'g') if fps else 'max'}"

    def read(self) -> Frame | None:
        """Wait until the next frame is due, and draw it."""
        now = perf_counter()
        if not self.fps:
            index, time = self._next, now
        else:
            if self._start is None:
                self._start = now
            index = max(self._next, int((now - self._start) * self.fps))
            time = self._start + index / self.fps
            while (left := time - perf_counter()) > 0:
                sleep(left)
        self._next = index + 1
        return Frame(self.draw(index), index=index, name=self.title, time=time)

    def seek(self, index: int) -> None:
        """Do nothing: the present cannot be wound."""

    def draw(self, index: int) -> Image:
        """Return frame `index`, ``(H, W, 3)``; its caption is readable when mirrored, too."""
        picture = self._wall.copy()
        seconds = index / (self.fps or _NOMINAL_FPS)
        _draw_scene(picture, 2 * math.pi * seconds / SECONDS_PER_ROUND)
        if self.mirror:
            cv2.flip(picture, 1, dst=picture)
        _draw_caption(picture, f"{index:06d}   {seconds:7.2f} s")
        return as_image(picture)


def _wall(width: int, height: int) -> Image:
    """Return a checkered wall, lighter towards the upper left."""
    square = max(min(width, height) // 12, 2)
    x, y = np.arange(width) // square, np.arange(height)[:, None] // square
    wall = np.array(WALL, np.float32)[(x + y) % 2]
    light = 1.25 - 0.5 * (np.arange(width) / width + np.arange(height)[:, None] / height) / 2
    lit: Image = np.clip(wall * light[..., None], 0, 255).astype(np.uint8)
    return lit


def ball(width: int, height: int, angle: float) -> tuple[int, int, int]:
    """Return centre x, centre y and radius of the red ball, before mirroring."""
    return (
        round(width * (0.5 + 0.38 * math.cos(angle))),
        round(height * (0.5 + 0.32 * math.sin(angle))),
        max(min(width, height) // 10, 1),
    )


def _draw_scene(picture: Image, angle: float) -> None:
    height, width = picture.shape[:2]
    unit = min(width, height)
    thick = max(unit // 120, 1)
    centre = np.array((width / 2, height / 2))

    foot, turns = (0.82 * width, 0.95 * height), 0.25 * math.sin(angle) - math.pi / 2 + 0.12 * _FAN
    tips = foot + 0.36 * unit * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    fan = np.round(np.stack([np.broadcast_to(foot, tips.shape), tips], axis=1)).astype(np.int32)
    cv2.polylines(picture, list(fan), False, WHITE, thick, cv2.LINE_AA)

    swing = (round(width * (0.22 + 0.06 * math.sin(2 * angle))), round(height * 0.3))
    cv2.circle(picture, swing, unit // 8, GREEN, thick * 3, cv2.LINE_AA)

    corners = [
        centre + unit * 0.17 * np.array((math.cos(a), math.sin(a)))
        for a in (angle / 2 + k * math.pi / 2 for k in range(4))
    ]
    cv2.fillConvexPoly(picture, np.round(corners).astype(np.int32), BLUE, cv2.LINE_AA)
    cv2.circle(picture, (width // 2, height // 2), unit // 16, YELLOW, cv2.FILLED, cv2.LINE_AA)

    x, y, radius = ball(width, height, angle)
    cv2.circle(picture, (x, y), radius, RED, cv2.FILLED, cv2.LINE_AA)


def _draw_caption(picture: Image, text: str) -> None:
    scale = min(picture.shape[:2]) / 720
    at = (round(24 * scale), round(48 * scale))
    cv2.putText(
        picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, scale, WHITE, max(round(2 * scale), 1),
        cv2.LINE_AA,
    )  # fmt: skip
