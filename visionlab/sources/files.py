"""Read a file's bytes, or say in one sentence why not, and tell what a file is by its bytes."""

from pathlib import Path

from visionlab.core.errors import SourceError

MAX_BYTES = 2_000_000_000
"""Largest picture file taken, in bytes: 100 megapixels of RGBA floats have 1.6 GB."""

HEAD = 4096
"""How many of a file's first bytes tell what it is."""

_LONGEST_NAME = 255

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n", "a damaged PNG picture"),
    (0, b"\xff\xd8\xff", "a damaged JPEG picture"),
    (0, b"GIF8", "a damaged GIF picture"),
    (8, b"WEBP", "a damaged WebP picture"),
    (0, b"BM", "a damaged BMP picture"),
    (0, b"PK\x03\x04", "a zip archive or an office document"),
    (0, b"%PDF", "a PDF document"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"7z\xbc\xaf", "a 7z archive"),
    (0, b"\x7fELF", "a program"),
    (0, b"MZ", "a program"),
    (0, b"8BPS", "a Photoshop document"),
    (0, b"\x00\x00\x01\x00", "an icon"),
    (0, b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture"),
    (0, b"\xff\x0a", "a JPEG XL picture"),
    (0, b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
    (0, b"\x76\x2f\x31\x01", "an OpenEXR picture"),
    (0, b"#?RADIANCE", "a Radiance HDR picture"),
    (0, b"ID3", "sound"),
    (0, b"fLaC", "sound"),
    (8, b"WAVE", "sound"),
    (0, b"\x93NUMPY", "a numpy array"),
)

_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")

_VIDEO_SIGNATURES: tuple[tuple[int, bytes], ...] = (
    (8, b"AVI "),
    (0, b"\x1a\x45\xdf\xa3"),  # Matroska, WebM
    (0, b"OggS"),
    (0, b"FLV\x01"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),  # ASF, WMV
    (0, b"\x00\x00\x01\xba"),  # MPEG programme stream
    (0, b"\x00\x00\x01\xb3"),  # MPEG video
    (4, b"moov"),
    (4, b"mdat"),
    (4, b"wide"),
    (0, b"YUV4MPEG2 "),
)

VIDEO_SUFFIXES = (
    ".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".ts", ".m2ts", ".flv",
    ".wmv", ".asf", ".ogv", ".y4m", ".3gp",
)  # fmt: skip
"""Endings that videos usually have; what a file is, its bytes say."""

_MPEG_TS_PACKET = 188
_BLU_RAY_TS_PACKET = 192


def is_folder(path: Path) -> bool:
    """Whether `path` is a folder; false for names that no file system allows."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def read_head(path: Path) -> bytes:
    """Return the first bytes of a file that is there, readable and not empty.

    Raises
    ------
    SourceError
        In one sentence: what is wrong with `path`.
    """
    return _read(path, HEAD)


def read_bytes(path: Path) -> bytes:
    """Return all bytes of a file, up to `MAX_BYTES`; raises as `read_head` does."""
    return _read(path, -1)


def _read(path: Path, amount: int) -> bytes:
    name = path.name[:_LONGEST_NAME] or str(path)
    if is_folder(path):
        raise SourceError(f'"{name}" is a folder; choose a file inside it.')
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise SourceError(f'"{name}" is a device or pipe, not a file; choose a picture file.')
        if amount < 0 and size > MAX_BYTES:
            raise SourceError(
                f'"{name}" has {size / 1e9:.1f} GB; a picture file may have up to '
                f"{MAX_BYTES / 1e9:.0f} GB."
            )
        with path.open("rb") as file:
            data = file.read(amount)
    except FileNotFoundError:
        raise SourceError(f'There is no file "{path}"; check its name and folder.') from None
    except PermissionError:
        raise SourceError(
            f'You may not read "{name}"; change its permissions, or choose another file.'
        ) from None
    except (OSError, ValueError, MemoryError) as error:
        reason = getattr(error, "strerror", None) or str(error) or "there is too little memory"
        raise SourceError(f'"{name}" cannot be read: {reason}.') from None
    if not data:
        raise SourceError(f'"{name}" is empty (0 bytes); choose another file.')
    return data


def is_video(head: bytes) -> bool:
    """Whether a file that begins with `head` is a video container, by its signature."""
    if head[4:8] == b"ftyp":
        return head[8:12] not in (*_HEIF_BRANDS, b"avif", b"avis")
    if any(head[at : at + len(mark)] == mark for at, mark in _VIDEO_SIGNATURES):
        return True
    return any(
        len(head) > start + packet and head[start] == head[start + packet] == 0x47
        for start, packet in ((0, _MPEG_TS_PACKET), (4, _BLU_RAY_TS_PACKET))
    )


def describe(head: bytes) -> str:
    """Say what a file that begins with `head` seems to be, as the end of "it seems to be ..."."""
    if is_video(head):
        return "a video"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return "a HEIC picture"
    for at, mark, what in _SIGNATURES:
        if head[at : at + len(mark)] == mark:
            return what
    if b"<svg" in head[:2000].lower():
        return "an SVG drawing"
    if b"<html" in head[:2000].lower():
        return "a web page"
    try:
        text = head[:-4].decode() if len(head) == HEAD else head.decode()
    except UnicodeDecodeError:
        return "something else, or damaged"
    return "text" if "\0" not in text else "something else, or damaged"
