"""Cameras on this computer."""

import os
import sys
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import cv2

from visionlab.core.errors import SourceError
from visionlab.sources.grabber import Grabber
from visionlab.sources.live import LiveSource

SIZES = ((320, 240), (640, 480), (800, 600), (1280, 720), (1920, 1080))
"""Widths and heights that cameras usually offer."""

PATIENCE = 3.0
"""Seconds until a camera that does not answer is given up."""

_BACKEND = {
    "linux": cv2.CAP_V4L2,
    "win32": cv2.CAP_DSHOW,
    "darwin": cv2.CAP_AVFOUNDATION,
}.get(sys.platform, cv2.CAP_ANY)

_DEVICES = Path("/dev")
_NAMES = Path("/sys/class/video4linux")
_PROBED = 3  # how many numbers are tried where the system gives no list


@dataclass(frozen=True)
class CameraInfo:
    """A camera that is there: `index` opens it, `name` is its maker's name for it."""

    index: int
    name: str

    @property
    def spec(self) -> str:
        """The text that opens it."""
        return f"camera:{self.index}"


def cameras() -> tuple[CameraInfo, ...]:
    """List the cameras that are connected, by number."""
    if find_spec("cv2_enumerate_cameras"):
        found = import_module("cv2_enumerate_cameras").enumerate_cameras(_BACKEND)
        listed = (CameraInfo(info.index % 100, info.name) for info in found)
    elif sys.platform == "linux":
        listed = (camera for camera in map(_linux_camera, _NAMES.glob("video*")) if camera)
    else:
        listed = (CameraInfo(i, f"Camera {i}") for i in range(_PROBED) if _answers(i))
    return tuple(sorted(listed, key=lambda camera: camera.index))


def _linux_camera(folder: Path) -> CameraInfo | None:
    """Read what the kernel says about a video device; further nodes of a camera have no video."""
    try:
        if (folder / "index").read_text().strip() != "0":
            return None
        return CameraInfo(int(folder.name[5:]), (folder / "name").read_text().strip())
    except (OSError, ValueError):
        return None


def _answers(index: int) -> bool:
    grabber = Grabber(lambda: cv2.VideoCapture(index, _BACKEND), PATIENCE)
    answered = grabber.wait_until_open()
    grabber.close()
    return answered


class Camera(LiveSource):
    """A camera on this computer.

    Parameters
    ----------
    index : int
        Its number, from 0.
    size : (int, int), optional
        Width and height asked for; the camera takes its nearest. See `size` for what it chose.

    Raises
    ------
    SourceError
        It is absent, forbidden, or in use elsewhere; `read` raises it when the camera is
        unplugged. Neither waits longer than `PATIENCE` seconds.
    """

    mirror = True

    def __init__(self, index: int, size: tuple[int, int] | None = None) -> None:
        name = f"Camera {index}"
        if sys.platform == "linux":
            name = _check_linux_device(index)
        spec = f"camera:{index}" + (f":{size[0]}x{size[1]}" if size else "")
        super().__init__(
            Grabber(lambda: _open(index, size), PATIENCE),
            name,
            spec,
            refused=f"{name} does not open; close other programs that use it, or plug it in again.",
            lost=f"{name} sends no more pictures; plug it in again, then open it again.",
        )


def _check_linux_device(index: int) -> str:
    """Return the camera's name, or raise before a driver is asked."""
    device = _DEVICES / f"video{index}"
    if not device.exists():
        raise SourceError(_absent(index))
    if not os.access(device, os.R_OK | os.W_OK):
        raise SourceError(
            f"You may not use camera {index} ({device}); "
            f'add yourself to the group "video" and log in again.'
        )
    camera = _linux_camera(_NAMES / device.name)
    return camera.name if camera else f"Camera {index}"


def _absent(index: int) -> str:
    there = ", ".join(f"{camera.index} ({camera.name})" for camera in cameras())
    choice = f"choose one of {there}" if there else "connect one"
    return f"There is no camera {index}; {choice}, or use the test camera (camera:test)."


def _open(index: int, size: tuple[int, int] | None) -> cv2.VideoCapture:
    capture = cv2.VideoCapture(index, _BACKEND)
    if size:
        # Uncompressed pictures of this size would not fit through USB at full rate.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, size[0])
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, size[1])
    return capture
