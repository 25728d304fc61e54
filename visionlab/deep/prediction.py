"""What a classifier says about a picture. Needs no PyTorch."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visionlab.core.image import Image
from visionlab.deep.traced import Traced


@dataclass(frozen=True)
class Ranked:
    """One class of a prediction."""

    index: int
    label: str
    probability: float


@dataclass(frozen=True, eq=False)
class Prediction:
    """Probabilities of all classes for one picture.

    Attributes
    ----------
    model_id : str
        The card's.
    labels : tuple of str
        The classes' names.
    logits : ndarray
        (classes,) float32, before temperature and softmax.
    probabilities : ndarray
        (classes,) float32, sum 1.
    seen : Image
        What the network saw, (size, size) or (size, size, 3) uint8, before normalisation.
    values : ndarray
        What went in, (C, size, size) float32, normalised.
    box : tuple of float
        The part of the picture that `seen` shows: x, y, width, height in its pixels.
    inverted : bool
        Whether dark and light were exchanged for the network.
    seconds : float
        From the picture to the probabilities.
    traced : Traced or None
        How the logits came about, where that was asked for.
    """

    model_id: str
    labels: tuple[str, ...]
    logits: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    seen: Image
    values: NDArray[np.float32]
    box: tuple[float, float, float, float]
    inverted: bool
    seconds: float
    traced: Traced | None = None

    def top(self, k: int = 5) -> tuple[Ranked, ...]:
        """Return the `k` most probable classes, the most probable first."""
        return ranked(self.probabilities, self.labels, k)


def ranked(
    probabilities: NDArray[np.float32], labels: tuple[str, ...], k: int
) -> tuple[Ranked, ...]:
    """Return the `k` most probable classes, the most probable first, ties by index."""
    order = np.argsort(-probabilities, kind="stable")[:k]
    return tuple(Ranked(int(i), labels[i], float(probabilities[i])) for i in order)


def softmax(logits: NDArray[np.float32], temperature: float = 1.0) -> NDArray[np.float32]:
    """Return exp(logits / temperature), divided by its sum along the last axis."""
    scaled = (logits - logits.max(axis=-1, keepdims=True)) / np.float32(temperature)
    powers = np.exp(scaled)
    return powers / powers.sum(axis=-1, keepdims=True)  # type: ignore[no-any-return]
