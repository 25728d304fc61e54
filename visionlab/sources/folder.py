"""The pictures of a folder, in the order in which a person counts."""

import re
from pathlib import Path

from visionlab.core.errors import SourceError
from visionlab.sources.files import VIDEO_SUFFIXES
from visionlab.sources.picture import FORMATS

SUFFIXES = frozenset(suffix for suffixes in FORMATS.values() for suffix in suffixes)
"""Endings, in lower case, by which a folder's pictures are told from its other files."""


def suffixes() -> tuple[str, ...]:
    """Return the endings of picture and video files, for a file dialog."""
    return (*sorted(SUFFIXES), *VIDEO_SUFFIXES)


def natural_key(path: Path) -> tuple[list[tuple[int, int, str]], str]:
    """Return a sort key under which ``img2`` comes before ``img10``, whatever the case."""
    parts = re.split(r"([0-9]+)", path.name.casefold())
    # Odd places hold the digits; numbers sort before letters.
    key = [(0, int(part), "") if i % 2 else (1, 0, part) for i, part in enumerate(parts)]
    return key, path.name


def pictures_in(folder: Path) -> list[Path]:
    """List the picture files of `folder`, hidden ones left out, in natural order.

    Files are told by their suffix; nothing is opened.

    Raises
    ------
    SourceError
        There is no such folder, or it may not be read.
    """
    try:
        files = [
            path
            for path in folder.iterdir()
            if path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()
        ]
    except FileNotFoundError:
        raise SourceError(f'There is no folder "{folder}"; check its name.') from None
    except OSError as error:
        raise SourceError(f'The folder "{folder}" cannot be read: {error.strerror}.') from None
    return sorted(files, key=natural_key)
