"""The Image contract: what a picture is, and what a source delivers.

An Image is a read-only ``numpy.ndarray``, ``(H, W)`` or ``(H, W, 3)`` in RGB order, ``uint8``
(0..255) or ``float32`` (any finite value). Nothing rescales its values on the way.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from visionlab.core.errors import ImageError

Image: TypeAlias = npt.NDArray[Any]

MAX_PIXELS = 100_000_000
"""Largest picture taken, in pixels: hostile headers claim more."""


EXAMPLES: tuple[Image, ...] = tuple(
    np.zeros(shape, dtype) for shape in ((1, 1), (1, 1, 3)) for dtype in (np.uint8, np.float32)
)
"""One picture of each kind that there is: grey or colour, 8-bit or decimal."""


class Need(Enum):
    """A precondition on an operation's picture; the value completes "needs ..."."""

    GREY = "one channel"
    COLOUR = "three channels"
    UINT8 = "8-bit values (0 to 255)"

    def met(self, image: Image) -> bool:
        """Whether `image` fulfils this precondition."""
        if self is Need.UINT8:
            return image.dtype == np.uint8
        return (image.ndim == 2) == (self is Need.GREY)

    def what_came(self, image: Image) -> str:
        """What `image` has instead, as the end of a sentence."""
        if self is Need.UINT8:
            return "this picture has decimal values"
        return "this picture has three" if image.ndim == 3 else "this picture has one"


# What an operation's signature may ask of its picture.
Image8: TypeAlias = Annotated[Image, Need.UINT8]
Grey: TypeAlias = Annotated[Image, Need.GREY]
Grey8: TypeAlias = Annotated[Image, Need.GREY, Need.UINT8]
Colour: TypeAlias = Annotated[Image, Need.COLOUR]
Colour8: TypeAlias = Annotated[Image, Need.COLOUR, Need.UINT8]

ColourMap: TypeAlias = Literal["grey", "sequential", "diverging", "cyclic"]


@dataclass(frozen=True)
class Display:
    """How a picture is shown: the values at the two ends of a colour map.

    It never changes the values themselves. RGB pictures ignore `cmap`.
    """

    low: float
    high: float
    cmap: ColourMap = "grey"


def as_image(array: npt.NDArray[Any], *, check_finite: bool = True) -> Image:
    """Check `array` against the Image contract and return it as a read-only view.

    Parameters
    ----------
    array : ndarray
        ``(H, W)`` or ``(H, W, 3)``, ``uint8`` or ``float32``.
    check_finite : bool
        Refuse NaN and infinity; costs one pass over a float picture.

    Returns
    -------
    Image
        C-contiguous and read-only; shares memory with `array` where it can.

    Raises
    ------
    ImageError
        The shape, the type, the size or a value is not an Image's.
    """
    if not isinstance(array, np.ndarray):
        raise ImageError(f"A picture must be a numpy array; this is {type(array).__name__}.")
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] != 3):
        raise ImageError(
            f"A picture must have the shape (height, width) or (height, width, 3); "
            f"this one has {array.shape}."
        )
    if array.dtype not in (np.uint8, np.float32):
        raise ImageError(f"A picture must be uint8 or float32; this one is {array.dtype}.")
    if array.size == 0:
        raise ImageError("A picture must have at least one pixel; this one is empty.")
    if array.shape[0] * array.shape[1] > MAX_PIXELS:
        raise ImageError(
            f"A picture may have up to {MAX_PIXELS // 1_000_000} megapixels; "
            f"this one is {array.shape[1]} x {array.shape[0]}."
        )
    if check_finite and array.dtype == np.float32 and not np.isfinite(array).all():
        raise ImageError("A picture must hold finite numbers; this one has NaN or infinity.")
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


def locked(array: npt.NDArray[Any]) -> Image:
    """Return an operation's new picture as an Image; quick, for the hot path.

    Locks `array` itself against writing instead of making a view, and takes its values for
    finite, which the tests of all operations prove.

    Raises
    ------
    ImageError
        The shape, the type or the size is not an Image's.
    """
    shape, whole = array.shape, array.size > 0 and array.flags.c_contiguous
    if whole and array.dtype.char in "Bf" and (len(shape) == 2 or shape[2:] == (3,)):
        array.setflags(write=False)
        return array
    return as_image(array, check_finite=False)


def blank_like(image: Image) -> Image:
    """Return zeros of the shape and type of `image` that take no memory."""
    return np.broadcast_to(np.zeros((), image.dtype), image.shape)


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture as a source delivers it.

    Attributes
    ----------
    image : Image
    alpha : Image or None
        Opacity, ``(H, W)`` uint8, kept apart from the colours.
    display : Display or None
        The value range of a picture that is not 8-bit.
    index : int
        Page or frame number in its source, from 0.
    name : str
        What to call the picture: a file name, a camera's name.
    time : float
        When it was taken, ``time.perf_counter()`` seconds; 0 for stills.
    duration : float
        Seconds that it is shown for at normal speed; 0: as long as the source's rate says.
    note : str
        A warning about the picture for the person, or "".
    """

    image: Image
    alpha: Image | None = None
    display: Display | None = None
    index: int = 0
    name: str = ""
    time: float = 0.0
    duration: float = 0.0
    note: str = ""
