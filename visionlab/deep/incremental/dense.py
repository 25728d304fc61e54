"""The plain loop: every picture with its patch is computed as a whole, in batches."""

from collections.abc import Callable

import torch
from torch import Tensor

from visionlab.core.errors import ModelError
from visionlab.deep.incremental.ops import Pair
from visionlab.deep.incremental.patches import Patches

AT_ONCE = 100_000  # pixels in a batch: maps that the cache does not hold are slower


def occluded_logits(
    net: Callable[[Tensor], Tensor],
    x: Tensor,
    corners: Tensor,
    patch: Pair,
    fill: Tensor,
    mask: Tensor | None = None,
    batch: int = 0,
) -> Tensor:
    """Return the logits (N, classes) of the picture with a patch at each position.

    Parameters
    ----------
    net : Module
        Takes (N, C, H, W), in evaluation mode.
    x : Tensor, (1, C, H, W)
        The picture, normalised.
    corners, patch, fill, mask
        As `Patches` has them.
    batch : int
        Pictures at once; 0 takes what fits the cache. Where memory runs out it is halved.

    Raises
    ------
    ParamError
        The patches do not fit the picture.
    ModelError
        The network gives numbers that are not finite.
    """
    patches = Patches.on(x, corners, patch, fill, mask)
    size = batch or max(1, AT_ONCE // (x.shape[2] * x.shape[3]))
    found: list[Tensor] = []
    done = 0
    order = torch.channels_last
    while done < len(corners):
        chosen = range(done, min(done + size, len(corners)))
        try:
            with torch.inference_mode():
                found.append(net(_pictures(x, patches, chosen, order)))
        except RuntimeError as error:
            if "view size" in str(error) and order is torch.channels_last:
                order = torch.contiguous_format  # the network flattens with `view`
            elif out_of_memory(error) and size > 1:
                size //= 2
            else:
                raise
        else:
            done += len(chosen)
    logits = torch.cat(found) if found else x.new_empty(0, 0)
    return finite(logits)


def out_of_memory(error: RuntimeError) -> bool:
    """Return whether memory ran out; the CPU says so only in words."""
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error)


def finite(logits: Tensor) -> Tensor:
    """Return the logits.

    Raises
    ------
    ModelError
        One of them is not a finite number.
    """
    if not torch.isfinite(logits).all():
        raise ModelError("The network gives numbers that are not finite for an occluded picture.")
    return logits


def _pictures(x: Tensor, patches: Patches, chosen: range, order: torch.memory_format) -> Tensor:
    """Return copies of the picture with a patch on each."""
    height, width = x.shape[2:]
    batch = x.repeat(len(chosen), 1, 1, 1).contiguous(memory_format=order)
    for picture, number in zip(batch, chosen, strict=True):
        row, col = (int(value) for value in patches.corners[number])
        top, left = max(0, row), max(0, col)
        bottom, right = min(height, row + patches.size[0]), min(width, col + patches.size[1])
        if top >= bottom or left >= right:
            continue
        under = picture[:, top:bottom, left:right]
        part = (slice(top - row, bottom - row), slice(left - col, right - col))
        if patches.baseline:
            shown = patches.fill[:, top:bottom, left:right]
        else:
            shown = patches.fill[number if len(patches.fill) > 1 else 0]
            shown = shown.expand(-1, *patches.size)[:, part[0], part[1]]
        if patches.mask is not None:
            shown = torch.where(patches.mask[part], shown, under)
        under.copy_(shown.expand_as(under))
    return batch
