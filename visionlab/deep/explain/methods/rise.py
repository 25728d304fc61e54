"""RISE."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray

from visionlab.core.params import Range
from visionlab.deep.explain.baselines import PHRASES, Baseline, baseline
from visionlab.deep.explain.explainer import explainer
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.deep.explain.subject import Subject, Target

if TYPE_CHECKING:
    from torch import Tensor


@explainer("RISE", group="Perturbation")
def rise(
    subject: Subject,
    target: Target,
    *,
    masks: Annotated[int, Range(1, 20000)] = 2000,
    cells: Annotated[int, Range(2, 32)] = 7,
    shown: Annotated[float, Range(0.05, 0.95, step=0.05), "Part shown"] = 0.5,
    against: Annotated[Baseline, "Baseline"] = "mean",
    seed: Annotated[int, Range(0, 9999)] = 0,
) -> Iterator[Heatmap]:
    """The mean score of randomly masked pictures in which a pixel is shown.

    Each mask is a coarse grid of zeros and ones, enlarged smoothly and shifted at random. A
    pixel's value is the mean of the scores, weighted with how much each mask shows of it: divided
    by what the masks did show, and not as in the paper by what they show on average, which takes
    most of the noise away. Needs no look inside the network.

    Parameters
    ----------
    masks
        Random masks; the error falls with the square root of their number.
    cells
        Cells of the grid along each side.
    shown
        Probability that a cell is shown.
    against
        What stands where a mask is 0.
    seed
        The same seed gives the same masks.

    References
    ----------
    Petsiuk, Das, Saenko: RISE: Randomized Input Sampling for Explanation of Black-box Models,
    BMVC 2018.
    """
    import torch

    from visionlab.deep.explain.asking import scores_in_batches

    values, empty = subject.values, baseline(subject, against)
    draw = np.random.default_rng(seed)
    grids = draw.random((masks, cells, cells)) < shown
    shifts = draw.random((masks, 2))

    def enlarged(part: slice) -> "Tensor":
        smooth = _masks(grids[part], shifts[part], subject.size)
        return torch.from_numpy(smooth)[:, None].to(values)

    def make(part: slice) -> "Tensor":
        return empty + enlarged(part) * (values - empty)

    meaning = (
        f"The lighter a pixel, the higher {subject.phrase(target)} of randomly masked pictures "
        f"that show it rather than {PHRASES[against]}."
    )
    total = torch.zeros(subject.size, dtype=torch.float64)
    weight, found = torch.zeros_like(total), 0.0
    for part, answers in scores_in_batches(subject, target, masks, make):
        smooth = enlarged(part)[:, 0].cpu().double()
        total += torch.einsum("n,nhw->hw", torch.from_numpy(answers).double(), smooth)
        weight += smooth.sum(0)
        found += float(answers.sum())
        # A pixel that no mask has shown yet is worth what all of them are on average.
        mean = torch.where(weight > 0, total / weight, found / part.stop).float().numpy()
        yield Heatmap(mean, meaning, progress=part.stop / masks, exact=False)


def _masks(
    grids: NDArray[np.bool_], shifts: NDArray[np.float64], size: tuple[int, int]
) -> NDArray[np.float32]:
    """Return (N, H, W) in 0..1: grids enlarged bilinearly by one cell more, and cut at a shift."""
    import cv2

    height, width = size
    cells = grids.shape[1]
    tall, wide = -(-height // cells), -(-width // cells)  # pixels of a cell, rounded up
    found = np.empty((len(grids), height, width), np.float32)
    for mask, grid, shift in zip(found, grids, shifts, strict=True):
        whole = ((cells + 1) * wide, (cells + 1) * tall)
        large = cv2.resize(grid.astype(np.float32), whole, interpolation=cv2.INTER_LINEAR)
        top, left = int(shift[0] * tall), int(shift[1] * wide)
        mask[:] = large[top : top + height, left : left + width]
    return found
