"""What is remembered between starts: own JSON, checked on reading, written atomically.

Qt's own settings files are not used: reading a crafted one runs code (PySide6 up to 6.11.3), and
a damaged window state kills the process, so it is kept with a checksum.
"""

import base64
import binascii
import logging
import zlib

import msgspec

from visionlab.core.files import read_at_most, write_atomically
from visionlab.runtime.paths import config_folder

log = logging.getLogger(__name__)

MAX_BYTES = 1_000_000
"""Larger settings are damaged ones."""

RECENT = 9
"""How many recent files are kept: one for each of Ctrl+1 to Ctrl+9."""


SCHEMES = ("system", "light", "dark")


class Settings(msgspec.Struct):
    """Everything remembered."""

    scheme: str = "system"
    compare_mode: str = "side by side"
    linked: bool = True
    recent: list[str] = []
    geometry: str = ""
    docks: str = ""
    data_folder: str = ""
    model: str = "pictures"

    def __post_init__(self) -> None:
        """Take the desktop's colours where a scheme is unknown."""
        if self.scheme not in SCHEMES:
            self.scheme = "system"

    def remember(self, spec: str, *, instead: bool = False) -> None:
        """Put `spec` first among the recent ones, or instead of the one that is first."""
        former = self.recent[1:] if instead else self.recent
        self.recent = [spec, *(s for s in former if s != spec)][:RECENT]


def load_settings() -> Settings:
    """Return the saved settings, or defaults where there are none or they are damaged."""
    path = config_folder() / "settings.json"
    try:
        return msgspec.json.decode(read_at_most(path, MAX_BYTES), type=Settings)
    except FileNotFoundError:
        return Settings()
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        log.warning("settings in %s are not readable, defaults are used: %s", path, error)
        return Settings()


def save_settings(settings: Settings) -> None:
    """Save; a full disk or a read-only folder is logged and does no harm."""
    try:
        path = config_folder() / "settings.json"
        write_atomically(path, msgspec.json.encode(settings), private=True)
    except OSError as error:
        log.warning("settings were not saved: %s", error)


def pack_bytes(data: bytes) -> str:
    """Return `data` as text with a checksum."""
    return f"{zlib.crc32(data):08x}{base64.b64encode(data).decode()}"


def unpack_bytes(text: str) -> bytes:
    """Return what `pack_bytes` packed, or nothing where a byte has changed."""
    try:
        data = base64.b64decode(text[8:], validate=True)
    except (binascii.Error, ValueError):
        return b""
    return data if text[:8] == f"{zlib.crc32(data):08x}" else b""
