"""What the machine offers: shared system libraries, fonts and a display.

Standard library only: the set-up uses it before anything is installed.
"""

import ctypes
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Requirement:
    """Something that a Debian package brings, and that the Python packages do not."""

    package: str
    what: str


OFF_SCREEN = (
    Requirement("libegl1", "libEGL.so.1"),
    Requirement("libgl1", "libGL.so.1"),
    Requirement("libxkbcommon0", "libxkbcommon.so.0"),
    Requirement("libdbus-1-3", "libdbus-1.so.3"),
    Requirement("libfontconfig1", "libfontconfig.so.1"),
    Requirement("libglib2.0-0", "libgthread-2.0.so.0"),
)
"""Libraries that every use needs, with or without a display."""

X_WINDOW = (
    Requirement("libxcb-cursor0", "libxcb-cursor.so.0"),
    Requirement("libxkbcommon-x11-0", "libxkbcommon-x11.so.0"),
    Requirement("libxcb-icccm4", "libxcb-icccm.so.4"),
    Requirement("libxcb-keysyms1", "libxcb-keysyms.so.1"),
    Requirement("libxcb-shape0", "libxcb-shape.so.0"),
)
"""Libraries that a window on an X display needs in addition."""

FONTS = Requirement("fonts-dejavu-core", "a font")
XVFB = Requirement("xvfb", "Xvfb")

FONT_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path.home() / ".fonts",
)


def has_library(name: str) -> bool:
    """Whether the system's loader finds the shared library `name`."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def has_font(folders: Iterable[Path] = FONT_FOLDERS) -> bool:
    """Whether there is a scalable font; without one Qt draws empty boxes for letters."""
    suffixes = {".ttf", ".otf", ".ttc", ".pfb"}
    return any(
        Path(name).suffix.lower() in suffixes
        for folder in folders
        for _, _, names in os.walk(folder)
        for name in names
    )


def missing(
    *,
    window: bool = False,
    virtual_display: bool = False,
    platform: str = sys.platform,
    library: Callable[[str], bool] = has_library,
    font: Callable[[], bool] = has_font,
    program: Callable[[str], str | None] = shutil.which,
) -> tuple[Requirement, ...]:
    """Return what this machine lacks; nothing on macOS and Windows, whose systems bring it.

    Parameters
    ----------
    window : bool
        Include what a window on an X display needs.
    virtual_display : bool
        Include the virtual X display that tests draw on.
    platform, library, font, program
        The machine to look at.
    """
    if not platform.startswith("linux"):
        return ()
    libraries = OFF_SCREEN + (X_WINDOW if window else ())
    lacking = [need for need in libraries if not library(need.what)]
    if not font():
        lacking.append(FONTS)
    if virtual_display and not program(XVFB.what):
        lacking.append(XVFB)
    return tuple(lacking)


def display(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> str:
    """Return what a window would open on, such as "X display :0"; "" where there is nothing.

    A display that is named but does not answer counts as none.
    """
    if environment.get("QT_QPA_PLATFORM", "").split(":")[0] in ("offscreen", "minimal"):
        return ""
    if platform == "darwin":
        return "macOS"
    if platform == "win32":
        return "Windows"
    wayland = environment.get("WAYLAND_DISPLAY", "")
    if wayland:
        path = Path(environment.get("XDG_RUNTIME_DIR", "/run"), wayland)
        if _connects(socket.AF_UNIX, str(path)):
            return f"Wayland display {wayland}"
    name = environment.get("DISPLAY", "")
    return f"X display {name}" if name and _x_answers(name) else ""


def _x_answers(name: str) -> bool:
    """Whether something listens where the X display `name` should be."""
    host, _, rest = name.rpartition(":")
    number = rest.split(".")[0]
    if not number.isdigit():
        return False
    if host.startswith("/"):  # XQuartz names a socket file
        return _connects(socket.AF_UNIX, name)
    path = f"/tmp/.X11-unix/X{number}"
    if host in ("", "unix"):
        return _connects(socket.AF_UNIX, "\0" + path) or _connects(socket.AF_UNIX, path)
    return _connects(socket.AF_INET, (host, 6000 + int(number)))


def _connects(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as connection:
            connection.settimeout(2)
            connection.connect(address)
    except OSError:
        return False
    return True
