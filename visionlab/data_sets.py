"""What the command `data` does: list the data sets, and fetch one."""

from collections.abc import Sequence
from typing import Any

from visionlab.deep.data import catalogue
from visionlab.deep.data.fetch import Progress, fetch
from visionlab.runtime.data_places import place_of
from visionlab.runtime.paths import data_sets_folder


def report(names: Sequence[str], progress: Progress | None = None) -> dict[str, Any]:
    """Fetch the data sets of these names, and return all that are known as JSON says them.

    Raises
    ------
    VisionLabError
        There is no such set, or it cannot be fetched.
    """
    cache = data_sets_folder()
    for entry in [catalogue.known(name) for name in names]:
        fetch(entry, cache, progress)
    return {
        "data": [_entry(entry) for entry in catalogue.SETS],
        "fetched_to": str(cache),
    }


def _entry(entry: catalogue.KnownSet) -> dict[str, Any]:
    place = place_of(entry)
    return {
        "id": entry.id,
        "name": entry.name,
        "summary": entry.summary,
        "licence": entry.licence,
        "bytes": entry.size,
        "present": place is not None or not entry.files,
        "folder": str(place) if place is not None else None,
        "urls": [file.urls[0] + file.name for file in entry.files],
    }


def as_text(found: dict[str, Any]) -> str:
    """Return the data sets as a table for people."""
    lines = []
    for entry in found["data"]:
        where = entry["folder"] or "always there"
        if not entry["present"]:
            where = f"not here; --fetch {entry['id']} gets it ({entry['bytes'] / 1e6:,.0f} MB)"
        lines += [
            f"{entry['id']:<15} {entry['summary']}",
            f"{'':<15} {entry['licence']}",
            f"{'':<15} {where}",
        ]
    return "\n".join(lines)
