"""Write pictures to files."""

from pathlib import Path

import cv2
import numpy as np

from visionlab.core.display import to_rgb8
from visionlab.core.errors import VisionLabError
from visionlab.core.files import write_atomically
from visionlab.core.image import Display, Image

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff")
"""Endings that choose the format."""

_JPEG_QUALITY = 95


def save_picture(path: Path | str, picture: Image, display: Display | None = None) -> None:
    """Write `picture` in the format that the suffix of `path` names.

    TIFF keeps the true values of a float picture; the other formats hold it as it is shown.
    The file appears whole or not at all.

    Parameters
    ----------
    path : Path
        Ends in one of `SUFFIXES`.
    picture : Image
    display : Display, optional
        How a float picture is shown; by default from its smallest to its largest value.

    Raises
    ------
    VisionLabError
        The suffix is unknown, the folder is missing or closed to you, the file is
        write-protected, the disk is full, or the format cannot hold so large a picture.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise VisionLabError(
            f"A picture's name must end in {', '.join(SUFFIXES)}; "
            + (f'this one ends in "{path.suffix}".' if suffix else "this one has no ending.")
        )
    try:
        if not path.parent.is_dir():
            raise VisionLabError(f'There is no folder "{path.parent}"; make it or choose another.')
        if path.is_dir():
            raise VisionLabError(f'"{path}" is a folder; give the picture another name.')
        write_atomically(path, _encode(picture, suffix, display))
    except OSError as error:
        raise VisionLabError(
            f'"{path}" cannot be written: {error.strerror or error}; choose another place.'
        ) from None


def _encode(picture: Image, suffix: str, display: Display | None) -> bytes:
    keep = picture.dtype == np.float32 and suffix in (".tif", ".tiff")
    shown = picture if keep else to_rgb8(picture, display)
    bgr = cv2.cvtColor(shown, cv2.COLOR_RGB2BGR) if shown.ndim == 3 else shown
    options = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY] if suffix in (".jpg", ".jpeg") else []
    try:
        ok, data = cv2.imencode(suffix, bgr, options)
    except cv2.error:
        ok = False
    if not ok:
        raise VisionLabError(
            f"A {suffix} file cannot hold {picture.shape[1]} x {picture.shape[0]} pixels; "
            f"use .png or .tiff."
        )
    return data.tobytes()
