"""What every data set is once it is read: pictures of one size, their classes, the names."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Dataset:
    """Labelled pictures in memory.

    Attributes
    ----------
    images : Tensor
        (N, C, H, W), uint8; C is 1 (grey) or 3 (RGB).
    targets : Tensor
        (N,), int64, indices into `labels`.
    labels : tuple of str
        The classes' names.
    """

    images: Tensor
    targets: Tensor
    labels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.images)

    def sample(self, n: int, seed: int = 0) -> "Dataset":
        """Return `n` pictures drawn at random without repetition; all where there are fewer."""
        order = torch.randperm(len(self), generator=torch.Generator().manual_seed(seed))[:n]
        return Dataset(self.images[order], self.targets[order], self.labels)
