"""Pictures made from formulas, so that the right answer of an operation is known.

All are uint8. x runs right and y runs down, from 0.
"""

import cv2
import numpy as np

from visionlab.core.image import Image

PAPER = (238, 236, 228)
RED = (214, 60, 54)
GREEN = (52, 158, 92)
BLUE = (46, 102, 192)
YELLOW = (240, 190, 40)
INK = (40, 44, 52)


def gradient(width: int = 512, height: int = 512) -> Image:
    """Return ``(H, W)`` with the value round(255 x / (width - 1)): black left, white right."""
    row = np.round(np.linspace(0, 255, width)).astype(np.uint8)
    return np.tile(row, (height, 1))


def checkerboard(width: int = 512, height: int = 512, square: int = 64) -> Image:
    """Return ``(H, W)``: 0 where x // square + y // square is even, 255 where it is odd."""
    x, y = np.arange(width) // square, np.arange(height)[:, None] // square
    return np.where((x + y) % 2, 255, 0).astype(np.uint8)


def plane_waves(
    width: int = 512,
    height: int = 512,
    waves: tuple[tuple[int, int], ...] = ((8, 0), (0, 20), (36, 36)),
) -> Image:
    """Return ``(H, W)`` with the mean of cosines, 127.5 (1 + mean of cos 2 pi (u x/W + v y/H)).

    Each wave (u, v) has u periods across and v down, so the spectrum has one pair of peaks for
    it, at (u, v) and (-u, -v) from the centre.
    """
    x, y = np.arange(width) / width, np.arange(height)[:, None] / height
    cosines = [np.cos(2 * np.pi * (u * x + v * y)) for u, v in waves]
    picture: Image = np.round(127.5 * (1 + np.mean(cosines, axis=0))).astype(np.uint8)
    return picture


def shapes() -> Image:
    """Return ``(480, 640, 3)``: coloured shapes of known size on a light ground.

    A red disc, centre (130, 130), radius 80; a green ring, centre (320, 130), radii 80 and 50;
    a blue square, x 430..589 and y 50..209; a yellow triangle with the corners (130, 270),
    (50, 420), (210, 420); a dark bar, x 250..409 and y 330..369; and a red ellipse, centre
    (510, 350), half axes 90 and 50, turned by 30 degrees. Edges are not smoothed.
    """
    picture = np.full((480, 640, 3), PAPER, np.uint8)
    cv2.circle(picture, (130, 130), 80, RED, cv2.FILLED)
    cv2.circle(picture, (320, 130), 80, GREEN, cv2.FILLED)
    cv2.circle(picture, (320, 130), 50, PAPER, cv2.FILLED)
    picture[50:210, 430:590] = BLUE
    cv2.fillConvexPoly(picture, np.array([(130, 270), (50, 420), (210, 420)]), YELLOW)
    picture[330:370, 250:410] = INK
    cv2.ellipse(picture, (510, 350), (90, 50), 30, 0, 360, RED, cv2.FILLED)
    return picture


def noise(width: int = 512, height: int = 512, seed: int = 0) -> Image:
    """Return ``(H, W)`` with independent values, each of 0 to 255 equally likely."""
    return np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)
