"""Network cameras: MJPEG over HTTP, and RTSP."""

import re
from urllib.parse import SplitResult, urlsplit

import cv2

from visionlab.core.errors import SourceError
from visionlab.sources.ffmpeg import open_capture
from visionlab.sources.grabber import Grabber
from visionlab.sources.live import LiveSource

SCHEMES = ("http", "https", "rtsp")

_TIMEOUT_MS = 3000  # for the opening, and for each frame
_PATIENCE = 4.5  # seconds; a little more than FFmpeg's own limit
_OPTIONS = "rtsp_transport;tcp|protocol_whitelist;http,https,rtsp,rtp,tcp,tls"


class Stream(LiveSource):
    """A live stream from a network address.

    Parameters
    ----------
    address : str
        ``http://``, ``https://`` (MJPEG) or ``rtsp://``.

    Raises
    ------
    SourceError
        The address is none of these, nothing answers there within 5 seconds, or what answers is
        no live video; `read` raises it when the stream falls silent as long.
    """

    def __init__(self, address: str) -> None:
        where = _split(address)
        title = where.netloc.rpartition("@")[2] + where.path
        grabber = Grabber(lambda: _open(address), _PATIENCE)
        super().__init__(
            grabber,
            title,
            without_password(address),
            refused=f"No live video came from {where.scheme}://{title}; check the address, "
            f"and that the camera is on and in the same network.",
            lost=f"The stream {where.scheme}://{title} has ended or fallen silent; open it again.",
        )
        if grabber.frames:
            self.close()
            raise SourceError(
                f"The address {where.scheme}://{title} gives a recording and no live stream; "
                f"download it, then open the file."
            )


def without_password(address: str) -> str:
    """Return an address without the name and password that may stand before its host.

    They are for the camera, and neither shown nor kept.
    """
    return re.sub(r"//[^/]*@", "//", address, count=1)


def _split(address: str) -> SplitResult:
    """Return the parts of a stream's address; refuse any other text."""
    shown = without_password(address)
    try:
        where = urlsplit(address)
        valid = bool(where.hostname) and (where.port or 1) > 0
    except ValueError:
        raise SourceError(
            f'"{shown}" is not an address; an example is http://HOST/video.'
        ) from None
    if where.scheme not in SCHEMES:
        raise SourceError(
            f"A stream's address must begin with http://, https:// or rtsp://; "
            f'this one begins with "{where.scheme}:".'
        )
    if not valid or not address.isprintable() or " " in address:
        raise SourceError(f'"{shown}" is not an address; an example is http://HOST/video.')
    return where


def _open(address: str) -> cv2.VideoCapture:
    limits = (
        cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
        _TIMEOUT_MS,
        cv2.CAP_PROP_READ_TIMEOUT_MSEC,
        _TIMEOUT_MS,
    )
    return open_capture(address, _OPTIONS, limits)
