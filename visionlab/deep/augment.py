"""Random variations of training pictures: crops, flips, turns and shifts in one resampling."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True)
class Augment:
    """What may vary; every picture of a batch gets its own draw.

    Attributes
    ----------
    area : (float, float)
        Part of the picture's area that is shown; above 1, a border of zeros comes with it.
    ratio : float
        The shown part is at most this much wider than high, or higher than wide.
    shift : float
        Largest further shift, in halves of a side.
    degrees : float
        Largest turn to either side.
    flip : bool
        Whether left and right are exchanged in half of the pictures.
    """

    area: tuple[float, float] = (1.0, 1.0)
    ratio: float = 1.0
    shift: float = 0.0
    degrees: float = 0.0
    flip: bool = False

    def __call__(self, images: Tensor, size: int, generator: torch.Generator) -> Tensor:
        """Return varied pictures of another size.

        Parameters
        ----------
        images : Tensor
            (N, C, H, W), uint8.
        size : int
            Height and width of the result in pixels.
        generator : torch.Generator
            Source of randomness, on the CPU, so that all devices draw alike.

        Returns
        -------
        Tensor
            (N, C, size, size), float32, 0..1.
        """
        n = len(images)
        theta = self._draw(n, generator).to(images.device)
        grid = functional.affine_grid(theta, [n, 1, size, size], align_corners=False)
        return functional.grid_sample(images.float() / 255, grid, align_corners=False)

    def _draw(self, n: int, generator: torch.Generator) -> Tensor:
        """Matrices (N, 2, 3) from places in the result to places in the picture, -1..1."""

        def between(low: float, high: float) -> Tensor:
            return low + (high - low) * torch.rand(n, generator=generator)

        area = between(*self.area)
        aspect = torch.exp(between(-1.0, 1.0) * math.log(self.ratio))
        sx, sy = (area * aspect).sqrt(), (area / aspect).sqrt()
        if self.area[1] <= 1:
            sx, sy = sx.clamp(max=1), sy.clamp(max=1)
        tx = between(-1, 1) * ((1 - sx).abs() + self.shift)
        ty = between(-1, 1) * ((1 - sy).abs() + self.shift)
        turn = between(-1, 1) * math.radians(self.degrees)
        cos, sin = torch.cos(turn), torch.sin(turn)
        mirror = torch.where(between(0, 1) < 0.5, -1.0, 1.0) if self.flip else torch.ones(n)
        rows = [sx * cos * mirror, -sx * sin, tx, sy * sin * mirror, sy * cos, ty]
        return torch.stack(rows, dim=1).reshape(n, 2, 3)
