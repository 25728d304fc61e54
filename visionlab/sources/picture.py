"""Picture files: PNG, JPEG, WebP, BMP, TIFF, GIF, AVIF and the PNM family.

Pillow probes every file (`open`, `verify`) and decodes those of 8 bits: it reports what is cut
off, which OpenCV fills with grey, and gets palettes and animations right; its pixels equal
OpenCV's. Samples deeper than 8 bits come from OpenCV, because Pillow cuts them to 8.
"""

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
from PIL import UnidentifiedImageError

from visionlab.core.errors import SourceError, VisionLabError
from visionlab.core.image import MAX_PIXELS, Display, Frame, Image
from visionlab.core.source import Source
from visionlab.sources import tiff
from visionlab.sources.files import HEAD, describe, read_bytes
from visionlab.sources.values import opaque_and_alpha, true_values, upright

log = logging.getLogger(__name__)

FORMATS = {
    "PNG": (".png", ".apng"),
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"),
    "WEBP": (".webp",),
    "BMP": (".bmp", ".dib"),
    "TIFF": (".tif", ".tiff"),
    "GIF": (".gif",),
    "PPM": (".pbm", ".pgm", ".ppm", ".pnm", ".pfm"),
    "AVIF": (".avif",),
}
"""Pillow's names of the formats that are read, and the endings that go with them."""

READ = "PNG, JPEG, WebP, BMP, TIFF, GIF, AVIF or PNM"

_MAX_PAGES = 100_000
_MAX_ANIMATION_PIXELS = 25_000_000  # every frame is put together anew
_MAX_WEBP_SIDE = 16_383
_DEFAULT_DURATION = 0.1  # what browsers use for frames that name none, or next to none
_LEAST_DURATION_MS = 10
_ORIENTATION = 0x0112
_GREY_WITH_ALPHA = 4  # PNG's colour type


class PictureFile(Source):
    """A picture file; several pages make it step, several timed frames make it a video.

    Attributes
    ----------
    format : str
        Pillow's name of what the file really is, such as "PNG".

    Raises
    ------
    SourceError
        The file is missing, not a picture, too large or damaged. Damage further inside is
        found by `read`, which raises it too.
    """

    def __init__(self, path: Path | str, *, title: str = "", spec: str = "") -> None:
        path = Path(path)
        self.title = title or path.name
        self.spec = spec or str(path)
        self._data = read_bytes(path)
        self._next = 0
        self._opened: PIL.Image.Image | None = None
        self._pages: tuple[tiff.Page, ...] = ()
        with _refusing(path.name, self._data):
            self._probe()
        known = FORMATS[self.format]
        misnamed = path.suffix and path.suffix.lower() not in known
        self._note = (
            f"This is a {_name(self.format)} file, though its name ends in {path.suffix}."
            if misnamed
            else ""
        )

    def read(self) -> Frame | None:
        """Decode the next page; None after the last one."""
        if self._next >= self.count:
            return None
        index, self._next = self._next, self._next + 1  # past a damaged page, too
        with _refusing(self.title, self._data):
            image, alpha, display, note = self._decode(index)
        return Frame(
            image,
            alpha,
            display,
            index=index,
            name=self.title,
            duration=_duration(self._opened) if self.kind == "video" and self._opened else 0.0,
            note=" ".join(filter(None, (self._note, note))),
        )

    def seek(self, index: int) -> None:
        """Make page `index` the next one."""
        self._next = min(max(index, 0), self.count - 1)

    def _probe(self) -> None:
        if tiff.is_tiff(self._data):
            self.format = "TIFF"
            self._pages = tuple(tiff.pages(self._data, _MAX_PAGES))
            self.count = len(self._pages)
            if not self.count:
                raise SourceError("it has no page")
            return
        picture = self._open()
        picture.verify()
        picture = self._open()
        self.format = str(picture.format).replace("MPO", "JPEG")
        if picture.format != "MPO":  # whose further pages are the camera's own previews
            self.count = min(getattr(picture, "n_frames", 1), _MAX_PAGES)
        if self.count > 1:
            self.kind = "video"
            if picture.width * picture.height > _MAX_ANIMATION_PIXELS:
                raise SourceError("it is an animation of more than 25 megapixels")
            picture.load()  # WebP tells the duration only then
            self.fps = 1 / _duration(picture)

    def _open(self) -> PIL.Image.Image:
        picture = PIL.Image.open(io.BytesIO(self._data), formats=list(FORMATS))
        width, height = picture.size
        if width * height > MAX_PIXELS:
            raise SourceError(f"it has {width} x {height} pixels; up to 100 megapixels are taken")
        if picture.format == "WEBP" and max(width, height) > _MAX_WEBP_SIDE:
            raise SourceError(f"it claims {width} x {height} pixels, more than WebP allows")
        return picture

    def _page(self, index: int) -> PIL.Image.Image:
        """Return page `index`, loaded; the file stays open where there are more."""
        picture = self._opened
        # Going back by `seek` fails in Pillow's animated PNG.
        if picture is None or index < picture.tell():
            picture = self._open()
        if self.count > 1:
            self._opened = picture
            picture.seek(index)
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise SourceError(f"page {index + 1} has more than 100 megapixels")
        picture.load()
        return picture

    def _decode(self, index: int) -> tuple[Image, Image | None, Display | None, str]:
        if self._pages and self._pages[index].deep:
            return true_values(tiff.decode(self._data, index, self._pages[index]))
        picture = self._page(index)
        turn = picture.getexif().get(_ORIENTATION, 1)
        largest = _largest_sample(picture, self._data)
        if largest > 255 and self.count == 1:
            raw = cv2.imdecode(np.frombuffer(self._data, np.uint8), cv2.IMREAD_UNCHANGED)
            if raw is None:
                raise SourceError("its 16-bit values are damaged")
            if picture.format == "PNG" and self._data[25] == _GREY_WITH_ALPHA:
                raw = raw[:, :, ::3]  # OpenCV repeats the grey as B, G and R
            return true_values(upright(raw, turn), largest)
        if picture.mode in ("F", "I") or picture.mode.startswith("I;16"):
            return true_values(upright(np.asarray(picture), turn))
        colours, alpha = opaque_and_alpha(picture, always_colour=self.kind == "video")
        return upright(colours, turn), None if alpha is None else upright(alpha, turn), None, ""


@contextmanager
def _refusing(name: str, data: bytes) -> Iterator[None]:
    """Turn whatever a decoder raises into one sentence about the file `name`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except UnidentifiedImageError:
        came = describe(data[:HEAD])
        raise SourceError(
            f'"{name}" must be a {READ} picture; it seems to be {came}: choose another file.'
        ) from None
    except SourceError as error:
        raise SourceError(f'"{name}" cannot be shown: {error}.') from None
    except VisionLabError:
        raise
    except PIL.Image.DecompressionBombError:
        raise SourceError(
            f'"{name}" cannot be shown: it has more than 100 megapixels; make it smaller.'
        ) from None
    except (MemoryError, cv2.error) as error:
        if isinstance(error, cv2.error) and error.code != cv2.Error.STS_NO_MEM:
            raise _damaged(name, error) from None
        raise SourceError(
            f'"{name}" needs more memory than there is; use a smaller picture.'
        ) from None
    except Exception as error:  # decoders raise nearly anything on damaged bytes
        raise _damaged(name, error) from None


def _damaged(name: str, error: Exception) -> SourceError:
    log.info("%s: %r", name, error)
    return SourceError(f'"{name}" is damaged or cut off; copy or download it again.')


def _duration(picture: PIL.Image.Image) -> float:
    """Return for how many seconds the animation's present frame is shown."""
    ms = float(picture.info.get("duration", 0) or 0)
    return ms / 1000 if ms > _LEAST_DURATION_MS else _DEFAULT_DURATION


def _largest_sample(picture: PIL.Image.Image, data: bytes) -> int:
    """Return the largest value that a sample of the file may have; 255 where it is plain."""
    if picture.format == "PNG":
        return 65535 if data[24] == 16 else 255  # IHDR's bit depth
    if picture.format == "PPM" and picture.mode != "F":
        return _largest_of_pnm(data)
    return 255


def _largest_of_pnm(data: bytes) -> int:
    """Return the fourth word of a PNM header; bitmaps have three only."""
    words: list[bytes] = []
    for line in data[:HEAD].split(b"\n"):
        words += line.split(b"#")[0].split()
        if len(words) >= 4:
            break
    return 255 if words[0] in (b"P1", b"P4") else int(words[3])


def _name(pillow_format: str) -> str:
    return {"WEBP": "WebP", "PPM": "PNM"}.get(pillow_format, pillow_format)
