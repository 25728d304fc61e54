"""The discrete Fourier transform, as a picture."""

from typing import Annotated, Literal

import numpy as np

from visionlab.core.image import Display, Grey
from visionlab.core.operation import operation
from visionlab.core.result import Array, Reading, Result
from visionlab.operations.fourier._half_plane import centred, forward, log_display, magnitude


@operation("Fourier spectrum", group="Fourier", opencv="numpy.fft.rfft2")
def spectrum(
    image: Grey,
    *,
    output: Literal["log magnitude", "phase"] = "log magnitude",
    window: Annotated[bool, "Hann window"] = False,
) -> Result:
    """The waves that a picture is made of: how strong each one is, or where its crests lie.

    F(fx, fy) = sum over x, y of v(x, y) exp(-2 pi i (fx x + fy y)), without scaling, so that
    F(0, 0) is the mean times the number of pixels. Frequency 0 lies at column W // 2 and row
    H // 2; one column to the right is 1 / W cycles per pixel, one row down 1 / H. Log magnitude
    is ln(1 + abs(F)).

    The transform sees the picture repeated without end. Where opposite borders differ, they
    draw a bright cross, which the Hann window removes. Shown from black, the strength of noise of
    a 255th of the full scale, to white, F(0, 0) of a white picture.

    Parameters
    ----------
    output : choice
        ln(1 + abs(F)), or the phase of F in radians.
    window : bool
        Multiply the picture by (1 - cos(2 pi x / W)) (1 - cos(2 pi y / H)) / 4 before, which
        fades it out towards its borders and makes every peak three bins wide.

    Returns
    -------
    Result
        ``(H, W)`` float32, >= 0 for the magnitude, -pi..pi for the phase. The reading is the
        picture's mean, F(0, 0) / (W H) without the window.

    Raises
    ------
    ImageError
        Decimal values are so large that the sums overflow.

    References
    ----------
    R. Gonzalez, R. Woods, "Digital Image Processing", 4th ed., chapter 4.
    OpenCV, "Discrete Fourier transform", in the core tutorials.
    """
    height, width = image.shape
    half = forward(image * np.outer(_hann(height), _hann(width)) if window else image)
    readings = (Reading("Mean", float(image.mean(dtype=np.float64))),)
    if output == "phase":
        phase = centred(np.angle(half), width, sign=-1)
        return Result(phase, Display(-np.pi, np.pi, "cyclic"), readings=readings)
    logs = centred(np.log1p(magnitude(half, image.size)), width)
    return Result(logs, log_display(image), readings=readings)


def _hann(length: int) -> Array:
    """Return the periodic Hann window, ``(length,)``; 1 for a single pixel."""
    window = np.hanning(length + 1)[:length] if length > 1 else np.ones(1)
    return window.astype(np.float32)
