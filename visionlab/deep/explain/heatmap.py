"""What an explainer yields. Needs no PyTorch."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from visionlab.core.display import to_rgb8
from visionlab.core.errors import ModelError
from visionlab.core.image import Display, Image
from visionlab.core.result import Reading

SHOWN = 0.995
"""Part of the values that the colours tell apart."""


@dataclass(frozen=True, eq=False)
class Heatmap:
    """One value for each pixel of a network's input.

    Attributes
    ----------
    values : ndarray
        (h, w) float32, read-only, finite.
    meaning : str
        One sentence: what the colour means, for which class and layer.
    signed : bool
        Whether values below 0 mean the opposite of those above.
    progress : float
        0..1; at 1 it is as fine as was asked for.
    exact : bool
        Whether more work would change nothing; sampling never gets there.
    low_matters : bool
        Low values mark what matters: a probability that is left when a place is covered.
    readings : tuple of Reading
        Numbers found on the way.

    Raises
    ------
    ModelError
        A value is not finite.
    """

    values: NDArray[np.float32]
    meaning: str
    signed: bool = False
    progress: float = 1.0
    exact: bool = True
    low_matters: bool = False
    readings: tuple[Reading, ...] = ()

    def __post_init__(self) -> None:
        values = np.array(self.values, np.float32)
        if not np.isfinite(values).all():
            raise ModelError("The heatmap holds numbers that are not finite; try another method.")
        values.flags.writeable = False
        object.__setattr__(self, "values", values)

    @cached_property
    def display(self) -> Display:
        """How to show it: a signed map diverging around 0, others from their least to most.

        The few most extreme values take the end's colour, or they would leave none to the rest.
        """
        if self.signed:
            magnitudes = np.abs(self.values)
            end = float(np.quantile(magnitudes, SHOWN)) or float(magnitudes.max())
            return Display(-end, end, "diverging")
        low, high = float(self.values.min()), float(np.quantile(self.values, SHOWN))
        return Display(low, high if high > low else float(self.values.max()), "sequential")

    @cached_property
    def rgb8(self) -> Image:
        """Its colours: ``(h, w)`` or ``(h, w, 3)`` uint8."""
        return to_rgb8(self.values, self.display)

    @property
    def importance(self) -> NDArray[np.float32]:
        """(h, w): the higher, the more a pixel speaks for the target."""
        return -self.values if self.low_matters else self.values
