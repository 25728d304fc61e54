"""How good a classifier is: accuracy, confusion, and whether 80 % means 80 %.

Calibration: Guo, Pleiss, Sun, Weinberger: On Calibration of Modern Neural Networks, ICML 2017.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from visionlab.core.errors import Cancelled
from visionlab.core.image import as_image
from visionlab.deep.data.dataset import Dataset
from visionlab.deep.model import Classifier
from visionlab.deep.prediction import softmax
from visionlab.deep.preprocess import normalised, prepare

BINS = 15
BATCH = 250


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What was measured.

    Attributes
    ----------
    labels : tuple of str
        The classes.
    pictures : int
        How many were classified.
    top1, top5 : float
        Part of them, 0..1, whose class was the first, or among the first five.
    per_class : ndarray
        (classes,) top-1 of each class's own pictures; NaN where there are none.
    confusion : ndarray
        (classes, classes) int64: row the true class, column the answer.
    calibration_error : float
        Mean of abs(accuracy - confidence) over bins, weighted by their pictures, 0..1.
    reliability : ndarray
        (15, 3): of each bin of the confidence, its mean confidence, its accuracy (NaN where it
        is empty) and its number of pictures.
    """

    labels: tuple[str, ...]
    pictures: int
    top1: float
    top5: float
    per_class: NDArray[np.float64]
    confusion: NDArray[np.int64]
    calibration_error: float
    reliability: NDArray[np.float64]


def logits_of(
    classifier: Classifier,
    data: Dataset,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> NDArray[np.float32]:
    """Return the logits (N, classes) of all pictures.

    Parameters
    ----------
    classifier : Classifier
    data : Dataset
        Pictures of any one size.
    progress : callable, optional
        Takes the number of pictures done and their total, after every batch.
    cancelled : callable, optional
        Says whether to stop.

    Raises
    ------
    Cancelled
        `cancelled` returned true.
    ModelError
        The network's answer does not fit its labels.
    """
    parts = []
    for start in range(0, len(data), BATCH):
        if cancelled is not None and cancelled():
            raise Cancelled
        values = _normalised(data.images[start : start + BATCH], classifier)
        parts.append(classifier.logits(values).numpy())
        if progress is not None:
            progress(min(start + BATCH, len(data)), len(data))
    return np.concatenate(parts) if parts else np.empty((0, len(data.labels)), np.float32)


def evaluation(
    logits: NDArray[np.float32],
    targets: NDArray[np.int64],
    labels: tuple[str, ...],
    temperature: float = 1.0,
) -> Evaluation:
    """Compare logits (N, classes) with the true classes (N,).

    Raises
    ------
    ValueError
        There is no picture.
    """
    if not len(targets):
        raise ValueError("there is no picture to evaluate")
    classes = len(labels)
    answers = logits.argmax(axis=1)
    confusion = np.zeros((classes, classes), np.int64)
    np.add.at(confusion, (targets, answers), 1)
    count = confusion.sum(axis=1)
    with np.errstate(invalid="ignore"):
        per_class = np.diagonal(confusion) / count
    k = min(5, classes)
    best = np.argpartition(-logits, k - 1, axis=1)[:, :k]
    reliability = _reliability(softmax(logits, temperature).max(axis=1), answers == targets)
    filled = reliability[reliability[:, 2] > 0]
    error = float((np.abs(filled[:, 0] - filled[:, 1]) * filled[:, 2]).sum() / len(targets))
    return Evaluation(
        labels,
        len(targets),
        float((answers == targets).mean()),
        float((best == targets[:, None]).any(axis=1).mean()),
        per_class,
        confusion,
        error,
        reliability,
    )


def fit_temperature(logits: NDArray[np.float32], targets: NDArray[np.int64]) -> float:
    """Return the temperature at which the true classes are the most probable.

    The negative log-likelihood has one minimum in 1 / temperature, found by golden section.
    """
    scores, classes = torch.from_numpy(logits).double(), torch.from_numpy(targets)

    def loss(inverse: float) -> float:
        return float(torch.nn.functional.cross_entropy(scores * inverse, classes))

    low, high = 0.01, 100.0
    ratio = (5**0.5 - 1) / 2
    while high / low > 1.0001:
        span = np.log(high / low)
        left, right = high / np.exp(ratio * span), low * np.exp(ratio * span)
        if loss(left) < loss(right):
            high = right
        else:
            low = left
    return float(1 / np.sqrt(low * high))


def _reliability(confidence: NDArray[np.float32], right: NDArray[np.bool_]) -> NDArray[np.float64]:
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    count = np.bincount(bins, minlength=BINS)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(bins, confidence, BINS) / count
        accuracy = np.bincount(bins, right, BINS) / count
    return np.stack([mean, accuracy, count], axis=1)


def _normalised(images: Tensor, classifier: Classifier) -> Tensor:
    """Return (N, C, size, size) float32; pictures of the right size go in together."""
    how = classifier.card.preprocess
    if images.shape[1:] == (how.channels, how.size, how.size):
        mean = torch.tensor(how.mean).view(1, -1, 1, 1)
        std = torch.tensor(how.std).view(1, -1, 1, 1)
        values = images.float().div_(255).sub_(mean).div_(std)
        return values.contiguous(memory_format=torch.channels_last)
    arrays = images.permute(0, 2, 3, 1).numpy()
    if arrays.shape[3] == 1:
        arrays = arrays[..., 0]
    seen = [prepare(as_image(np.ascontiguousarray(a)), how).seen for a in arrays]
    return torch.cat([normalised(picture, how) for picture in seen])
