"""Writing files so that a crash or a full disk never leaves half of one."""

import errno
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

_NEW_FILE = 0o666
"""What the person's umask takes bits from, as everywhere."""

_PRIVATE = 0o600


def write_atomically(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write `data` to a temporary file beside `path`, make sure of it, and rename.

    A link stays a link: the file that it leads to is written. A file that is there already
    keeps its permissions, but a `private` one may be read by its owner alone. Folders that are
    missing are made.

    Raises
    ------
    OSError
        Nothing was changed at `path`. A file that is write-protected, or that is no ordinary
        file, is not replaced.
    """
    target = Path(os.path.realpath(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    mode = _replaceable(target)
    if private:
        mode = _PRIVATE
    # Short, so that it fits wherever the name does; not to be guessed, and never an existing
    # file or link: nobody can have put one there to lead the write elsewhere.
    part = target.with_name(f".{secrets.token_hex(8)}.part")
    descriptor = os.open(
        part,
        os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0),
        _NEW_FILE if mode is None else mode,
    )
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor is no path
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        if mode is not None:
            with suppress(PermissionError):  # of drives that know no permissions
                part.chmod(mode)  # with the bits that the umask took
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def read_at_most(path: Path, most: int) -> bytes:
    """Return a file's bytes.

    Raises
    ------
    OSError
        It cannot be read, is no ordinary file, or has more than `most` bytes.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is no ordinary file", str(path))
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"it has more than {most} bytes", str(path))
    return data


def _replaceable(target: Path) -> int | None:
    """Return the permissions of the file that will be replaced; None where there is none.

    The permissions themselves are looked at too: an administrator may write everywhere, but has
    protected this file.
    """
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(target))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is no ordinary file", str(target))
    if not (mode & 0o222 and os.access(target, os.W_OK)):
        raise PermissionError(errno.EACCES, "it is write-protected", str(target))
    return mode & 0o777
