"""Open files and addresses with FFmpeg, restricted to the protocols that each may use."""

import os
import threading
from collections.abc import Sequence

import cv2

_OPTIONS = "OPENCV_FFMPEG_CAPTURE_OPTIONS"
_FILE_ONLY = "protocol_whitelist;file"
_opening = threading.Lock()


def open_capture(
    address: str, options: str = _FILE_ONLY, params: Sequence[int] = ()
) -> cv2.VideoCapture:
    """Return a capture of `address`, which may not be open: ask ``isOpened()``.

    Parameters
    ----------
    address : str
        A file's path or a network address.
    options : str
        FFmpeg's own options, ``name;value|name;value``. OpenCV takes them from the environment
        only, so one capture is opened at a time.
    params : sequence of int
        OpenCV's properties and values, in turn.
    """
    with _opening:
        before = os.environ.get(_OPTIONS)
        os.environ[_OPTIONS] = options
        try:
            return cv2.VideoCapture(address, cv2.CAP_FFMPEG, list(params))
        finally:
            if before is None:
                del os.environ[_OPTIONS]
            else:
                os.environ[_OPTIONS] = before
