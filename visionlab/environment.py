"""OpenCV's process-wide settings, made by importing this module before anything imports cv2.

The program's entry points and `visionlab.sources` import it first. What the person has set in
the environment stays as it is.
"""

import os
from pathlib import Path

_DEFAULTS = {
    # The person reads our sentences, not the libraries' log lines on the terminal.
    "OPENCV_LOG_LEVEL": "SILENT",
    "OPENCV_FFMPEG_LOGLEVEL": "-8",
    # A file must not make FFmpeg fetch other files or addresses.
    "OPENCV_FFMPEG_CAPTURE_OPTIONS": "protocol_whitelist;file",
    # Seconds, instead of 10, until a camera that sends nothing is given up.
    "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT": "3",
}


def _settle() -> None:
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)

    import cv2

    # cv2 points Qt at its own plug-ins, which makes Qt's error messages misleading.
    folder = str(Path(cv2.__file__).parent)
    for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
        if os.environ.get(name, "").startswith(folder):
            del os.environ[name]


_settle()
