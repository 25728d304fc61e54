"""Unpacking zip archives that are not trusted. No PyTorch."""

import errno
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from visionlab.core.errors import Cancelled, DownloadError

MAX_BYTES = 2_000_000_000
MAX_FILES = 500_000

_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError)
"""What zipfile raises on damaged bytes, on passwords and on compressions that it does not know."""


def unpack(
    archive: Path,
    folder: Path,
    *,
    leave_out: str = "",
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    max_bytes: int = MAX_BYTES,
) -> None:
    """Unpack the one folder that an archive holds; all of it or nothing.

    Parameters
    ----------
    archive : Path
        A zip file.
    folder : Path
        What the archive's folder becomes; must not exist.
    leave_out : str
        Members whose name begins so stay packed; none do by default.
    progress : callable, optional
        Takes the bytes that are written and their total.
    cancelled : callable, optional
        Says whether to stop.
    max_bytes : int
        More is not unpacked.

    Raises
    ------
    DownloadError
        The archive is damaged, too large, holds names that lead elsewhere or more than one
        folder; or the folder cannot be written to.
    Cancelled
        `cancelled` returned true.
    """
    with _explaining(archive, folder), zipfile.ZipFile(archive) as packed:
        members = [
            member
            for member in packed.infolist()
            if not member.is_dir() and not (leave_out and member.filename.startswith(leave_out))
        ]
        total = _checked(members, archive.name, max_bytes)
        with _scratch(folder.with_name(f".{folder.name}.unpacking")) as scratch:
            done = 0
            for member in members:
                if cancelled is not None and cancelled():
                    raise Cancelled
                packed.extract(member, scratch)
                done += member.file_size
                if progress is not None:
                    progress(done, total)
            (top,) = scratch.iterdir()
            top.rename(folder)


def _checked(members: list[zipfile.ZipInfo], archive: str, max_bytes: int) -> int:
    """Return the unpacked size; zipfile writes no more than each member's header says."""
    total = sum(member.file_size for member in members)
    if total > max_bytes or len(members) > MAX_FILES:
        raise DownloadError(
            f"{archive} would unpack to {total / 1e6:,.0f} MB in {len(members):,} files, more "
            "than is expected; it was left packed."
        )
    for member in members:
        parts = PurePosixPath(member.filename).parts
        leads_out = (
            len(parts) < 2
            or member.filename.startswith("/")
            or ".." in parts
            or any(sign in member.filename for sign in "\\:")  # as Windows writes paths
        )
        if leads_out or stat.S_ISLNK(member.external_attr >> 16):
            raise DownloadError(
                f'{archive} holds "{member.filename}", which is no file inside a folder; '
                "it was left packed."
            )
    if len({PurePosixPath(member.filename).parts[0] for member in members}) != 1:
        raise DownloadError(f"{archive} should hold one folder; it was left packed.")
    return total


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """Make an empty folder and remove it in the end; one may be left from a killed process."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _explaining(archive: Path, folder: Path) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise DownloadError(f"{archive.name} is damaged ({error}); fetch it again.") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DownloadError(
                f'The disk of "{folder.parent}" has no room to unpack {archive.name}; '
                "make room and try again."
            ) from error
        raise DownloadError(
            f'{archive.name} cannot be unpacked to "{folder}": {error.strerror}; '
            "make way for it or choose another folder."
        ) from error
