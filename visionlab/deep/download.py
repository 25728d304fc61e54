"""A file from the web: checked, resumed after a break, all of it or nothing. No PyTorch."""

import errno
import hashlib
import os
import re
import shutil
import ssl
from collections.abc import Callable
from http.client import HTTPException, HTTPMessage, HTTPResponse
from pathlib import Path
from typing import TypeAlias
from urllib import request
from urllib.error import HTTPError
from urllib.parse import urlsplit

from visionlab import __version__
from visionlab.core.errors import Cancelled, DownloadError

Progress: TypeAlias = Callable[[int, int | None], None]
"""Takes the bytes that are there and, where the server tells, those of the whole file."""

TIMEOUT = 10.0
"""Seconds that a server may be silent."""

CHUNK = 256 * 1024
MAX_BYTES = 2_000_000_000


def download(
    url: str,
    target: Path,
    sha256: str,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    max_bytes: int = MAX_BYTES,
) -> Path:
    """Fetch a file; what an earlier try got of the same version is not fetched again.

    Parameters
    ----------
    url : str
        Begins with http:// or https://.
    target : Path
        Where the file shall be; replaced only by a whole, checked one. What is there until then
        lies beside it, in a hidden file, also after an error or when cancelled.
    sha256 : str
        The file's checksum in hexadecimal digits, or the first of them; '' where the caller
        checks what comes.
    progress : callable, optional
        See `Progress`.
    cancelled : callable, optional
        Says whether to stop; asked often, but not while the server is silent (`TIMEOUT`).
    max_bytes : int
        More is not fetched.

    Raises
    ------
    DownloadError
        No network, no such file, a file that is too large or not the one expected, no room.
    Cancelled
        `cancelled` returned true.

    References
    ----------
    RFC 9110, HTTP Semantics, section 14 (Range) and 13.1.5 (If-Range).
    """
    if not re.match(r"https?://", url, re.IGNORECASE):
        raise DownloadError(f'"{url}" must begin with http:// or https://.')
    _stop_if(cancelled)
    part = _Part(target)
    try:
        with _open(url, part) as response:
            _receive(response, part, progress, cancelled, max_bytes)
        with part.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if not digest.startswith(sha256.lower()):
            part.remove()
            raise DownloadError(
                f"What {_host(url)} sent is not the {target.name} that was expected (its checksum "
                "differs); it was thrown away: try again later."
            )
        part.finish(target)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            part.remove()  # a full disk harms more than a lost start
            raise _no_room(target) from error
        raise DownloadError(
            f'"{target}" cannot be written: {error.strerror}; choose another folder.'
        ) from error
    return target


def begun(target: Path) -> int:
    """Return how many bytes an earlier try got of the file, and a later one need not get again."""
    part = _Part(target)
    return part.size if part.mark else 0


class _Part:
    """What is there of a file, and the server's mark of the version that it is from."""

    def __init__(self, target: Path) -> None:
        self.path = target.with_name(f".{target.name}.part")
        self._mark_file = target.with_name(f".{target.name}.mark")

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path.is_file() else 0

    @property
    def mark(self) -> str:
        """'' where it cannot be told whether the rest would fit."""
        try:
            mark = self._mark_file.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError):
            return ""
        return mark if self.size and mark.isprintable() else ""

    def begin(self, mark: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._mark_file.write_text(mark, encoding="ascii", errors="replace")
        self.path.open("wb").close()

    def finish(self, target: Path) -> None:
        self.path.replace(target)
        self._mark_file.unlink(missing_ok=True)

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
        self._mark_file.unlink(missing_ok=True)


def _open(url: str, part: _Part) -> HTTPResponse:
    """Ask for the file, or for the rest of it; the answer's body is what is missing."""
    headers = {"User-Agent": f"VisionLab/{__version__}", "Accept-Encoding": "identity"}
    if resumes := bool(part.mark):
        headers |= {"Range": f"bytes={part.size}-", "If-Range": part.mark}
    try:
        response: HTTPResponse = _opener().open(
            request.Request(url, headers=headers), timeout=TIMEOUT
        )
    except HTTPError as error:
        error.close()
        if resumes and error.code == 416:  # there is no rest: begin again
            part.remove()
            return _open(url, part)
        raise _refused(url, error) from error
    except (OSError, HTTPException, ValueError) as error:
        raise _unreachable(url, error) from error
    if response.status != 206:
        part.begin(_mark(response.headers))
    elif not resumes or _first_byte(response.headers) != part.size:
        response.close()
        part.remove()
        if resumes:
            return _open(url, part)
        raise DownloadError(f"{_host(url)} sends only a part of the file; try again later.")
    return response


def _opener() -> request.OpenerDirector:
    """Return what opens addresses of the web and, unlike urllib's own, no others."""
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler,
        request.HTTPHandler,
        request.HTTPSHandler,
        request.HTTPRedirectHandler,
        request.HTTPDefaultErrorHandler,
        request.HTTPErrorProcessor,
        request.UnknownHandler,
    ):
        opener.add_handler(handler())
    return opener


def _receive(
    response: HTTPResponse,
    part: _Part,
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
    max_bytes: int,
) -> None:
    """Append the answer's body to what is there."""
    done = part.size
    length = response.headers.get("Content-Length", "")
    total = done + int(length) if length.isdecimal() else None
    _check_size(total or 0, part, max_bytes)
    if total is not None and total - done > shutil.disk_usage(part.path.parent).free:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with part.path.open("ab") as file:
        while chunk := _read(response):
            done += len(chunk)
            _check_size(done, part, max_bytes)
            file.write(chunk)
            if progress is not None:
                progress(done, total)
            _stop_if(cancelled)
        file.flush()
        os.fsync(file.fileno())
    if total is not None and done < total:
        raise _broken(response)


def _read(response: HTTPResponse) -> bytes:
    try:
        return response.read1(CHUNK)
    except (OSError, HTTPException) as error:
        raise _broken(response) from error


def _check_size(size: int, part: _Part, max_bytes: int) -> None:
    if size > max_bytes:
        part.remove()
        raise DownloadError(
            f"The file is larger than the {max_bytes / 1e6:,.0f} MB that are expected at most; "
            "it was not fetched."
        )


def _mark(headers: HTTPMessage) -> str:
    """Return what tells versions apart: a strong entity tag, else the time of the last change."""
    tag = headers.get("ETag", "")
    return headers.get("Last-Modified", "") if not tag or tag.startswith("W/") else tag


def _first_byte(headers: HTTPMessage) -> int:
    match = re.match(r"bytes (\d{1,15})-", headers.get("Content-Range", ""))
    return int(match[1]) if match else -1


def _stop_if(cancelled: Callable[[], bool] | None) -> None:
    if cancelled is not None and cancelled():
        raise Cancelled


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url


def _refused(url: str, error: HTTPError) -> DownloadError:
    if error.code in (404, 410):
        return DownloadError(f"There is no {url} any more ({error.code}).")
    return DownloadError(
        f"{_host(url)} refuses the file ({error.code} {error.reason}); try again later."
    )


def _unreachable(url: str, error: Exception) -> DownloadError:
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return DownloadError(f"{_host(url)} does not answer; try again later.")
    if isinstance(reason, ssl.SSLError):
        return DownloadError(
            f"The connection to {_host(url)} is not safe ({reason.reason or reason}); "
            "check this computer's clock and network."
        )
    if isinstance(reason, OSError):
        return DownloadError(
            f"{_host(url)} cannot be reached; check the network connection and try again."
        )
    return DownloadError(f"{url} cannot be fetched: {error}.")


def _broken(response: HTTPResponse) -> DownloadError:
    return DownloadError(
        f"The connection to {_host(response.url)} broke off; try again: what is there is kept."
    )


def _no_room(target: Path) -> DownloadError:
    return DownloadError(
        f'The disk of "{target.parent}" has no room for {target.name}; make room and try again.'
    )
