"""What the class activation maps share."""

from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from visionlab.core.errors import ModelError
from visionlab.deep.explain.asking import score_of
from visionlab.deep.explain.layers import chosen, feature_maps, hooked
from visionlab.deep.explain.subject import Subject, Target
from visionlab.deep.traced import slopes


def maps_and_gradients(subject: Subject, target: Target, layer: str) -> tuple[str, Tensor, Tensor]:
    """Return the layer's name, its maps and the score's gradients by them, both (C, h, w).

    The way back ends at the layer: less work than a full forward and backward pass.
    """
    name = chosen(subject.net, subject.values, layer)
    score = partial(score_of, subject, target)
    with torch.inference_mode(False), torch.enable_grad():
        known = subject.traced.back(subject.values, score, name) if subject.traced else None
        if known is None:
            maps, logits = _asked(subject, name)
            known = slopes(maps, score(logits))
    return name, known.begun[0], known.gradient[0]


def _asked(subject: Subject, name: str) -> tuple[Tensor, Tensor]:
    """Return the layer's maps (1, C, h, w), of which gradients can be had, and the logits."""
    found: list[Tensor] = []

    def begin(_: Any, __: Any, made: Any) -> Tensor:
        maps = feature_maps(made, name).detach().requires_grad_()
        found[:] = [maps]
        return maps.clone()  # what follows may work in place

    with hooked([subject.net.get_submodule(name)], begin):
        logits = subject.net(subject.values.clone())
    if not found:
        raise ModelError(f'The layer "{name}" is not used for pictures.')
    return found[0], logits


@torch.inference_mode()
def maps_of(subject: Subject, layer: str) -> tuple[str, Tensor]:
    """Return the layer's name and its maps (C, h, w)."""
    name = chosen(subject.net, subject.values, layer)
    found: list[Tensor] = []

    def keep(_: Any, __: Any, made: Any) -> None:
        found[:] = [feature_maps(made, name).clone()]

    with hooked([subject.net.get_submodule(name)], keep):
        subject.net(subject.values)
    if not found:
        raise ModelError(f'The layer "{name}" is not used for pictures.')
    return name, found[0][0]


def enlarged(maps: Tensor, size: tuple[int, int]) -> Tensor:
    """Return (C, H, W): each of (C, h, w) brought to `size` bilinearly."""
    return functional.interpolate(maps[None], size, mode="bilinear", align_corners=False)[0]


def weighted(
    weights: Tensor, maps: Tensor, size: tuple[int, int], positive: bool
) -> NDArray[np.float32]:
    """Return (H, W): the sum of the maps (C, h, w), each times its weight, brought to `size`.

    With `positive`, what is below 0 is cut off first.
    """
    total = torch.einsum("c,chw->hw", weights, maps)
    total = total.relu() if positive else total
    return enlarged(total[None], size)[0].cpu().numpy()
