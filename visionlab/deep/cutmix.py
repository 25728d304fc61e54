"""CutMix: a box of each training picture is taken from another picture, and so is its share of it.

Yun et al.: CutMix: Regularization Strategy to Train Strong Classifiers with Localizable Features,
ICCV 2019.
"""

import math

import torch
from torch import Tensor


def cutmix(x: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor, float]:
    """Paste one box, of even chance in area and place, from other pictures of the batch.

    Parameters
    ----------
    x : Tensor
        (N, C, H, W).
    generator : torch.Generator
        Source of randomness, on the CPU, so that all devices draw alike.

    Returns
    -------
    mixed : Tensor
        As `x`, which stays as it is.
    partner : Tensor
        (N,), int64: the picture that each box was taken from.
    kept : float
        Part of every picture's area that is still its own, 0..1.
    """
    n, _, height, width = x.shape
    partner = torch.randperm(n, generator=generator).to(x.device)
    area, cy, cx = torch.rand(3, generator=generator).tolist()
    half_h, half_w = height * math.sqrt(area) / 2, width * math.sqrt(area) / 2
    top, bottom = _span(cy * height, half_h, height)
    left, right = _span(cx * width, half_w, width)
    mixed = x.clone()
    mixed[:, :, top:bottom, left:right] = x[partner, :, top:bottom, left:right]
    return mixed, partner, 1 - (bottom - top) * (right - left) / (height * width)


def _span(centre: float, half: float, size: int) -> tuple[int, int]:
    return max(0, round(centre - half)), min(size, round(centre + half))
