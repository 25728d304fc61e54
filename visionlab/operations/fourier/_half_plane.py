"""Spectra of real pictures: half of the plane says all, the other half mirrors it."""

import math

import numpy as np

from visionlab.core.image import Display, Image
from visionlab.core.result import Array
from visionlab.operations._limits import full_scale, too_large


def forward(picture: Image) -> Array:
    """Return F / sqrt(H W) for the frequencies fx >= 0, F(0, 0) first.

    The scale that is shared by both directions is the one that numpy computes in float32,
    at a third of the time.

    Returns
    -------
    ndarray
        ``(H, W // 2 + 1)`` complex64.

    Raises
    ------
    ImageError
        The sums would exceed the largest float32.
    """
    if full_scale(picture) * picture.size > 1e37:
        raise too_large(picture)
    half = np.fft.rfft(picture.astype(np.float32, copy=False), norm="ortho")
    return np.fft.fft(half, axis=0, norm="ortho", out=half)


def inverse(half: Array, shape: tuple[int, ...]) -> Image:
    """Return the picture, of `shape`, whose `forward` is `half`; uses up `half`."""
    np.fft.ifft(half, axis=0, norm="ortho", out=half)
    picture: Image = np.fft.irfft(half, n=shape[1], norm="ortho")
    return picture


def magnitude(half: Array, size: int) -> Array:
    """Return abs(F), float32, of a picture of `size` pixels."""
    length = np.abs(half)
    return np.multiply(length, np.float32(size**0.5), out=length)


def centred(half: Array, width: int, sign: int = 1) -> Image:
    """Return the whole plane with frequency 0 at row H // 2, column W // 2.

    Parameters
    ----------
    half : ndarray
        ``(H, W // 2 + 1)``, a real quantity for the frequencies fx >= 0.
    width : int
        W.
    sign : int
        The quantity at -f is `sign` times the one at f.

    Returns
    -------
    Image
        ``(H, W)`` float32.
    """
    height, zero = half.shape[0], width // 2
    plane = np.empty((height, width), np.float32)
    plane[:, zero:] = np.fft.fftshift(half[:, : width - zero], axes=0)
    # Row r of the left side is row -r of the right side, from the highest fx to 1.
    mirrored = np.roll(half[::-1, zero:0:-1], 1, axis=0)
    np.multiply(np.fft.fftshift(mirrored, axes=0), sign, out=plane[:, :zero])
    return plane


def log_display(image: Image) -> Display:
    """Return a display from black for faint noise to white for an even, bright picture.

    Faint is a 255th of the full scale. It holds still in live video.
    """
    scale = full_scale(image)
    low, high = scale / 255 * image.size**0.5, scale * image.size
    return Display(math.log1p(low), math.log1p(high))
