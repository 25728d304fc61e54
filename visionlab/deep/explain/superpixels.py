"""Superpixels, and pictures with some of them covered."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from visionlab.core.errors import ModelError
from visionlab.deep.explain.subject import Subject


def superpixels(subject: Subject, count: int, compactness: float) -> NDArray[np.int64]:
    """Return (H, W): the number of the superpixel of each pixel, from 0 without gaps.

    SLIC of scikit-image (Achanta et al., PAMI 2012).

    Parameters
    ----------
    subject : Subject
        Its input is divided.
    count : int
        About how many.
    compactness : float
        High values give squares, low ones follow the colours.

    Raises
    ------
    ModelError
        The picture falls into one part only.
    """
    from skimage.segmentation import slic

    seen = subject.seen
    if seen.ndim == 2:
        seen = np.stack([seen] * 3, axis=2)
    parts = slic(seen, n_segments=count, compactness=compactness, start_label=0, channel_axis=2)
    _, numbers = np.unique(parts, return_inverse=True)
    if numbers.max() == 0:
        raise ModelError("The picture falls into one superpixel only; ask for more of them.")
    return numbers.reshape(parts.shape).astype(np.int64)


def covering(
    subject: Subject, parts: NDArray[np.int64], present: NDArray[np.bool_], empty: Tensor
) -> Callable[[slice], Tensor]:
    """Return what makes the inputs in which superpixels are covered.

    Parameters
    ----------
    subject : Subject
        Its input is covered.
    parts : ndarray
        (H, W) numbers of superpixels.
    present : ndarray
        (N, superpixels): which of them each of N inputs shows.
    empty : Tensor
        (1, C, H, W): what stands where they are not shown.
    """
    where = torch.from_numpy(parts).to(subject.values.device)
    shown = torch.from_numpy(present).to(subject.values.device)

    def make(part: slice) -> Tensor:
        return torch.where(shown[part][:, where][:, None], subject.values, empty)

    return make
