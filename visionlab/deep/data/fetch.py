"""Fetching the known data sets from the web. No PyTorch."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from visionlab.core.errors import DownloadError, SourceError
from visionlab.deep.data.catalogue import KnownSet, RemoteFile, holds
from visionlab.deep.data.unpack import unpack
from visionlab.deep.download import begun, download

Progress: TypeAlias = Callable[[str, int, int], None]
"""Takes what is done, and the bytes so far and in all."""


def fetch(
    entry: KnownSet,
    cache: Path,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Path:
    """Fetch what is missing of a set, unpack it where it is one archive, and return its folder.

    Parameters
    ----------
    entry : KnownSet
        See `catalogue.known`.
    cache : Path
        The folder for data sets that were fetched.
    progress : callable, optional
        See `Progress`.
    cancelled : callable, optional
        Says whether to stop; a later call goes on from there.

    Raises
    ------
    DownloadError
        No network, no room, or other files than expected.
    Cancelled
        `cancelled` returned true.
    SourceError
        The set comes with a library.
    """
    if not entry.files:
        raise SourceError(f"{entry.name} need not be fetched; they come with the program.")
    folder = cache / entry.folders[0]
    archived = entry.files[0].name.endswith(".zip")
    if archived and holds(folder, entry):
        return folder
    before = 0
    for file in entry.files:
        target = (cache if archived else folder) / file.name
        if not target.is_file():  # it is there only when it is whole and checked
            _fetch_file(file, target, before, entry, progress, cancelled)
        before += file.size
    if archived:
        _unpack_into(folder, target, entry, progress, cancelled)
    return folder


def fetched(entry: KnownSet, cache: Path) -> int:
    """Return how many bytes of a set `fetch` need not get again."""
    archived = entry.files[0].name.endswith(".zip") if entry.files else False
    folder = cache if archived or not entry.files else cache / entry.folders[0]
    targets = [(file, folder / file.name) for file in entry.files]
    return sum(file.size if path.is_file() else begun(path) for file, path in targets)


def _fetch_file(
    file: RemoteFile,
    target: Path,
    before: int,
    entry: KnownSet,
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
) -> None:
    """Fetch one file from the first of its places that gives it."""

    def tell(done: int, _: int | None) -> None:
        if progress is not None:
            progress(f"Fetching {entry.name}", before + done, entry.size)

    for number, url in enumerate(file.urls, 1):
        try:
            download(
                url + file.name, target, file.sha256,
                progress=tell, cancelled=cancelled, max_bytes=file.size,
            )  # fmt: skip
            return
        except DownloadError:
            if number == len(file.urls):
                raise


def _unpack_into(
    folder: Path,
    archive: Path,
    entry: KnownSet,
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
) -> None:
    def tell(done: int, total: int) -> None:
        if progress is not None:
            progress(f"Unpacking {entry.name}", done, total)

    unpack(archive, folder, leave_out=entry.leave_out, progress=tell, cancelled=cancelled)
    archive.unlink(missing_ok=True)
