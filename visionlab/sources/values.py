"""From decoded samples to the Image contract: channels apart, upright, true values."""

import cv2
import numpy as np
import PIL.Image

from visionlab.core.errors import SourceError, VisionLabError
from visionlab.core.image import Display, Image, as_image


def upright(array: Image, orientation: int) -> Image:
    """Undo an Exif orientation: 1 as it is, 2 to 4 mirrored or turned, 5 to 8 also transposed.

    Reference: CIPA DC-008, Exif 2.32, tag 0x0112.
    """
    if orientation in (5, 6, 7, 8):
        array = array.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        array = array[:, ::-1]
    if orientation in (3, 4, 7, 8):
        array = array[::-1]
    return as_image(array) if array.dtype == np.uint8 and array.ndim < 4 else array


def from_camera(bgr: Image, *, mirror: bool, name: str) -> Image:
    """Return the 8-bit BGR picture of a camera or a video as RGB, mirrored left to right or not.

    Raises
    ------
    SourceError
        It cannot be shown; `name` begins the sentence.
    """
    colour = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
    if mirror:
        colour = cv2.flip(colour, 1)
    try:
        return as_image(colour)
    except VisionLabError as error:
        raise SourceError(f"{name} cannot be shown: {error}") from None


def opaque_and_alpha(
    picture: PIL.Image.Image, *, always_colour: bool = False
) -> tuple[Image, Image | None]:
    """Return an 8-bit Pillow picture's colours and its opacity, if it has one.

    Parameters
    ----------
    picture : PIL.Image.Image
        Loaded, of any 8-bit or 1-bit mode.
    always_colour : bool
        Give ``(H, W, 3)`` for grey pictures too: the frames of an animation must agree.
    """
    grey = picture.mode in ("1", "L", "LA", "La") and not always_colour
    if picture.has_transparency_data:
        array = np.asarray(picture.convert("LA" if grey else "RGBA"))
        colours = array[..., 0] if grey else array[..., :3]
        return as_image(colours), as_image(array[..., -1])
    wanted = "L" if grey else "RGB"
    return as_image(
        np.asarray(picture if picture.mode == wanted else picture.convert(wanted))
    ), None


def true_values(raw: Image, largest: int = 65535) -> tuple[Image, Image | None, Display, str]:
    """Return samples deeper than 8 bits as float32 with their own values.

    Parameters
    ----------
    raw : ndarray
        ``(H, W)``, or ``(H, W, 2)`` grey and alpha, ``(H, W, 3)`` BGR, ``(H, W, 4)`` BGRA.
    largest : int
        Upper end of the display range of unsigned 16-bit samples.

    Returns
    -------
    image, alpha, display, note
        What cannot be kept is told in the note: values that are not finite become 0, and
        those that 32-bit floating point cannot hold are rounded.
    """
    alpha = None
    if raw.ndim == 3 and raw.shape[2] in (2, 4):
        alpha = _opacity(raw[..., -1], largest)
        raw = raw[..., 0] if raw.shape[2] == 2 else raw[..., :3]
    with np.errstate(over="ignore"):
        image: Image = raw.astype(np.float32, order="C")
    notes = []
    if raw.dtype in (np.float64, np.int32) and _rounded(raw, image):
        notes.append("Its values were rounded to 32-bit floating point.")
    if raw.dtype == np.uint16:
        display = Display(0, largest)
    else:
        finite = np.isfinite(image)
        display = _range(image[finite])
        if lost := finite.size - np.count_nonzero(finite):
            image[~finite] = 0
            notes.append(f"{lost} values that are infinite or no numbers were set to 0.")
    if image.ndim == 3:
        image = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
    return as_image(image, check_finite=False), alpha, display, " ".join(notes)


def _opacity(samples: Image, largest: int) -> Image:
    """Return opacity as uint8: integers by their largest value, floats as 0 to 1."""
    if samples.dtype.kind == "f":
        scaled = np.nan_to_num(samples) * 255
    else:
        scaled = samples * (255 / (largest if samples.dtype == np.uint16 else 127))
    return as_image(np.clip(np.round(scaled), 0, 255).astype(np.uint8))


def _range(values: Image) -> Display:
    if not values.size:
        return Display(0, 1)
    return Display(float(values.min()), float(values.max()))


def _rounded(raw: Image, image: Image) -> bool:
    return bool(((image != raw) & np.isfinite(image)).any())
