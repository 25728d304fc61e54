"""Turn any Image into 8-bit values for a screen, without touching the true ones.

The maps are our own polynomials and ramps, chosen to be told apart by colour-blind people:
"diverging" runs blue - white - orange around the middle value, "sequential" runs dark blue -
teal - yellow with rising lightness, "cyclic" returns to its first colour for angles.
"""

from functools import cache

import numpy as np

from visionlab.core.image import ColourMap, Display, Image

_STOPS: dict[str, tuple[tuple[float, tuple[int, int, int]], ...]] = {
    "grey": ((0.0, (0, 0, 0)), (1.0, (255, 255, 255))),
    "sequential": (
        (0.0, (13, 14, 50)), (0.25, (36, 71, 122)), (0.5, (38, 130, 142)),
        (0.75, (112, 190, 110)), (1.0, (250, 232, 90)),
    ),
    "diverging": (
        (0.0, (20, 60, 140)), (0.25, (90, 150, 210)), (0.5, (247, 247, 247)),
        (0.75, (235, 150, 70)), (1.0, (150, 60, 5)),
    ),
    "cyclic": (
        (0.0, (70, 60, 160)), (0.25, (60, 160, 170)), (0.5, (240, 225, 130)),
        (0.75, (205, 95, 85)), (1.0, (70, 60, 160)),
    ),
}  # fmt: skip

_BLOCK = 1 << 18
"""Values that are turned into 8 bits at a time."""


@cache
def lookup_table(cmap: ColourMap) -> Image:
    """Return the map as ``(256, 3)`` uint8 RGB."""
    at, colours = zip(*_STOPS[cmap], strict=True)
    channels = np.array(colours, float).T
    x = np.linspace(0, 1, 256)
    table = np.stack([np.interp(x, at, channel) for channel in channels], axis=1)
    return np.round(table).astype(np.uint8)


def auto_display(picture: Image) -> Display:
    """Return the range from the picture's own smallest to its largest value."""
    return Display(float(picture.min()), float(picture.max()))


def value_display(picture: Image, nominal: Display | None = None) -> Display | None:
    """Return how to show the true values of an operation's result.

    None for 8-bit pictures; `nominal` where given and the values keep to it; otherwise the
    values' own range, diverging around 0 where a one-channel picture has negative values.
    """
    if picture.dtype == np.uint8:
        return None
    low, high = float(picture.min()), float(picture.max())
    if nominal is not None and nominal.low <= low and high <= nominal.high:
        return nominal
    if low < 0 and picture.ndim == 2:
        end = max(-low, high)
        return Display(-end, end, "diverging")
    return Display(low, high)


def to_rgb8(picture: Image, display: Display | None = None) -> Image:
    """Return `picture` as it is shown: ``(H, W)`` or ``(H, W, 3)`` uint8.

    8-bit pictures without `display` are returned unchanged; float pictures without one are
    shown from their smallest to their largest value.
    """
    if picture.dtype == np.uint8 and display is None:
        return picture
    shown = display or auto_display(picture)
    span = shown.high - shown.low
    scale = 255 / span if span > 1e-30 else 0.0  # flat, or beyond what float32 tells apart
    levels = np.empty(picture.shape, np.uint8)
    step = max(1, _BLOCK // max(1, picture[0].size))
    for row in range(0, len(picture), step):  # blocks stay in the processor's cache
        with np.errstate(over="ignore"):
            # First to 0, or a narrow range of large values would lose its steps.
            index = picture[row : row + step] - np.float32(shown.low)
        index *= np.float32(scale)
        index += np.float32(0.5)
        np.clip(index, 0, 255, out=index)
        levels[row : row + step] = index
    if picture.ndim == 3 or shown.cmap == "grey":
        return levels
    return np.take(lookup_table(shown.cmap), levels, axis=0)
