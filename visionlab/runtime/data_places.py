"""Where the data sets of this computer are looked for, and how one is fetched in the background."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from visionlab.deep.data import catalogue
from visionlab.deep.data.catalogue import KnownSet
from visionlab.deep.data.fetch import fetch, fetched
from visionlab.runtime.paths import data_sets_folder
from visionlab.runtime.settings import load_settings

if TYPE_CHECKING:  # the commands use this module too, and need no Qt
    from visionlab.runtime.task import Tell, Work


def roots() -> tuple[Path, ...]:
    """Return the folders that are looked into: chosen, `VISIONLAB_DATA`, fetched."""
    chosen = load_settings().data_folder
    return catalogue.roots(Path(chosen) if chosen else None, data_sets_folder())


def variable() -> str:
    """Return the folder that `VISIONLAB_DATA` names, or ''."""
    return os.environ.get(catalogue.VARIABLE, "")


def place_of(entry: KnownSet) -> Path | None:
    """Return where a set lies on this computer; None where it does not."""
    places = (catalogue.locate(entry, root) for root in roots())
    return next((place for place in places if place is not None), None)


def fetched_bytes(entry: KnownSet) -> int:
    """Return how much of a set was fetched, all of it or a part."""
    return fetched(entry, data_sets_folder())


def fetching(entry: KnownSet) -> "Work":
    """Return the work of fetching a set; it results in its folder, and goes on after a stop."""

    def work(tell: "Tell", cancelled: Callable[[], bool]) -> object:
        return fetch(entry, data_sets_folder(), tell, cancelled)

    return work
