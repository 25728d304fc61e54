"""Filtering by a mask on the spectrum."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Annotated, Literal, TypeAlias

import cv2
import numpy as np

from visionlab.core.again import Again
from visionlab.core.display import value_display
from visionlab.core.image import Display, Grey, Image
from visionlab.core.operation import operation
from visionlab.core.params import Interval, Range, When
from visionlab.core.result import Array, Curve, LazyView, Plot, Reading, Result, View
from visionlab.operations._limits import full_scale
from visionlab.operations.fourier._half_plane import (
    centred,
    forward,
    inverse,
    log_display,
    magnitude,
)

Kind: TypeAlias = Literal["low-pass", "high-pass", "band-pass"]
Profile: TypeAlias = Literal["ideal", "Gaussian", "Butterworth"]
Transfer: TypeAlias = Callable[[Array], Array]
"""Takes squares of frequencies, (cycles per pixel)², and returns H there."""

_BLOCK = 1 << 15
"""Values of the mask that are made at a time."""

_waves = Again(forward)


@operation("Frequency filter", group="Fourier", opencv="numpy.fft.rfft2, numpy.fft.irfft2")
def frequency_filter(
    image: Grey,
    *,
    kind: Annotated[Kind, "Keep"] = "low-pass",
    profile: Profile = "Gaussian",
    cutoff: Annotated[
        float,
        Range(0, 0.5, step=0.005, unit="cycles/px"),
        "Cutoff frequency",
        When("kind", "low-pass", "high-pass"),
    ] = 0.05,
    band: Annotated[
        Interval,
        Range(0, 0.5, step=0.005, unit="cycles/px"),
        "Cutoff frequencies",
        When("kind", "band-pass"),
    ] = (0.05, 0.15),
    order: Annotated[int, Range(1, 10), "Butterworth order", When("profile", "Butterworth")] = 2,
) -> Result:
    """Keeps the slow or the fast waves of a picture, by a round mask on its spectrum.

    The spectrum is multiplied by a mask H(D), D = sqrt(fx² + fy²), and transformed back. With
    u = D / cutoff, the low-pass is 1 for u <= 1 and 0 beyond (ideal), exp(-u² / 2) (Gaussian)
    or 1 / (1 + u^(2 order)) (Butterworth). The high-pass is 1 - low-pass. The band-pass is the
    low-pass with u = abs(D² - low high) / (D (high - low)), so that it falls at both cutoffs
    to the value that the low-pass has at its own: 0.61 (Gaussian), 0.5 (Butterworth).

    The steep ideal mask makes ripples beside edges. The transform sees the picture repeated
    without end, so opposite borders mix.

    Parameters
    ----------
    kind : choice
        Slow waves (low-pass), fast waves (high-pass) or those between two cutoffs (band-pass).
    profile : choice
        How the mask falls: at once, like a bell, or flat and then steep.
    cutoff : float
        Frequency at which low- and high-pass fall; 0.5 is a wave of two pixels, 0 leaves the
        mean alone.
    band : interval
        Frequencies at which the band-pass falls; from 0 on it is a low-pass.
    order : int
        Steepness of the Butterworth mask.

    Returns
    -------
    Result
        ``(H, W)`` float32; for high- and band-pass signed with mean 0, its colours ending at a
        quarter of the full scale (64 for 8-bit pictures). The views are the
        mask (0..1), ln(1 + abs(F)) before and after, frequency 0 in the middle, and the
        inverse, which is the result. The plot is H(D); the reading is the share of the sum of
        squared values that is left.

    Raises
    ------
    ImageError
        Decimal values are so large that the sums overflow.

    References
    ----------
    R. Gonzalez, R. Woods, "Digital Image Processing", 4th ed., sections 4.8 to 4.10.
    """
    transfer = partial(_transfer, kind=kind, profile=profile, cutoff=cutoff, band=band, order=order)
    picture = inverse(_filtered(image, transfer), image.shape)
    shown = _display(image, kind)
    power = cv2.norm(image) ** 2
    left = 100 * cv2.norm(picture) ** 2 / power if power else 0.0
    return Result(
        picture,
        shown,
        plots=(_profile_plot(transfer, band if kind == "band-pass" else (cutoff,)),),
        views=(  # made from the picture anew: what lies ready for them would take three times it
            LazyView("Mask", lambda: (_mask(image.shape, transfer), Display(0, 1))),
            LazyView("Spectrum before", lambda: _logs(_waves(image), image)),
            LazyView("Spectrum after", lambda: _logs(_filtered(image, transfer), image)),
            View("Inverse", picture, shown),
        ),
        readings=(Reading("Power left", left, "%"),),
    )


def _filtered(image: Image, transfer: Transfer) -> Array:
    """Return the half spectrum times the mask."""
    half = _waves(image)
    filtered = half if half.flags.writeable else np.empty_like(half)  # locked: kept for later
    for rows, mask in _mask_blocks(image.shape, transfer):
        np.multiply(half[rows], mask, out=filtered[rows])
    return filtered


def _mask(shape: tuple[int, ...], transfer: Transfer) -> Image:
    """Return the whole mask, ``(H, W)`` float32, frequency 0 in the middle."""
    half = np.empty((shape[0], shape[1] // 2 + 1), np.float32)
    for rows, mask in _mask_blocks(shape, transfer):
        half[rows] = mask
    return centred(half, shape[1])


def _mask_blocks(shape: tuple[int, ...], transfer: Transfer) -> Iterator[tuple[slice, Array]]:
    """Yield rows of the half plane and the mask there, so many as the cache holds."""
    height, width = shape
    down, across = np.square(np.fft.fftfreq(height)), np.square(np.fft.rfftfreq(width))
    step = max(1, _BLOCK // across.size)
    for row in range(0, height, step):
        rows = slice(row, row + step)
        yield rows, transfer(down[rows, None] + across)


def _logs(half: Array, image: Image) -> tuple[Image, Display]:
    lengths = magnitude(half, image.size)
    return centred(np.log1p(lengths, out=lengths), image.shape[1]), log_display(image)


def _profile_plot(transfer: Transfer, cutoffs: tuple[float, ...]) -> Plot:
    distance = np.linspace(0, 0.71, 356)
    curve = Curve("H", distance, transfer(distance**2))
    markers = tuple(("cutoff", at) for at in cutoffs)
    return Plot("Mask profile", "D (cycles/px)", "H(D)", (curve,), markers)


def _transfer(
    squared: Array, kind: Kind, profile: Profile, cutoff: float, band: Interval, order: int
) -> Array:
    """Return H, float32, at frequencies whose squares are `squared` (cycles per pixel)²."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if kind == "band-pass":
            low, high = band
            u2 = np.square(squared - low * high) / (squared * (high - low) ** 2)
        else:
            u2 = squared / cutoff**2
        u2[np.isnan(u2)] = 0  # 0 / 0: the very frequency to which a cutoff or band has shrunk
        if profile == "ideal":
            passed = (
                u2 <= 1 + 1e-9
            ) * 1.0  # a frequency on the cutoff passes, whatever the rounding
        elif profile == "Gaussian":
            passed = np.exp(u2 / -2)
        else:
            passed = 1 / (1 + u2**order)
    mask = passed.astype(np.float32)
    return 1 - mask if kind == "high-pass" else mask


def _display(image: Image, kind: Kind) -> Display | None:
    """Return a display that holds still in live video of 8-bit pictures."""
    if kind == "low-pass":
        return Display(0, 255) if image.dtype == np.uint8 else value_display(image)
    shown = full_scale(image) / 4
    return Display(-shown, shown, "diverging")
