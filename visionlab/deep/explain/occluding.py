"""What occlusion needs: answers with patches on the picture, and a map made of them."""

from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from visionlab.deep.explain.subject import Subject
from visionlab.deep.incremental import CannotTrace, Engine, Plan, occluded_logits, trace

AROUND = 8
"""Pixels around a patch that inpainting looks at."""

Shape = tuple[int, ...]
_PLANS: WeakKeyDictionary[nn.Module, dict[Shape, Plan | str]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Places:
    """Patches on a grid.

    Attributes
    ----------
    rows, cols : ndarray
        Upper and left ends.
    mask : ndarray
        (patch, patch) bool, what a patch covers.
    size : tuple of int
        Height and width of the picture.
    """

    rows: NDArray[np.int64]
    cols: NDArray[np.int64]
    mask: NDArray[np.bool_]
    size: tuple[int, int]

    def spread(self, scores: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return (H, W): for each pixel the mean score (rows, cols) of the patches over it.

        A pixel under no patch takes the score of the nearest.
        """
        total, count = np.zeros(self.size), np.zeros(self.size)
        tall, wide = self.mask.shape
        for row, line in zip(self.rows, scores, strict=True):
            for col, score in zip(self.cols, line, strict=True):
                total[row : row + tall, col : col + wide] += self.mask * score
                count[row : row + tall, col : col + wide] += self.mask
        near = [
            np.abs(np.arange(length)[:, None] - (starts + (side - 1) / 2)).argmin(axis=1)
            for length, starts, side in zip(
                self.size, (self.rows, self.cols), self.mask.shape, strict=True
            )
        ]
        nearest = scores[np.ix_(*near)]
        mean = np.divide(total, count, out=nearest.copy(), where=count > 0)
        return mean.astype(np.float32)


def disc(side: int) -> NDArray[np.bool_]:
    """Return (side, side): the pixels whose centres lie in the inscribed circle."""
    at = np.arange(side) - (side - 1) / 2
    inside: NDArray[np.bool_] = at[:, None] ** 2 + at**2 <= (side / 2) ** 2
    return inside


def answering(
    subject: Subject, mask: NDArray[np.bool_]
) -> tuple[Callable[[NDArray[np.int64], Tensor], Tensor], str]:
    """Return what gives the logits (n, classes) with patches at corners (n, 2), and how it works.

    Only what a patch changes is computed, where the network can be followed.
    """
    tall, wide = mask.shape
    hides = None if mask.all() else torch.from_numpy(mask)
    plan = _plan(subject)
    x = subject.values
    if isinstance(plan, Plan):
        engine = Engine(plan, x)

        def incremental(corners: NDArray[np.int64], fill: Tensor) -> Tensor:
            return engine.logits(torch.from_numpy(corners), (tall, wide), fill, hides)

        return incremental, "only what a patch changes"

    def dense(corners: NDArray[np.int64], fill: Tensor) -> Tensor:
        return occluded_logits(subject.net, x, torch.from_numpy(corners), (tall, wide), fill, hides)

    return dense, f"whole pictures ({plan[0].lower()}{plan[1:].rstrip('.')})"


def _plan(subject: Subject) -> Plan | str:
    """Return the network's plan, or why there is none."""
    known = _PLANS.setdefault(subject.net, {})
    _, channels, height, width = subject.values.shape
    shape = (channels, height, width)
    if shape not in known and not any(True for _ in subject.net.parameters()):
        known[shape] = "Networks from ONNX files cannot be followed inside."
    elif shape not in known:
        try:
            known[shape] = trace(subject.net, shape)
        except CannotTrace as error:
            known[shape] = str(error)
    return known[shape]


def inpainted(subject: Subject, corners: NDArray[np.int64], mask: NDArray[np.bool_]) -> Tensor:
    """Return (n, C, patch, patch): what the surroundings would suggest under each patch.

    Bertalmio, Bertozzi, Sapiro: Navier-Stokes, Fluid Dynamics, and Image and Video Inpainting,
    CVPR 2001.
    """
    seen = subject.seen
    tall, wide = mask.shape
    found = []
    for row, col in corners.tolist():
        top, left = max(0, row - AROUND), max(0, col - AROUND)
        part = np.ascontiguousarray(seen[top : row + tall + AROUND, left : col + wide + AROUND])
        hidden = np.zeros(part.shape[:2], np.uint8)
        place = np.s_[row - top : row - top + tall, col - left : col - left + wide]
        hidden[place] = mask
        found.append(cv2.inpaint(part, hidden, 3, cv2.INPAINT_NS)[place])
    return subject.normalised(np.stack(found))
