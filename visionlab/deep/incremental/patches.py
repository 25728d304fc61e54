"""Where patches lie on a picture, and what lies under them instead."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from visionlab.core.errors import ParamError
from visionlab.deep.incremental.ops import Pair
from visionlab.deep.incremental.plan import Ints


def grid(height: int, width: int, patch: int | Pair, stride: int) -> Tensor:
    """Return the upper left places of patches that cover a picture, int64 (N, 2), row by row.

    Where the stride does not end at the border, one more row and column of patches does. A patch
    larger than the picture lies once, at its upper left.

    Raises
    ------
    ParamError
        The patch or the stride has no size.
    """
    sides = (patch, patch) if isinstance(patch, int) else patch
    if min(sides) < 1 or stride < 1:
        raise ParamError(
            f"Patch and stride must be at least 1 pixel; they are {min(sides)} and {stride}."
        )
    lines = []
    for size, side in zip((height, width), sides, strict=True):
        last = max(0, size - side)
        lines.append(torch.unique(torch.tensor([*range(0, last + 1, stride), last])))
    return torch.cartesian_prod(*lines).view(-1, 2)


@dataclass(frozen=True, eq=False)
class Patches:
    """Patches of one size at many positions, checked against a picture.

    Parameters
    ----------
    corners : Tensor, (N, 2)
        Row and column of the upper left place of each; may lie outside the picture.
    size : tuple of int
        Height and width.
    fill : Tensor
        What stands under the patch: anything that broadcasts to (N, C, height, width), or a picture
        (C, H, W) of the input's shape, whose own values show under the patch.
    mask : Tensor, optional
        bool (height, width), which places of the patch hide the picture; all where None.
    """

    corners: Ints
    size: Pair
    fill: Tensor
    mask: Tensor | None
    baseline: bool

    @classmethod
    def on(
        cls, x: Tensor, corners: Tensor, size: Pair, fill: Tensor, mask: Tensor | None = None
    ) -> "Patches":
        """Return checked patches on a picture (1, C, H, W).

        Raises
        ------
        ParamError
            The sizes do not fit each other.
        """
        if min(size) < 1:
            raise ParamError(f"A patch must be at least 1 pixel high and wide; it is {size}.")
        if corners.dim() != 2 or corners.shape[1] != 2 or corners.is_floating_point():
            raise ParamError(f"Positions must be whole numbers (N, 2); they are {corners.shape}.")
        if mask is not None and tuple(mask.shape) != tuple(size):
            raise ParamError(f"The mask must be {size}, as the patch; it is {tuple(mask.shape)}.")
        baseline = fill.shape == x.shape[1:]
        whole = (len(corners), x.shape[1], *size)
        if not baseline:
            shape = (1,) * (4 - fill.dim()) + tuple(fill.shape)
            if len(shape) != 4 or any(
                own not in (1, asked) for own, asked in zip(shape, whole, strict=True)
            ):
                raise ParamError(
                    f"The fill must fit patches of {_times(whole)} or be a picture of "
                    f"{_times(x.shape[1:])}; it is {_times(fill.shape)}."
                )
            fill = fill.reshape(shape)
        places = corners.cpu().numpy().astype(np.int64)
        mask = mask if mask is None else mask.to(x.device, torch.bool)
        return cls(places, (int(size[0]), int(size[1])), fill.to(x), mask, baseline)

    def laid(self, windows: Tensor, chosen: Tensor, rows: Tensor, cols: Tensor) -> Tensor:
        """Return windows of the picture with the patches on them.

        Parameters
        ----------
        windows : Tensor, (n, C, h, w)
        chosen : Tensor, (n,)
            Which positions.
        rows, cols : Tensor, (n, h) and (n, w)
            Where in the picture the windows lie.
        """
        corners = torch.from_numpy(self.corners)[chosen].to(rows)
        row, col = rows - corners[:, :1], cols - corners[:, 1:]  # within the patch
        height, width = self.size
        hidden = ((row >= 0) & (row < height))[:, :, None] & ((col >= 0) & (col < width))[:, None]
        row, col = row.clamp(0, height - 1)[:, :, None], col.clamp(0, width - 1)[:, None]
        if self.mask is not None:
            hidden &= self.mask[row, col]
        if self.baseline:
            shown = self.fill[:, rows[:, :, None], cols[:, None]].transpose(0, 1)
        else:
            shown = self.fill[chosen] if len(self.fill) == len(self.corners) > 1 else self.fill
            if shown.shape[2:] != (1, 1):
                shown = shown.expand(len(chosen), -1, height, width)
                each = torch.arange(len(chosen), device=row.device)[:, None, None]
                shown = shown[each, :, row, col].permute(0, 3, 1, 2)
        return torch.where(hidden[:, None], shown, windows)


def _times(shape: tuple[int, ...]) -> str:
    """Return a shape as a person writes it."""
    return "x".join(map(str, shape))
