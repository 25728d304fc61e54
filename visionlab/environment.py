"""The libraries' process-wide settings, made by importing this before cv2 and torch.

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
    # PyTorch's threads wait awake for a fifth of a millisecond, from one operation to the next,
    # then sleep: asleep at once, each operation must wake them; awake, they take OpenCV's cores.
    "GOMP_SPINCOUNT": "5000",
    # OpenCV's threads, too, wait awake for some 30 microseconds, from one call to the next, then
    # sleep. They would yield their core thousands of times instead, which keeps all cores busy
    # and takes them from the network: 3.1 of four cores for what 2.3 do as fast.
    "OPENCV_THREAD_POOL_ACTIVE_WAIT_WORKER": "100",
    "OPENCV_THREAD_POOL_ACTIVE_WAIT_PAUSE_LIMIT": "100",
    # Seconds, instead of 10, until a camera that sends nothing is given up.
    "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT": "3",
}


_QT = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")


def _settle() -> None:
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)
    own = {name: os.environ.get(name, "") for name in _QT}

    import cv2

    # cv2 points Qt at its own plug-ins, which makes Qt's error messages misleading.
    folder = str(Path(cv2.__file__).parent)
    for name, value in own.items():
        os.environ.pop(name, None)
        if value and not value.startswith(folder):
            os.environ[name] = value


_settle()
