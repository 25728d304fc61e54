"""From one value for each colour to one for each pixel. Needs no PyTorch."""

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Over: TypeAlias = Literal["maximum", "sum"]


def over_channels(values: NDArray[np.float32], how: Over, signed: bool) -> NDArray[np.float32]:
    """Return (h, w) of values (C, h, w).

    Parameters
    ----------
    values : ndarray
        (C, h, w).
    how : {'maximum', 'sum'}
        The colour with the largest magnitude, or the sum over the colours.
    signed : bool
        Keep the signs; without, magnitudes are taken first.
    """
    values = np.ascontiguousarray(values)  # over channels kept last numpy takes 20 times as long
    if not signed:
        values = np.abs(values)
    if how == "sum":
        total: NDArray[np.float32] = values.sum(axis=0)
        return total
    if not signed:
        strongest: NDArray[np.float32] = values.max(axis=0)
        return strongest
    largest = np.abs(values).argmax(axis=0)[None]
    picked: NDArray[np.float32] = np.take_along_axis(values, largest, axis=0)[0]
    return picked


def slope_meaning(phrase: str, signed: bool) -> str:
    """Return what a map of slopes means."""
    if signed:
        return f"Orange pixels raise {phrase} when their values grow, blue ones lower it."
    return f"The lighter a pixel, the more {phrase} changes with a small change of its value."


def share_meaning(phrase: str, signed: bool, baseline: str) -> str:
    """Return what a map of shares in a score means."""
    against = f"against {baseline}"
    if signed:
        return f"Orange pixels add to {phrase}, blue ones take from it, {against}."
    return f"The lighter a pixel, the more it adds to {phrase} or takes from it, {against}."
