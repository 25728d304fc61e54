"""TIFF pages whose samples are deeper than 8 bits: their description, and their true values.

Pillow reads 16-bit colour as 8-bit and refuses floating-point colour, so OpenCV decodes these;
what OpenCV 4.14 gets wrong (planar colour, grey with alpha) is refused here.
Reference: TIFF Revision 6.0, 1992; BigTIFF.
"""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import TiffImagePlugin

from visionlab.core.errors import SourceError
from visionlab.core.image import MAX_PIXELS, Image

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 256, 257, 258, 259, 262
_STRIP_OFFSETS, _SAMPLES, _STRIP_COUNTS, _PLANAR = 273, 277, 279, 284
_TILE_OFFSETS, _TILE_COUNTS, _EXTRA_SAMPLES, _FORMAT = 324, 325, 338, 339

_FORMAT_NAMES = {1: "unsigned", 2: "signed", 3: "floating-point", 5: "complex", 6: "complex"}
_DEEP = {(1, 16), (2, 8), (2, 16), (2, 32), (3, 32), (3, 64)}

_EXPANSION = 2000
"""More than any of TIFF's compressions reaches; a header that claims more is false."""


@dataclass(frozen=True)
class Page:
    """What one page's directory says about its samples."""

    width: int
    height: int
    samples: int
    bits: int
    format: int
    white_is_zero: bool
    planar: bool

    @property
    def deep(self) -> bool:
        """Whether its samples are other than unsigned integers of up to 8 bits."""
        return self.bits > 8 or self.format != 1


def is_tiff(data: bytes) -> bool:
    """Whether `data` begins as a TIFF or BigTIFF file does."""
    return data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def pages(data: bytes, limit: int) -> Iterator[Page]:
    """Yield the pages of a TIFF file, at most `limit`.

    Raises
    ------
    SourceError
        A directory is damaged, or its samples lie outside the file.
    """
    try:
        header = data[:16] if data[2] == 43 or data[3] == 43 else data[:8]
        directory = TiffImagePlugin.ImageFileDirectory_v2(header)
        file = io.BytesIO(data)
        seen: set[int] = set()
        while directory.next and directory.next not in seen and len(seen) < limit:
            seen.add(directory.next)
            file.seek(directory.next)
            directory.load(file)
            yield _page(directory, len(data))
    except (SyntaxError, ValueError, TypeError, KeyError, IndexError, OSError, struct.error):
        raise SourceError("its directory of pages is damaged") from None


def _page(tags: TiffImagePlugin.ImageFileDirectory_v2, size: int) -> Page:
    bits = tags.get(_BITS, (1,))
    formats = tags.get(_FORMAT, (1,))
    if len(set(bits)) != 1 or len(set(formats)) != 1:
        raise SourceError("its channels have different kinds of samples")
    page = Page(
        width=int(tags[_WIDTH]),
        height=int(tags[_HEIGHT]),
        samples=int(tags.get(_SAMPLES, 1)),
        bits=int(bits[0]),
        format=int(formats[0]),
        white_is_zero=tags.get(_PHOTOMETRIC) == 0,
        planar=tags.get(_PLANAR, 1) == 2,
    )
    starts = tags.get(_STRIP_OFFSETS) or tags.get(_TILE_OFFSETS) or ()
    lengths = tags.get(_STRIP_COUNTS) or tags.get(_TILE_COUNTS) or ()
    if any(at + length > size for at, length in zip(starts, lengths, strict=False)):
        raise SourceError("it is cut off")
    stored = sum(lengths) if lengths else size
    room = stored if tags.get(_COMPRESSION, 1) == 1 else min(stored, size) * _EXPANSION
    if page.deep and page.width * page.height * page.samples * page.bits > room * 8:
        raise SourceError(f"it claims {page.width} x {page.height} pixels but does not hold them")
    return page


def decode(data: bytes, index: int, page: Page) -> Image:
    """Return page `index`, which is deep, upright, with OpenCV's channel order and its own dtype.

    Raises
    ------
    SourceError
        Its kind of samples cannot be read, or the data are damaged.
    """
    if page.width * page.height > MAX_PIXELS:
        raise SourceError(
            f"it has {page.width} x {page.height} pixels; up to 100 megapixels are taken"
        )
    kind = f"{page.bits}-bit {_FORMAT_NAMES.get(page.format, 'unknown')} samples"
    if (page.format, page.bits) not in _DEEP:
        raise SourceError(f"it has {kind}; 16-bit and 32-bit floating-point ones are read")
    if page.samples not in (1, 3, 4) or (page.planar and page.samples > 1):
        raise SourceError(
            f"it has {page.samples} {'separate ' if page.planar else ''}channels of {kind}; "
            f"save it as grey, RGB or RGBA with interleaved channels"
        )
    buffer = np.frombuffer(data, np.uint8)
    ok, found = cv2.imdecodemulti(buffer, cv2.IMREAD_UNCHANGED, None, (index, index + 1))
    if not ok or not found or found[0].dtype == np.uint8:
        raise SourceError(f"its {kind} are damaged or compressed in an unknown way")
    picture: Image = found[0]
    if page.white_is_zero and picture.dtype == np.uint16:
        np.subtract(65535, picture, out=picture)
    return picture
