"""The digits that come with scikit-learn: 1,797 pictures of 8x8, always there.

Alpaydin, Kaynak: Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998.
"""

from typing import Literal

import numpy as np
import torch

from visionlab.deep.data.dataset import Dataset
from visionlab.deep.data.idx import DIGITS

TRAIN = 1437
"""Four fifths, in the file's order: neighbours may be of one writer, who belongs to one split."""


def read_split(split: Literal["train", "test"]) -> Dataset:
    """Return the first 1,437 or the last 360 pictures, their 17 levels spread over 0..255."""
    # Its import takes a second, which only those who ask for these digits wait.
    from sklearn.datasets import load_digits  # type: ignore[import-untyped]

    found = load_digits()
    images = np.rint(found.images * (255 / 16)).astype(np.uint8)
    part = slice(None, TRAIN) if split == "train" else slice(TRAIN, None)
    return Dataset(
        torch.from_numpy(images[part])[:, None],
        torch.from_numpy(found.target[part].astype(np.int64)),
        DIGITS,
    )
