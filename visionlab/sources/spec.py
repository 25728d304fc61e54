"""The one text that names a source: a path, an address, a camera, or a sample."""

import re
from pathlib import Path

from visionlab.core.errors import SourceError
from visionlab.core.source import Source
from visionlab.sources import pad
from visionlab.sources.camera import Camera
from visionlab.sources.files import is_folder, is_video, read_head
from visionlab.sources.folder import pictures_in
from visionlab.sources.gallery import open_sample
from visionlab.sources.picture import PictureFile
from visionlab.sources.stream import Stream
from visionlab.sources.synthetic_camera import FPS, SIZE, TestCamera
from visionlab.sources.video import VideoFile

_ANY_CAMERA = re.compile(r"(camera:[^:@]*)(:\d+x\d+)?")
_CAMERA = re.compile(r"(?P<which>[^:@]*)(:(?P<w>\d{1,5})x(?P<h>\d{1,5}))?(@(?P<fps>[\d.]+|max))?")
_MIN_SIDE, _MAX_SIDE, _MAX_FPS = 16, 8192, 1000


def is_address(spec: str) -> bool:
    """Whether `spec` names a camera, a sample or a network address, and not a path."""
    return (
        spec.startswith(("camera:", "sample:", pad.SPEC))
        or re.match(r"[A-Za-z][\w+.-]+://", spec) is not None
    )


def device_of(spec: str) -> str:
    """Return which camera `spec` names, whatever its size and rate; "" for other sources."""
    match = _ANY_CAMERA.match(spec)
    return match[1] if match else ""


def with_size(spec: str, size: tuple[int, int]) -> str:
    """Return the `spec` of a camera with another size."""
    return _ANY_CAMERA.sub(rf"\g<1>:{size[0]}x{size[1]}", spec, count=1)


def open_source(spec: str) -> Source:
    """Open what `spec` names.

    Parameters
    ----------
    spec : str
        A picture's or video's path; a folder's, for its first picture; ``http://...``,
        ``https://...`` or ``rtsp://...``; ``camera:0`` or ``camera:0:1280x720``;
        ``camera:test``, ``camera:test:1280x720@60`` or ``camera:test:1280x720@max``;
        ``sample:coffee``; ``pad:``, the drawing pad.

    Raises
    ------
    SourceError
        It gives no picture, in one sentence.
    """
    if not spec.strip():
        raise SourceError("A source must be a file, an address, a camera or a sample; none came.")
    scheme, _, rest = spec.partition(":")
    if scheme == "camera":
        return _open_camera(rest)
    if spec == pad.SPEC:
        return pad.DrawingPad()
    if scheme == "sample":
        return open_sample(rest)
    if is_address(spec):
        return Stream(spec)
    return _open_path(Path(spec))


def _open_path(path: Path) -> Source:
    if is_folder(path):
        pictures = pictures_in(path)
        if not pictures:
            raise SourceError(f'The folder "{path}" holds no pictures; choose another one.')
        path = pictures[0]
    return VideoFile(path) if is_video(read_head(path)) else PictureFile(path)


def _open_camera(text: str) -> Source:
    match = _CAMERA.fullmatch(text)
    which = match["which"] if match else ""
    if not match or not (which == "test" or (which.isascii() and which.isdigit())):
        raise SourceError(
            f"A camera is named like camera:0, camera:0:1280x720 or camera:test:1280x720@60; "
            f'this is "camera:{text}".'
        )
    size = (int(match["w"]), int(match["h"])) if match["w"] else None
    if size and not all(_MIN_SIDE <= side <= _MAX_SIDE for side in size):
        raise SourceError(
            f"A camera's picture must have sides of {_MIN_SIDE} to {_MAX_SIDE} pixels; "
            f"{size[0]} x {size[1]} were asked for."
        )
    if which == "test":
        return TestCamera(size or SIZE, _rate(match["fps"]))
    return Camera(int(which), size)


def _rate(text: str | None) -> float:
    if text is None:
        return FPS
    if text == "max":
        return 0.0
    try:
        fps = float(text)
    except ValueError:
        fps = -1.0
    if not 0 < fps <= _MAX_FPS:
        raise SourceError(
            f'A test camera\'s rate must be up to {_MAX_FPS} frames a second, or "max"; '
            f'"{text}" was asked for.'
        )
    return fps
